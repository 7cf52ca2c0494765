//! Numbers for tests: the same ones on every run (SplitMix64, Steele and others, 2014).

pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.draw() % end as u64) as usize
    }

    /// Up to `most` of `characters`.
    #[cfg(test)]
    pub fn string(&mut self, characters: &[char], most: usize) -> String {
        let length = self.below(most + 1);
        (0..length)
            .map(|_| characters[self.below(characters.len())])
            .collect()
    }
}
