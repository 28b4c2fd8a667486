//! A column of text as a Parquet file keeps it: each text once, and for each row which one.
//!
//! A log says the same few texts over and over. The general writer of the crate takes them as texts and hashes each anew; here a text
//! that was met is known by its place in memory, and a row is a number from the start, so that a log costs little beside its run.
//! Source: Apache Parquet format 2.10, "Encodings" (PLAIN, RLE / bit-packing hybrid, RLE_DICTIONARY) and "Data Pages".

use ::parquet::basic::{Compression, Encoding};
use ::parquet::column::page::{CompressedPage, Page, PageWriteSpec, PageWriter};
use ::parquet::column::writer::ColumnCloseResult;
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::ColumnChunkMetaData;
use ::parquet::file::writer::{SerializedPageWriter, SerializedRowGroupWriter, TrackedWrite};
use ::parquet::schema::types::ColumnDescPtr;
use bytes::Bytes;
use std::collections::HashMap;
use std::io::Write;

/// Texts that are known by their place in memory.
const KEPT: usize = 1 << 12;
/// What stands for no text, and for a text without a number.
const NONE: u32 = u32::MAX;
/// Values that are packed into bits together.
const EIGHT: usize = 8;
/// Eights of one bit-packed run at most, so that its header is one byte, as all readers know it.
const MOST_EIGHTS: usize = 63;

/// A text that was met.
#[derive(Clone, Copy, Debug, Default)]
struct Met {
    /// Where it stood in memory.
    address: usize,
    number: u64,
    /// Where the dictionary has it, and how long it is before its number.
    from: usize,
    length: usize,
    /// Its place in the dictionary, from 1; 0 where nothing was met.
    nth: u32,
}

/// A column of text of one group of rows.
#[derive(Debug)]
pub struct TextColumn {
    is_optional: bool,
    /// Texts one after the other, each after its length: the page of a dictionary.
    dictionary: Vec<u8>,
    /// By text: its place in the dictionary, and where that has it.
    places: HashMap<Box<[u8]>, (u32, usize)>,
    /// For each row the place of its text in the dictionary; [`NONE`] for no text.
    rows: Vec<u32>,
    met: Vec<Met>,
    spelt: Vec<u8>,
}

impl TextColumn {
    /// Begins a column. An empty text is no text where that is allowed.
    pub fn new(is_optional: bool) -> Self {
        let met = vec![Met::default(); KEPT];
        TextColumn { is_optional, dictionary: Vec::new(), places: HashMap::new(), rows: Vec::new(), met, spelt: Vec::new() }
    }

    /// Adds a row with a text.
    pub fn push(&mut self, text: &str) {
        self.push_spelt(text, u64::MAX, |_| {});
    }

    /// Adds a row with a text and what `spell` adds to it, which must be the same whenever text and number are.
    pub fn push_spelt(&mut self, text: &str, number: u64, spell: impl Fn(&mut Vec<u8>)) {
        if text.is_empty() && self.is_optional {
            self.rows.push(NONE);
            return;
        }
        let address = text.as_ptr() as usize;
        let at = ((address >> 2) ^ text.len() ^ (number as usize).wrapping_mul(13)) % KEPT;
        let met = self.met[at];
        // The memory of a text that is gone may hold another one.
        let is_met = met.nth > 0 && met.address == address && met.number == number && met.length == text.len();
        if is_met && self.dictionary.get(met.from..met.from + met.length) == Some(text.as_bytes()) {
            self.rows.push(met.nth - 1);
            return;
        }
        self.spelt.clear();
        self.spelt.extend_from_slice(text.as_bytes());
        spell(&mut self.spelt);
        let (place, from) = self.place();
        self.met[at] = Met { address, number, from, length: text.len(), nth: place + 1 };
        self.rows.push(place);
    }

    /// Returns the place of the spelt text in the dictionary, and where that has it.
    fn place(&mut self) -> (u32, usize) {
        if let Some(&known) = self.places.get(self.spelt.as_slice()) {
            return known;
        }
        let place = self.places.len() as u32;
        self.dictionary.extend_from_slice(&(self.spelt.len() as u32).to_le_bytes());
        let from = self.dictionary.len();
        self.dictionary.extend_from_slice(&self.spelt);
        self.places.insert(self.spelt.as_slice().into(), (place, from));
        (place, from)
    }

