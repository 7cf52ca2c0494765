//! Which texts have which fingerprints, of all articles?
//!
//! Made of the files beside the segments in one pass over their pairs, and only what selects is
//! kept: fingerprints of two texts or more that are neither common nor crowded
//! (`boilerplate.rs`), eight bytes for each text that has one.  Most fingerprints are of one
//! text.

use super::articles::{Articles, NONE};
use super::boilerplate::{is_common, LEAST_DAYS, MOST_TEXTS};
use crate::error::{CoreError, Result};
use crate::fingerprints::table::{SortedPairs, Table};

/// The texts of each fingerprint, and the fingerprints of each text.
pub struct Lists {
    /// Where the texts of each list begin, and the end.
    starts: Vec<u32>,
    texts: Vec<u32>,
    /// Where the lists of each text begin, and the end.
    text_starts: Vec<u32>,
    lists: Vec<u32>,
    common: Ascending,
}

impl Lists {
    /// `numbers` are of each table the numbers of its documents among all; those that are no
    /// articles are left out.
    pub fn new(articles: &Articles, tables: &[Table], numbers: &[Vec<u32>]) -> Result<Self> {
        let mut starts = vec![0u32];
        let mut texts: Vec<u32> = Vec::new();
        let mut common = Vec::new();
        let mut days = Vec::new();
        let mut pairs = SortedPairs::new(tables, numbers);
        while let Some(pairs) = pairs.next_part()? {
            for same in pairs.chunk_by(|one, other| one >> 32 == other >> 32) {
                if same.len() == 1 {
                    continue;
                }
                let holders = same.iter().map(|&pair| pair as u32);
                if same.len() >= LEAST_DAYS {
                    days.clear();
                    days.extend(holders.clone().filter_map(|article| articles.day(article)));
                    if is_common(&mut days) {
                        common.push((same[0] >> 32) as u32);
                        continue;
                    }
                }
                let start = texts.len();
                texts.extend(holders.map(|article| articles.text_of[article as usize]));
                texts[start..].sort_unstable();
                remove_repeated(&mut texts, start);
                if (2..=MOST_TEXTS).contains(&(texts.len() - start)) {
                    starts.push(texts.len() as u32);
                } else {
                    texts.truncate(start);
                }
                if texts.len() >= NONE as usize {
                    return Err(CoreError::Invalid("2^32 fingerprints or more".into()));
                }
            }
        }
        let mut text_starts = vec![0u32; articles.text_count() + 1];
        for &text in &texts {
            text_starts[text as usize + 1] += 1;
        }
        for text in 1..text_starts.len() {
            text_starts[text] += text_starts[text - 1];
        }
        let mut lists = vec![0; texts.len()];
        let mut next = text_starts.clone();
        for (list, range) in (0..).zip(starts.windows(2)) {
            for &text in &texts[range[0] as usize..range[1] as usize] {
                let next = &mut next[text as usize];
                lists[*next as usize] = list;
                *next += 1;
            }
        }
        Ok(Lists {
            starts,
            texts,
            text_starts,
            lists,
            common: Ascending::new(common),
        })
    }

    /// Call `found` with each text before `text`, for each selective fingerprint that it shares
    /// with that.
    pub fn sharing_before(&self, text: u32, mut found: impl FnMut(u32)) {
        let [start, end] = [text, text + 1].map(|n| self.text_starts[n as usize] as usize);
        for &list in &self.lists[start..end] {
            let [start, end] = [list, list + 1].map(|n| self.starts[n as usize] as usize);
            let before = self.texts[start..end].iter().take_while(|&&one| one < text);
            before.for_each(|&text| found(text));
        }
    }

    pub fn has_common(&self) -> bool {
        !self.common.numbers.is_empty()
    }

    pub fn is_common(&self, fingerprint: u32) -> bool {
        self.common.contains(fingerprint)
    }
}

/// Numbers that are spread evenly, and where those begin that have the same first bits: one or two.
struct Ascending {
    numbers: Vec<u32>,
    starts: Vec<u32>,
    /// What is left of a number behind these bits.
    shift: u32,
}

impl Ascending {
    fn new(numbers: Vec<u32>) -> Self {
        let bits = numbers.len().max(2).ilog2();
        let shift = u32::BITS - bits;
        let mut starts = vec![0; (1 << bits) + 1];
        for &number in &numbers {
            starts[(number >> shift) as usize + 1] += 1;
        }
        for place in 1..starts.len() {
            starts[place] += starts[place - 1];
        }
        Ascending {
            numbers,
            starts,
            shift,
        }
    }

    fn contains(&self, number: u32) -> bool {
        let place = (number >> self.shift) as usize;
        let [start, end] = [place, place + 1].map(|place| self.starts[place] as usize);
        self.numbers[start..end].binary_search(&number).is_ok()
    }
}

/// Leave one of each number from `start` on, where they ascend.
fn remove_repeated(numbers: &mut Vec<u32>, start: usize) {
    let mut kept = start;
    for place in start..numbers.len() {
        if kept == start || numbers[kept - 1] != numbers[place] {
            numbers[kept] = numbers[place];
            kept += 1;
        }
    }
    numbers.truncate(kept);
}
