//! Which texts are about one event, within days? (`searcher/copies/stories.py`)
//!
//! All texts are read once: of each the words and how often they count.  Then, day by day, the
//! lists of its words say which stories of the last days a text is like, and how much; so what
//! a text costs is its words and the lengths of these lists, which hold a few days only.

use crate::build::interner::Interner;
use crate::error::Result;
use crate::fingerprints::facts::MOST_WORDS;

/// Stands for an unknown day.
pub const NO_DAY: i32 = i32::MIN;
const ACTIVE_DAYS: i32 = 2;
const LEAST_MEAN_PERCENT: u128 = 28;
const TITLE: u32 = 3;
const BEGINNING: u32 = 2;
const BEGINNING_WORDS: usize = 60;
const ONE_COUNT: u64 = 369;
const UNIT_BITS: u32 = 16;
const FRACTION_BITS: u32 = 8;
const MANTISSA_BITS: u32 = 31;
const BETWEEN_PAUSES: usize = 1_000;

/// What has the words of texts.
pub trait Told {
    /// The forms of the title and of the body of a text.  `is_void` becomes true where numbers of
    /// forms that were given before no longer hold.
    fn forms(&mut self, text: u32, is_void: &mut bool) -> Result<(Vec<u32>, Vec<u32>)>;
    /// The stem of each of these forms, by their numbers.
    fn stems(&mut self, forms: &[u32]) -> Result<Vec<String>>;
    /// Called now and then; an error ends the work.
    fn pause(&mut self) -> Result<()>;
}

/// Of each text, by its place in the order of articles, the first one of its story.
pub fn stories_of(days: &[i32], told: &mut dyn Told) -> Result<Vec<u32>> {
    let counted = Counted::of(days.len(), told)?;
    let mut order: Vec<u32> = (0..days.len() as u32)
        .filter(|&text| days[text as usize] != NO_DAY)
        .collect();
    order.sort_by_key(|&text| (days[text as usize], text));
    let mut found: Vec<u32> = (0..days.len() as u32).collect();
    let mut active = Active::new(counted.frequencies.len());
    let mut units = Vec::new();
    for (place, &text) in order.iter().enumerate() {
        if place.is_multiple_of(BETWEEN_PAUSES) {
            told.pause()?;
        }
        let day = days[text as usize];
        active.end_before(day.saturating_sub(ACTIVE_DAYS));
        counted.units_of(text, &mut units);
        if !units.is_empty() {
            found[text as usize] = active.add(text, day, &units);
        }
    }
    Ok(found)
}

// -- words

/// The words of all texts.
struct Counted {
    /// Where those of each text begin, and the end.
    starts: Vec<usize>,
    /// Word and how often it counts.
    words: Vec<(u32, u32)>,
    /// Of each word: in how many texts it stands.
    frequencies: Vec<u32>,
}

impl Counted {
    fn of(texts: usize, told: &mut dyn Told) -> Result<Self> {
        let mut names = Interner::new();
        // By the number of a form: that of its stem here, and one more.
        let mut known: Vec<u32> = Vec::new();
        let mut counted = Counted {
            starts: vec![0],
            words: Vec::new(),
            frequencies: Vec::new(),
        };
        let mut own: Vec<(u32, u32)> = Vec::new();
        for text in 0..texts as u32 {
            let mut is_void = false;
            let (title, body) = told.forms(text, &mut is_void)?;
            if is_void {
                known.clear();
            }
            let title = &title[..title.len().min(MOST_WORDS)];
            let body = &body[..body.len().min(MOST_WORDS)];
            let new = new_forms(&mut known, title.iter().chain(body));
            if !new.is_empty() {
                let stems = told.stems(&new)?;
                for (&form, stem) in new.iter().zip(stems) {
                    known[form as usize] = names.intern(stem.as_bytes()) + 1;
                }
            }
            own.clear();
            let (beginning, rest) = body.split_at(body.len().min(BEGINNING_WORDS));
            for (forms, times) in [(title, TITLE), (beginning, BEGINNING), (rest, 1)] {
                own.extend(forms.iter().map(|&form| (known[form as usize] - 1, times)));
            }
            counted.add(&mut own);
            if (text as usize).is_multiple_of(BETWEEN_PAUSES) {
                told.pause()?;
            }
        }
        Ok(counted)
    }

    fn add(&mut self, own: &mut [(u32, u32)]) {
        own.sort_unstable();
        let start = self.words.len();
        for &(word, times) in own.iter() {
            match self.words[start..].last_mut() {
                Some((last, count)) if *last == word => *count += times,
                _ => self.words.push((word, times)),
            }
        }
        for &(word, _) in &self.words[start..] {
            let word = word as usize;
            if word >= self.frequencies.len() {
                self.frequencies.resize(word + 1, 0);
            }
            self.frequencies[word] += 1;
        }
        self.starts.push(self.words.len());
    }

    /// The units of the words of a text; those of 0 left out.
    fn units_of(&self, text: u32, units: &mut Vec<(u32, u64)>) {
        units.clear();
        let text = text as usize;
        let all_texts = log_256(self.starts.len() as u64);
        let mut squares = 0u128;
        for &(word, count) in &self.words[self.starts[text]..self.starts[text + 1]] {
            let rare = all_texts - log_256(u64::from(self.frequencies[word as usize]));
            let weight = (ONE_COUNT + log_256(u64::from(count))) * rare;
            squares += u128::from(weight * weight);
            units.push((word, weight));
        }
        let root = squares.isqrt() as u64;
        if root == 0 {
            units.clear();
            return;
        }
        for (_, weight) in units.iter_mut() {
            *weight = (*weight << UNIT_BITS) / root;
        }
        units.retain(|(_, unit)| *unit > 0);
    }
}