    /// Writes the column to a group of rows, and begins the next group's.
    ///
    /// # Errors
    /// What the disk says.
    pub fn write<W: Write + Send>(
        &mut self,
        group: &mut SerializedRowGroupWriter<'_, W>,
        column: ColumnDescPtr,
    ) -> Result<(), ParquetError> {
        let mut chunk = TrackedWrite::new(Vec::new());
        let n_rows = self.rows.len() as u32;
        let mut pages = SerializedPageWriter::new(&mut chunk);
        let (dictionary, size) = packed(&self.dictionary)?;
        let n_texts = self.places.len() as u32;
        let page = Page::DictionaryPage { buf: dictionary, num_values: n_texts, encoding: Encoding::PLAIN, is_sorted: false };
        let first = pages.write_page(CompressedPage::new(page, size))?;
        let (values, size) = packed(&self.values())?;
        let page = Page::DataPage {
            buf: values,
            num_values: n_rows,
            encoding: Encoding::RLE_DICTIONARY,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        let second = pages.write_page(CompressedPage::new(page, size))?;
        pages.close()?;
        let close = closed(column, n_rows, &first, &second)?;
        group.append_column(&Bytes::from(chunk.into_inner()?), close)?;
        self.clear();
        Ok(())
    }

    /// Returns a data page: which rows have a text, and which one.
    fn values(&self) -> Vec<u8> {
        let mut page = Vec::with_capacity(self.rows.len() * 2 + 64);
        let mut present = Vec::new();
        if self.is_optional {
            let is_there: Vec<u32> = self.rows.iter().map(|row| u32::from(*row != NONE)).collect();
            present.extend(self.rows.iter().copied().filter(|row| *row != NONE));
            page.extend_from_slice(&[0; 4]);
            push_hybrid(&is_there, 1, &mut page);
            let length = (page.len() - 4) as u32;
            page[..4].copy_from_slice(&length.to_le_bytes());
        }
        let values = if self.is_optional { &present } else { &self.rows };
        let bits = (u32::BITS - (self.places.len() as u32).saturating_sub(1).leading_zeros()).max(1);
        page.push(bits as u8);
        push_hybrid(values, bits, &mut page);
        page
    }

    fn clear(&mut self) {
        self.dictionary.clear();
        self.places.clear();
        self.rows.clear();
        self.met.fill(Met::default());
    }
}

/// Compresses a page; returns also how large it was.
fn packed(page: &[u8]) -> Result<(Bytes, usize), ParquetError> {
    let packed = snap::raw::Encoder::new().compress_vec(page).map_err(|fault| ParquetError::External(Box::new(fault)))?;
    Ok((packed.into(), page.len()))
}

/// Says of a chunk of two pages what the file's end must know.
fn closed(
    column: ColumnDescPtr,
    n_rows: u32,
    first: &PageWriteSpec,
    second: &PageWriteSpec,
) -> Result<ColumnCloseResult, ParquetError> {
    let metadata = ColumnChunkMetaData::builder(column)
        .set_compression(Compression::SNAPPY)
        .set_encodings(vec![Encoding::PLAIN, Encoding::RLE, Encoding::RLE_DICTIONARY])
        .set_num_values(i64::from(n_rows))
        .set_total_compressed_size((first.compressed_size + second.compressed_size) as i64)
        .set_total_uncompressed_size((first.uncompressed_size + second.uncompressed_size) as i64)
        .set_dictionary_page_offset(Some(first.offset as i64))
        .set_data_page_offset(second.offset as i64)
        .build()?;
    Ok(ColumnCloseResult {
        bytes_written: first.bytes_written + second.bytes_written,
        rows_written: u64::from(n_rows),
        metadata,
        bloom_filter: None,
        column_index: None,
        offset_index: None,
    })
}

/// Appends values of so many bits: eight or more alike as one, others packed in eights.
fn push_hybrid(values: &[u32], bits: u32, out: &mut Vec<u8>) {
    // Where values begin that are not written yet, and until where nothing repeats long enough.
    let (mut from, mut at) = (0, 0);
    while at < values.len() {
        let value = values[at];
        let alike = values[at..].iter().take_while(|other| **other == value).count();
        // What is packed comes in eights, so that some of those alike may have to fill one up.
        let filling = (from..at).len().next_multiple_of(EIGHT) - (at - from);
        if alike >= filling + EIGHT {
            push_packed(&values[from..at + filling], bits, out);
            push_varint(((alike - filling) as u64) << 1, out);
            out.extend_from_slice(&value.to_le_bytes()[..bits.div_ceil(8) as usize]);
            from = at + alike;
        }
        at += alike;
    }
    push_packed(&values[from..], bits, out);
}

/// Appends values packed in eights; the last eight may be short of some, which then count as 0.
fn push_packed(values: &[u32], bits: u32, out: &mut Vec<u8>) {
    for run in values.chunks(EIGHT * MOST_EIGHTS) {
        out.push((run.len().div_ceil(EIGHT) << 1) as u8 | 1);
        for eight in run.chunks(EIGHT) {
            let (mut held, mut n_held) = (0_u64, 0);
            for i in 0..EIGHT {
                held |= u64::from(eight.get(i).copied().unwrap_or(0)) << n_held;
                n_held += bits;
                while n_held >= 8 {
                    out.push(held as u8);
                    held >>= 8;
                    n_held -= 8;
                }
            }
        }
    }
}

/// Appends a whole number, seven bits a byte.
fn push_varint(mut n: u64, out: &mut Vec<u8>) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::parquet::file::reader::{FileReader, SerializedFileReader};
    use ::parquet::file::writer::SerializedFileWriter;
    use ::parquet::record::RowAccessor;
    use ::parquet::schema::parser::parse_message_type;
    use proptest::prelude::*;
    use std::sync::Arc;

