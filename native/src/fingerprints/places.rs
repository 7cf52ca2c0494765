//! Where in a table do the pairs of a place begin?
//!
//! The place of a pair are the first bits of its fingerprint.  Files of version 1 have a number
//! for each place; now there is a one for each pair and a zero behind the pairs of each place, in
//! order, which is how Elias and Fano write an ascending row: some two and a half bits a pair in
//! place of three.  Of every 256th place a sample says how many pairs lie before it.

const PLACES_A_SAMPLE: usize = 256;
const WORD_BITS: usize = 64;

/// What is written of the places of pairs.
pub struct WrittenPlaces {
    pub samples: Vec<u32>,
    pub words: Vec<u64>,
}

/// Takes the places of pairs in their order.
pub struct PlacesWriter {
    words: Vec<u64>,
    counts: Vec<u32>,
    pairs: usize,
    places: usize,
}

impl PlacesWriter {
    /// For so many pairs.
    pub fn new(pairs: usize, places: usize) -> Self {
        PlacesWriter {
            words: vec![0; (pairs + places).div_ceil(WORD_BITS)],
            counts: vec![0; samples_of(places)],
            pairs: 0,
            places,
        }
    }

    pub fn push(&mut self, place: usize) {
        let at = self.pairs + place;
        self.words[at / WORD_BITS] |= 1 << (at % WORD_BITS);
        self.counts[place / PLACES_A_SAMPLE + 1] += 1;
        self.pairs += 1;
    }

    pub fn finish(self) -> WrittenPlaces {
        let mut samples = self.counts;
        for sample in 1..samples.len() {
            samples[sample] += samples[sample - 1];
        }
        let mut words = self.words;
        words.truncate((self.pairs + self.places).div_ceil(WORD_BITS));
        WrittenPlaces { samples, words }
    }
}

/// How many samples there are of so many places: one more at the end.
pub fn samples_of(places: usize) -> usize {
    places.div_ceil(PLACES_A_SAMPLE) + 1
}

/// How many bytes the bits of so many pairs and places take.
pub fn bits_len(pairs: usize, places: usize) -> usize {
    8 * (pairs + places).div_ceil(WORD_BITS)
}

/// The places of the pairs of one table, where they lie.
pub enum Places<'a> {
    /// How many pairs lie before each place, and all.
    Numbers(&'a [u8]),
    Bits {
        samples: &'a [u8],
        bits: &'a [u8],
    },
}

/// Where a reader of all pairs is.
pub struct PlaceCursor {
    pub place: usize,
    /// The first pair of a later place.
    end: usize,
    /// The zero behind this place.
    zero: usize,
}

impl Places<'_> {
    /// Whether what is written is of so many pairs and places.
    pub fn is_sound(&self, pairs: usize, places: usize) -> bool {
        match self {
            Places::Numbers(numbers) => {
                let end = |place| four(numbers, place) as usize;
                end(0) == 0
                    && end(places) == pairs
                    && (0..places).all(|place| end(place) <= end(place + 1))
            }
            Places::Bits { samples, bits } => {
                let at = |sample: usize| {
                    let before = (sample * PLACES_A_SAMPLE).min(places);
                    (four(samples, sample) as usize, before)
                };
                let last = samples_of(places) - 1;
                let parts = (0..last).all(|sample| {
                    let ((first, before), (end, behind)) = (at(sample), at(sample + 1));
                    first <= end && ones(bits, first + before, end + behind) == end - first
                });
                let rest = (bits.len() * 8).saturating_sub(pairs + places);
                at(0).0 == 0
                    && at(last).0 == pairs
                    && parts
                    && (rest == 0
                        || word(bits, (pairs + places) / WORD_BITS) >> (WORD_BITS - rest) == 0)
            }
        }
    }

    /// The first pair of `place`, and the first behind them.
    pub fn range(&self, place: usize) -> std::ops::Range<usize> {
        match self {
            Places::Numbers(numbers) => {
                four(numbers, place) as usize..four(numbers, place + 1) as usize
            }
            Places::Bits { samples, bits } => {
                let (sample, zeros) = (place / PLACES_A_SAMPLE, place % PLACES_A_SAMPLE);
                let first = four(samples, sample) as usize + place - zeros;
                let start = behind_zeros(bits, first, zeros);
                let end = behind_zeros(bits, start, 1) - 1;
                start - place..end - place
            }
        }
    }

    /// A reader that stands before the first pair.
    pub fn cursor(&self) -> PlaceCursor {
        let (end, zero) = match self {
            Places::Numbers(numbers) => (four(numbers, 1) as usize, 0),
            Places::Bits { bits, .. } => {
                let zero = behind_zeros(bits, 0, 1) - 1;
                (zero, zero)
            }
        };
        PlaceCursor {
            place: 0,
            end,
            zero,
        }
    }

    /// Go on to the place of the pair `number`, which there is, at `cursor` or later.
    #[inline]
    pub fn go_to(&self, cursor: &mut PlaceCursor, number: usize) -> usize {
        while number >= cursor.end {
            cursor.place += 1;
            match self {
                Places::Numbers(numbers) => cursor.end = four(numbers, cursor.place + 1) as usize,
                Places::Bits { bits, .. } => {
                    cursor.zero = behind_zeros(bits, cursor.zero + 1, 1) - 1;
                    cursor.end = cursor.zero - cursor.place;
                }
            }
        }
        cursor.place
    }
}

/// The place of the bit behind so many zeros from `at` on; behind the end all are zeros.
#[inline]
fn behind_zeros(bits: &[u8], mut at: usize, mut zeros: usize) -> usize {
    if zeros == 0 {
        return at;
    }
    loop {
        let mut found = !word(bits, at / WORD_BITS) >> (at % WORD_BITS);
        let count = found.count_ones() as usize;
        if count >= zeros {
            for _ in 1..zeros {
                found &= found - 1;
            }
            return at + found.trailing_zeros() as usize + 1;
        }
        zeros -= count;
        at = (at / WORD_BITS + 1) * WORD_BITS;
    }
}

/// How many ones there are from `start` to `end`.
fn ones(bits: &[u8], start: usize, end: usize) -> usize {
    let mut found = 0;
    let mut at = start;
    while at < end {
        let stop = end.min((at / WORD_BITS + 1) * WORD_BITS);
        let taken = word(bits, at / WORD_BITS) >> (at % WORD_BITS);
        let wanted = match stop - at {
            WORD_BITS => !0,
            length => (1 << length) - 1,
        };
        found += (taken & wanted).count_ones() as usize;
        at = stop;
    }
    found
}

#[inline]
fn word(bits: &[u8], number: usize) -> u64 {
    let found = bits.get(8 * number..8 * number + 8);
    found.map_or(0, |eight| {
        u64::from_le_bytes(eight.try_into().unwrap_or_default())
    })
}

/// The four bytes at the place `number` of an array.
#[inline]
pub fn four(bytes: &[u8], number: usize) -> u32 {
    let found = bytes.get(4 * number..4 * number + 4);
    found.map_or(0, |four| {
        u32::from_le_bytes(four.try_into().unwrap_or_default())
    })
}