/// Those of `forms` that are not known yet, each once; they have a place in `known` then.
fn new_forms<'a>(known: &mut Vec<u32>, forms: impl Iterator<Item = &'a u32>) -> Vec<u32> {
    let mut new = Vec::new();
    for &form in forms {
        let place = form as usize;
        if place >= known.len() {
            known.resize(place + 1, 0);
        }
        if known[place] == 0 {
            known[place] = u32::MAX; // asked for
            new.push(form);
        }
    }
    new
}

/// The logarithm of a number, 1 or more, to base 2, in 256ths (`log_256` in Python).
fn log_256(number: u64) -> u64 {
    let whole = number.ilog2();
    let mut mantissa = match whole.checked_sub(MANTISSA_BITS) {
        Some(shift) => number >> shift,
        None => number << (MANTISSA_BITS - whole),
    };
    let mut found = u64::from(whole);
    for _ in 0..FRACTION_BITS {
        mantissa = (mantissa * mantissa) >> MANTISSA_BITS;
        let bit = mantissa >> (MANTISSA_BITS + 1);
        mantissa >>= bit;
        found = found << 1 | bit;
    }
    found
}

// -- stories

struct Story {
    /// The text that began it.
    first: u32,
    last_day: i32,
    members: u64,
    words: Vec<u32>,
}

/// A story that has a word, by its slot, and the sum of the units of its members.
#[derive(Clone, Copy)]
struct Holder {
    slot: u32,
    units: u64,
}

/// The stories of the last days.
struct Active {
    slots: Vec<Option<Story>>,
    free: Vec<u32>,
    holders: Vec<Vec<Holder>>,
    /// By slot, how much the text at hand is like its story; and the slots that are not 0.
    likeness: Vec<u64>,
    liked: Vec<u32>,
    ended_before: i32,
}

impl Active {
    fn new(words: usize) -> Self {
        Active {
            slots: Vec::new(),
            free: Vec::new(),
            holders: vec![Vec::new(); words],
            likeness: Vec::new(),
            liked: Vec::new(),
            ended_before: NO_DAY,
        }
    }

    /// Forget the stories whose last text is of a day before `day`.
    fn end_before(&mut self, day: i32) {
        if self.ended_before == day {
            return;
        }
        self.ended_before = day;
        for (slot, story) in self.slots.iter_mut().enumerate() {
            let Some(ended) = story.take_if(|story| story.last_day < day) else {
                continue;
            };
            let slot = slot as u32;
            for word in ended.words {
                let held = &mut self.holders[word as usize];
                if let Some(place) = held.iter().position(|holder| holder.slot == slot) {
                    held.swap_remove(place);
                }
            }
            self.free.push(slot);
        }
    }

    /// Add a text to the story that it is most like, or begin one; the first text of that.
    fn add(&mut self, text: u32, day: i32, units: &[(u32, u64)]) -> u32 {
        let found = self.most_like(units);
        let is_new = found.is_none();
        let slot = found.unwrap_or_else(|| self.begin(text));
        for &(word, unit) in units {
            let held = &mut self.holders[word as usize];
            let own = match is_new {
                true => None, // which most are, and no list has
                false => held.iter_mut().find(|holder| holder.slot == slot),
            };
            match own {
                Some(holder) => holder.units += unit,
                None => {
                    held.push(Holder { slot, units: unit });
                    if let Some(story) = &mut self.slots[slot as usize] {
                        story.words.push(word);
                    }
                }
            }
        }
        match &mut self.slots[slot as usize] {
            Some(story) => {
                story.last_day = day;
                story.members += 1;
                story.first
            }
            None => text,
        }
    }

    fn begin(&mut self, text: u32) -> u32 {
        let story = Some(Story {
            first: text,
            last_day: NO_DAY,
            members: 0,
            words: Vec::new(),
        });
        if let Some(slot) = self.free.pop() {
            self.slots[slot as usize] = story;
            return slot;
        }
        self.slots.push(story);
        self.likeness.push(0);
        self.slots.len() as u32 - 1
    }

    fn most_like(&mut self, units: &[(u32, u64)]) -> Option<u32> {
        for &(word, unit) in units {
            for holder in &self.holders[word as usize] {
                let likeness = &mut self.likeness[holder.slot as usize];
                if *likeness == 0 {
                    self.liked.push(holder.slot);
                }
                *likeness += unit * holder.units;
            }
        }
        let mut best: Option<(u128, u128, u32, u32)> = None;
        for slot in self.liked.drain(..) {
            let like = u128::from(std::mem::take(&mut self.likeness[slot as usize]));
            let Some(story) = &self.slots[slot as usize] else {
                continue;
            };
            let members = u128::from(story.members);
            if 100 * like <= (LEAST_MEAN_PERCENT * members) << (2 * UNIT_BITS) {
                continue;
            }
            let is_better = match best {
                None => true,
                Some((best_like, best_members, first, _)) => {
                    let (mine, other) = (like * best_members, best_like * members);
                    mine > other || (mine == other && story.first < first)
                }
            };
            if is_better {
                best = Some((like, members, story.first, slot));
            }
        }
        best.map(|(.., slot)| slot)
    }
}

#[cfg(test)]
mod tests {
    use super::log_256;

    #[test]
    fn logarithms_are_cut_to_256ths() {
        assert_eq!(log_256(1), 0);
        for power in 0..60 {
            assert_eq!(log_256(1 << power), power * 256);
        }
        for number in 1..100_000u64 {
            let exact = ((number as f64).log2() * 256.0).floor() as u64;
            assert!(log_256(number) <= exact && exact - log_256(number) <= 1);
        }
    }
}