    /// Writes a required and an optional column of the same texts, each group of them, and reads them again with the crate's own reader.
    fn there_and_back(groups: &[Vec<String>]) -> Vec<(String, Option<String>)> {
        let schema = parse_message_type("message m { required binary a (UTF8); optional binary b (UTF8); }").unwrap();
        let mut file = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::default()).unwrap();
        let mut columns = [TextColumn::new(false), TextColumn::new(true)];
        for texts in groups {
            for text in texts {
                columns.iter_mut().for_each(|column| column.push(text));
            }
            let described = file.schema_descr().columns().to_vec();
            let mut group = file.next_row_group().unwrap();
            for (column, described) in columns.iter_mut().zip(described) {
                column.write(&mut group, described).unwrap();
            }
            group.close().unwrap();
        }
        let bytes = Bytes::from(file.into_inner().unwrap());
        let reader = SerializedFileReader::new(bytes).unwrap();
        let rows = reader.get_row_iter(None).unwrap().map(|row| {
            let row = row.unwrap();
            (row.get_string(0).unwrap().clone(), row.get_string(1).ok().cloned())
        });
        rows.collect()
    }

    fn expected(groups: &[Vec<String>]) -> Vec<(String, Option<String>)> {
        groups.iter().flatten().map(|text| (text.clone(), Some(text.clone()).filter(|text| !text.is_empty()))).collect()
    }

    /// Runs of texts: of each how often it comes, so that both ways of writing meet at every length.
    fn runs() -> impl Strategy<Value = Vec<String>> {
        let run = (prop::sample::select(vec![0_usize, 1, 2, 3, 4, 5, 400]), 1_usize..40);
        prop::collection::vec(run, 1..60).prop_map(|runs| {
            let text = |kind: usize, i: usize| match kind {
                0 => String::new(),
                400 => format!("case {i}"),
                kind => format!("Қадам {kind}"),
            };
            runs.into_iter().flat_map(|(kind, n)| (0..n).map(move |i| text(kind, i))).collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

        #[test]
        fn texts_come_back_in_their_rows(groups in prop::collection::vec(runs(), 1..3)) {
            prop_assert_eq!(there_and_back(&groups), expected(&groups));
        }
    }

    #[test]
    fn columns_of_one_text_of_none_and_of_very_many_come_back() {
        for texts in [
            vec!["only".to_owned(); 1000],
            vec![String::new(); 1000],
            (0..70_000).map(|i| format!("case {}", i % 66_000)).collect(),
        ] {
            let groups = [texts];
            assert!(there_and_back(&groups) == expected(&groups));
        }
    }

    #[test]
    fn numbers_tell_texts_apart() {
        let mut column = TextColumn::new(false);
        let source = "births".to_owned();
        for number in [1, 2, 1, 4097, 1] {
            column.push_spelt(&source, number, |out| out.extend_from_slice(format!("-{number}").as_bytes()));
        }
        assert_eq!(column.rows, [0, 1, 0, 2, 0]);
        assert_eq!(column.places.len(), 3);
    }
}
