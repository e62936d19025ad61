//! Where the values of the datasets come from.

/// A small deterministic generator (SplitMix64), so that every run has the same data.
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// Starts from a seed.
    #[must_use]
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Any number of a type.
    pub fn any<T: Bits>(&mut self) -> T {
        T::from_bits(self.bits())
    }

    /// A number from `start` to before `end`.
    pub fn between(&mut self, start: i64, end: i64) -> i64 {
        let width = end.abs_diff(start).max(1);
        start.wrapping_add((self.bits() % width).cast_signed())
    }

    /// A length below `end`.
    #[expect(clippy::cast_possible_truncation, reason = "below `end`")]
    pub fn below(&mut self, end: usize) -> usize {
        (self.bits() % (end as u64).max(1)) as usize
    }

    /// Whether something happens that has the given probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.any::<f64>() < probability
    }

    /// One of the choices.
    pub fn pick<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T
    where
        &'a T: Default,
    {
        choices.get(self.below(choices.len())).copied().unwrap_or_default()
    }

    /// In one of two cases, what the function makes.
    pub fn maybe<T>(&mut self, make: impl FnOnce(&mut Random) -> T) -> Option<T> {
        self.any::<bool>().then(|| make(self))
    }

    /// So many of what the function makes.
    pub fn many<T>(&mut self, count: usize, mut make: impl FnMut(&mut Random) -> T) -> Vec<T> {
        (0..count).map(|_| make(self)).collect()
    }
}

/// What any bits are a value of: all values of integers, those from 0 to below 1 of floats.
pub trait Bits {
    /// Makes a value of random bits.
    fn from_bits(bits: u64) -> Self;
}

macro_rules! integers {
    ($($int:ty)*) => {$(
        impl Bits for $int {
            #[expect(clippy::allow_attributes, reason = "some types are as wide as the bits")]
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_possible_wrap,
                clippy::unnecessary_cast,
                reason = "any of the bits will do"
            )]
            fn from_bits(bits: u64) -> $int {
                bits as $int
            }
        }
    )*};
}

integers!(u8 u16 u32 u64 i8 i16 i32 i64);

impl Bits for bool {
    fn from_bits(bits: u64) -> bool {
        bits >> 63 == 1
    }
}

impl Bits for f32 {
    #[expect(clippy::cast_precision_loss, reason = "24 bits fit")]
    fn from_bits(bits: u64) -> f32 {
        (bits >> 40) as f32 / (1u64 << 24) as f32
    }
}

impl Bits for f64 {
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    fn from_bits(bits: u64) -> f64 {
        (bits >> 11) as f64 / (1u64 << 53) as f64
    }
}
