//! Bytes of a log as UTF-8 text, piece by piece: files and memory, packed with gzip or not, in any encoding.

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251};
use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// How much of the beginning is looked at to guess.
const HEAD: usize = 1 << 18;
/// How many bytes a packed file may unpack to.
const MOST_UNPACKED: u64 = 64 << 30;
/// How many times its own size a packed file may unpack to, once that is more than [`SMALL`]. Logs reach about 50.
const MOST_RATIO: u64 = 400;
/// What any packed file may unpack to.
const SMALL: u64 = 64 << 20;

/// Where a log comes from. It can be opened more than once: guessing reads the beginning.
#[derive(Clone, Debug)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// Bytes in memory.
    Bytes(Vec<u8>),
}

impl Input {
    fn open(&self) -> io::Result<(Box<dyn Read + '_>, u64)> {
        match self {
            Input::File(path) => {
                let file = File::open(path)?;
                let size = file.metadata()?.len();
                Ok((Box::new(file), size))
            }
            Input::Bytes(bytes) => Ok((Box::new(bytes.as_slice()), bytes.len() as u64)),
        }
    }

    /// Returns the bytes, unpacked.
    pub fn bytes(&self) -> io::Result<Box<dyn Read + '_>> {
        let (raw, size) = self.open()?;
        let mut raw = BufReader::with_capacity(1 << 16, raw);
        if raw.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
            let limit = MOST_UNPACKED.min(SMALL.max(size.saturating_mul(MOST_RATIO)));
            return Ok(Box::new(Limited { inner: flate2::bufread::MultiGzDecoder::new(raw), left: limit }));
        }
        Ok(Box::new(raw))
    }

    /// Returns the beginning, unpacked.
    pub fn head(&self) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        self.bytes()?.take(HEAD as u64).read_to_end(&mut head)?;
        Ok(head)
    }

    /// Returns the path, where it is a file.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Input::File(path) => Some(path),
            Input::Bytes(_) => None,
        }
    }
}

/// Refuses what unpacks to much more than a log does.
struct Limited<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(into)?;
        self.left = self.left.checked_sub(n as u64).ok_or_else(|| {
            io::Error::other("the packed file unpacks to far more than a log of its size would; it is not unpacked any further")
        })?;
        Ok(n)
    }
}

/// Guesses the encoding of a text from its beginning: by its mark, by zeros between letters, as UTF-8 where that fits, else as
/// windows-1251, which is what spreadsheets in Russian and Kazakh write.
pub fn guess_encoding(head: &[u8], whole: bool) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return encoding;
    }
    // A zero beside another is no half of a letter.
    let halves = head.get(..head.len().min(2000)).unwrap_or_default().chunks_exact(2);
    let pairs = halves.len();
    let zeros = |at: usize| halves.clone().filter(|half| half[at] == 0 && half[1 - at] != 0).count();
    if pairs > 8 && zeros(1) * 3 > pairs {
        return UTF_16LE;
    }
    if pairs > 8 && zeros(0) * 3 > pairs {
        return UTF_16BE;
    }
    match std::str::from_utf8(head) {
        Ok(_) => UTF_8,
        // The head may end within a character.
        Err(fault) if !whole && fault.error_len().is_none() => UTF_8,
        Err(_) => WINDOWS_1251,
    }
}

/// Bytes below which a request is served from a spare buffer.
const SPARE: usize = 16;

/// Turns bytes in an encoding into UTF-8, and notes whether some meant nothing.
pub struct Decoding<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_at: usize,
    ended: bool,
    /// Whether the decoder has given all that it will; it must not be asked again.
    finished: bool,
    /// Decoded text that has not been taken yet.
    spare: Vec<u8>,
    spare_at: usize,
    replaced: Rc<Cell<bool>>,
}

impl<R: Read> Decoding<R> {
    /// Decodes `inner`; `replaced` is set where bytes had to be replaced by a mark.
    pub fn new(inner: R, encoding: &'static Encoding, replaced: Rc<Cell<bool>>) -> Self {
        Decoding {
            inner,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: Vec::new(),
            raw_at: 0,
            ended: false,
            finished: false,
            spare: Vec::new(),
            spare_at: 0,
            replaced,
        }
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // A character takes up to four bytes of UTF-8: who asks for hardly more is served from a spare buffer.
        if into.len() < SPARE || self.spare_at < self.spare.len() {
            return self.read_little(into);
        }
        self.decode(into)
    }
}

