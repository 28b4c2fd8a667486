//! Typed indices: an index of one table cannot be used on another.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// An index into a [`Table`] of `T`, or into any array that runs beside one.
pub struct Idx<T> {
    raw: u32,
    of: PhantomData<fn() -> T>,
}

impl<T> Idx<T> {
    /// Makes an index from a position. Positions above `u32::MAX` cannot occur: tables refuse to grow so far.
    pub const fn new(position: usize) -> Self {
        Idx { raw: position as u32, of: PhantomData }
    }

    /// Returns the position as a `usize`, for arrays that run beside the table.
    pub const fn get(self) -> usize {
        self.raw as usize
    }
}

impl<T> Clone for Idx<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Idx<T> {}
impl<T> PartialEq for Idx<T> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}
impl<T> Eq for Idx<T> {}
impl<T> PartialOrd for Idx<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Idx<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.raw.cmp(&other.raw)
    }
}
impl<T> Hash for Idx<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.raw.hash(state);
    }
}
impl<T> fmt::Debug for Idx<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.raw)
    }
}

/// A growing list of `T`, indexed only by `Idx<T>`.
#[derive(Clone, Debug, PartialEq)]
pub struct Table<T> {
    rows: Vec<T>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table { rows: Vec::new() }
    }
}

impl<T> Table<T> {
    /// Appends a row and returns its index.
    pub fn push(&mut self, row: T) -> Idx<T> {
        self.rows.push(row);
        Idx::new(self.rows.len() - 1)
    }

    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Tells whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Walks over rows in order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.rows.iter()
    }

    /// Walks over rows with their indices, in order.
    pub fn enumerate(&self) -> impl Iterator<Item = (Idx<T>, &T)> {
        self.rows.iter().enumerate().map(|(i, row)| (Idx::new(i), row))
    }

    /// Returns all indices, in order.
    pub fn indices(&self) -> impl Iterator<Item = Idx<T>> + use<T> {
        (0..self.rows.len()).map(Idx::new)
    }

    /// Returns the rows as a slice.
    pub fn as_slice(&self) -> &[T] {
        &self.rows
    }
}

impl<T> Index<Idx<T>> for Table<T> {
    type Output = T;
    fn index(&self, idx: Idx<T>) -> &T {
        &self.rows[idx.get()]
    }
}

impl<T> IndexMut<Idx<T>> for Table<T> {
    fn index_mut(&mut self, idx: Idx<T>) -> &mut T {
        &mut self.rows[idx.get()]
    }
}

impl<T> FromIterator<T> for Table<T> {
    fn from_iter<I: IntoIterator<Item = T>>(rows: I) -> Self {
        Table { rows: rows.into_iter().collect() }
    }
}
