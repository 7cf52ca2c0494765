//! What have two texts in common, and what does that make of them?
//! (`searcher/copies/verification.py`)

use super::alignment::{near_words, Aligner};
use super::run_table::RunTable;
use super::words::Words;
use crate::fingerprints::facts::{LEAST_WORDS, RUN};

/// Versions are at most so many days apart.
pub const VERSION_DAYS: u32 = 2;
/// Of the words of the longer text, those that are equal in copies of far days.
pub const NEARLY_EQUAL_PERCENT: u32 = 95;
const LEAST_SHARED: usize = 20;

/// What was counted of a pair; see the head of `verification.py`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Agreement {
    pub shorter: u32,
    pub longer: u32,
    pub same: u32,
    pub near: u32,
    pub facts: u32,
    pub facts_different: u32,
    pub others: u32,
    pub others_different: u32,
    pub shared: u32,
}

/// What one text is to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Copy,
    Version,
}

/// What an archive may have otherwise.
#[derive(Clone, Copy)]
pub struct Rules {
    pub cover_percent: u32,
    pub near_days: u32,
}

/// A text as it is compared.
pub struct Compared {
    pub forms: Vec<u32>,
    /// The number of each run of five words, by where it begins.
    pub runs: Vec<u32>,
}

/// What comparing works with, kept from one pair to the next.
#[derive(Default)]
pub struct Comparing {
    aligner: Aligner,
    runs: RunTable,
}

/// Count what two texts with these keys have in common.
pub fn compare(
    words: &Words,
    (a, key_a): (&Compared, u64),
    (b, key_b): (&Compared, u64),
    comparing: &mut Comparing,
) -> Agreement {
    let (one, other) = match (b.forms.len(), key_b) < (a.forms.len(), key_a) {
        true => (b, a),
        false => (a, b),
    };
    let shared = shared(one, other, &mut comparing.runs);
    let (a, b) = (&one.forms, &other.forms);
    let mut found = Agreement {
        shorter: a.len() as u32,
        longer: b.len() as u32,
        shared: shared as u32,
        ..Agreement::default()
    };
    if LEAST_SHARED * shared < a.len() {
        return found;
    }
    let mut count = 0;
    comparing.aligner.align(a, b, |i, j| {
        count += 1;
        let (word, other) = (a[i], b[j]);
        let mut fact = words.is_fact(word);
        if word == other {
            found.same += 1;
            found.facts += u32::from(fact);
            return;
        }
        let are_facts = fact && words.is_fact(other);
        if !are_facts && near_words(words.text(word), words.text(other)) {
            found.near += 1;
            fact = false;
        }
        found.facts += u32::from(fact);
        found.facts_different += u32::from(fact);
        found.others_different += u32::from(!fact);
    });
    found.others = count - found.facts;
    found
}

/// How many words of `a` lie in runs that `b` has.
fn shared(a: &Compared, b: &Compared, there: &mut RunTable) -> usize {
    there.clear(b.runs.len());
    b.runs.iter().for_each(|&run| there.put(run, false));
    let (mut count, mut end) = (0, 0);
    for (place, &run) in a.runs.iter().enumerate() {
        if there.get(run).is_some() {
            count += place + RUN - end.max(place);
            end = place + RUN;
        }
    }
    count
}

impl Agreement {
    /// The nine numbers in their order.
    pub fn counts(&self) -> [u32; 9] {
        [
            self.shorter,
            self.longer,
            self.same,
            self.near,
            self.facts,
            self.facts_different,
            self.others,
            self.others_different,
            self.shared,
        ]
    }

    /// The way back.
    pub fn of(counts: [u32; 9]) -> Self {
        let [shorter, longer, same, near, facts, facts_different, others, others_different, shared] =
            counts;
        Agreement {
            shorter,
            longer,
            same,
            near,
            facts,
            facts_different,
            others,
            others_different,
            shared,
        }
    }

    /// Whether the words agree and the facts do not.
    fn is_form(&self) -> bool {
        let [facts, different, others, others_different] = [
            self.facts,
            self.facts_different,
            self.others,
            self.others_different,
        ]
        .map(u64::from);
        if facts >= 3 && 100 * different >= 15 * facts {
            // Both times `others`: how many facts would differ if they did as the others do, and
            // how many more do.
            let expected = facts * others_different;
            let Some(beyond) = (different * others).checked_sub(expected) else {
                return false;
            };
            let varies = u128::from(expected) * u128::from(others - others_different);
            return beyond > 2 * expected && u128::from(beyond).pow(2) > 6 * varies;
        }
        self.shorter < 200 && facts >= 2 && 2 * different > facts && 5 * others_different <= others
    }

    /// What the two texts are to each other; `days_apart` is none where a day is not known.
    pub fn judge(&self, days_apart: Option<u32>, corrects: bool, rules: Rules) -> Option<Kind> {
        let [shorter, longer, same, near, shared] =
            [self.shorter, self.longer, self.same, self.near, self.shared].map(u64::from);
        if shorter < LEAST_WORDS as u64 {
            return None;
        }
        let is_near = days_apart.is_none_or(|days| days <= rules.near_days);
        let is_covered = 100 * (same + near) >= u64::from(rules.cover_percent) * shorter;
        let is_form = self.is_form();
        if is_covered
            && !is_form
            && (is_near || 100 * same >= u64::from(NEARLY_EQUAL_PERCENT) * longer)
        {
            let is_repeated =
                days_apart.is_some_and(|days| days > 0) && shorter < 100 && 10 * same < 3 * longer;
            return Some(match corrects || is_repeated {
                true => Kind::Version,
                false => Kind::Copy,
            });
        }
        if days_apart.is_some_and(|days| days > VERSION_DAYS) {
            return None;
        }
        let is_other_form = is_form && days_apart.is_some_and(|days| days > 0);
        (10 * shared >= 3 * shorter && !is_other_form).then_some(Kind::Version)
    }
}