impl<R: Read> Decoding<R> {
    fn read_little(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.spare_at >= self.spare.len() {
            let mut spare = vec![0; 4 * SPARE];
            let n = self.decode(&mut spare)?;
            spare.truncate(n);
            (self.spare, self.spare_at) = (spare, 0);
        }
        let n = into.len().min(self.spare.len() - self.spare_at);
        into[..n].copy_from_slice(&self.spare[self.spare_at..self.spare_at + n]);
        self.spare_at += n;
        Ok(n)
    }

    fn decode(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while !self.finished {
            if self.raw_at >= self.raw.len() && !self.ended {
                self.raw.resize(1 << 16, 0);
                let n = self.inner.read(&mut self.raw)?;
                self.raw.truncate(n);
                self.raw_at = 0;
                self.ended = n == 0;
            }
            let (result, taken, given, replaced) = self.decoder.decode_to_utf8(&self.raw[self.raw_at..], into, self.ended);
            self.raw_at += taken;
            if replaced {
                self.replaced.set(true);
            }
            self.finished = self.ended && result == encoding_rs::CoderResult::InputEmpty;
            if given > 0 {
                return Ok(given);
            }
        }
        Ok(0)
    }
}

/// Counts lines, and refuses a piece, from one mark to the next, that is larger than anything in a log.
pub struct Pieces<R> {
    inner: BufReader<R>,
    line: Rc<Cell<u64>>,
    since: Rc<Cell<usize>>,
}

/// The largest piece.
const LARGEST_PIECE: usize = 64 << 20;

/// Tells and resets what a [`Pieces`] counts while it is lent to a parser.
#[derive(Clone, Debug)]
pub struct Counter {
    line: Rc<Cell<u64>>,
    since: Rc<Cell<usize>>,
}

impl Counter {
    /// Returns the line that has been reached, from 1.
    pub fn line(&self) -> u64 {
        self.line.get() + 1
    }

    /// Begins a new piece.
    pub fn mark(&self) {
        self.since.set(0);
    }
}

impl<R: Read> Pieces<R> {
    /// Reads from `inner`.
    pub fn new(inner: R) -> (Self, Counter) {
        let counter = Counter { line: Rc::default(), since: Rc::default() };
        let pieces =
            Pieces { inner: BufReader::with_capacity(1 << 16, inner), line: counter.line.clone(), since: counter.since.clone() };
        (pieces, counter)
    }
}

impl<R: Read> Read for Pieces<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let n = available.len().min(into.len());
        into[..n].copy_from_slice(&available[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl<R: Read> BufRead for Pieces<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.since.get() > LARGEST_PIECE {
            let message = format!("a single piece of the file is larger than {} MB", LARGEST_PIECE >> 20);
            return Err(io::Error::other(message));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        let lines = self.inner.buffer().iter().take(n).filter(|b| **b == b'\n').count();
        self.line.set(self.line.get() + lines as u64);
        self.since.set(self.since.get() + n);
        self.inner.consume(n);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn decoded(bytes: &[u8]) -> String {
        let mut text = String::new();
        let encoding = guess_encoding(bytes, true);
        Decoding::new(bytes, encoding, Rc::default()).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn encodings_are_guessed() {
        let cyrillic = "Дело;Операция\r\n1;Приём заявления\r\n";
        assert_eq!(decoded(cyrillic.as_bytes()), cyrillic);
        assert_eq!(decoded(&WINDOWS_1251.encode(cyrillic).0), cyrillic);
        let wide: Vec<u8> = cyrillic.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(&[&[0xff, 0xfe], wide.as_slice()].concat()), cyrillic);
        let plain: Vec<u8> = "case,activity,time\n1,a,b\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decoded(&plain), "case,activity,time\n1,a,b\n");
        let zeros = format!("case,activity\n1,{}\n", "\0".repeat(90));
        assert_eq!(decoded(zeros.as_bytes()), zeros);
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        for _ in 0..200 {
            packed.write_all(&vec![b'a'; 1 << 20]).unwrap();
        }
        let input = Input::Bytes(packed.finish().unwrap());
        let error = std::io::copy(&mut input.bytes().unwrap(), &mut std::io::sink()).unwrap_err();
        assert!(error.to_string().contains("far more"), "{error}");
    }
}
