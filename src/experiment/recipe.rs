//! Which account of a case feeds which measure, worked out once so that a finished case pays only for what happened in it.
//!
//! Most cases touch few accounts, and most measures are one account of each case. Sums over cases follow from the sums of the
//! accounts, whatever the measures are; so a case adds up its accounts, gives those that are a measure by themselves to that
//! measure's sketch, and is asked one by one only for what is left. A measure that rests on accounts is 0 (or, of the share of
//! cases without something, 1) where these are 0: such cases are counted together at the end.

use crate::engine::account::Account;
use crate::experiment::collect::CITIZEN_TIME;
use crate::experiment::kpi::{Formula, MEASURES};

/// Where the values of a measure are kept: in one row, or in one for each segment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    first: u32,
    /// Distance from one segment's row to the next.
    stride: u32,
    /// Position among the measures with group quantiles.
    pub group: Option<usize>,
}

impl Row {
    /// Returns the row of a segment.
    #[inline]
    pub fn of(self, segment: usize) -> usize {
        self.first as usize + self.stride as usize * segment
    }
}

/// What an account of a case feeds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Recipe {
    /// The row of the measure that is this account and nothing else.
    pub alone: Option<Row>,
    /// Measures to be asked for, as bits by their position in [`MEASURES`].
    pub others: u64,
}

// Sets of measures are kept as bits of one word.
const _: () = assert!(MEASURES.len() <= 64);

/// What all accounts feed.
#[derive(Debug)]
pub(crate) struct Recipes {
    /// Measures that every case is asked for, as bits.
    pub always: u64,
    /// By account.
    pub by_account: [Recipe; Account::COUNT],
    /// By measure.
    pub rows: Vec<Row>,
    /// Number of measures with group quantiles.
    pub n_groups: usize,
}

impl Recipes {
    /// Reads the formulas of all measures.
    pub fn new() -> Self {
        let n_groups = MEASURES.iter().filter(|measure| measure.has_group_quantiles()).count();
        let mut groups = 0..n_groups;
        let rows = MEASURES.iter().enumerate().map(|(at, measure)| {
            match measure.has_group_quantiles().then(|| groups.next()).flatten() {
                // Beyond the rows of single measures, segment by segment.
                Some(group) => Row { first: (MEASURES.len() + group) as u32, stride: n_groups as u32, group: Some(group) },
                None => Row { first: at as u32, stride: 0, group: None },
            }
        });
        let rows = rows.collect();
        let mut recipes = Recipes { always: 0, by_account: [Recipe::default(); Account::COUNT], rows, n_groups };
        for (at, measure) in MEASURES.iter().enumerate() {
            recipes.add(at, measure.formula);
        }
        recipes
    }

    fn add(&mut self, at: usize, formula: Formula) {
        match formula {
            Formula::Sum(&[account]) if self.by_account[account as usize].alone.is_none() => {
                self.by_account[account as usize].alone = Some(self.rows[at]);
            }
            Formula::Sum(accounts) => self.ask_for(at, accounts),
            Formula::ShareWithout(account) => self.ask_for(at, &[account]),
            Formula::Burden => {
                self.ask_for(at, &CITIZEN_TIME);
                self.ask_for(at, &[Account::CitizenCost]);
            }
            Formula::Stretch(_) => self.always |= 1 << at,
            // Follows from the sums of its accounts, and has no value for each case.
            Formula::Ratio { .. } => {}
        }
    }

    fn ask_for(&mut self, measure: usize, accounts: &[Account]) {
        for &account in accounts {
            self.by_account[account as usize].others |= 1 << measure;
        }
    }

    /// Returns the number of rows with so many segments.
    pub fn n_rows(&self, n_segments: usize) -> usize {
        MEASURES.len() + self.n_groups * n_segments
    }
}
