//! Randomness that is the same in every run.

/// A small generator (SplitMix64).
#[derive(Debug, Clone)]
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

    /// A number below `end`, which is not zero.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.bits() % end as u64).unwrap_or(0)
    }

    /// A pickle with a few bytes changed, left out, doubled, or replaced by other instructions.
    pub fn damage(&mut self, pickle: &[u8]) -> Vec<u8> {
        let mut bytes = pickle.to_vec();
        for _ in 0..=self.below(3) {
            if bytes.is_empty() {
                break;
            }
            let at = self.below(bytes.len());
            let opcodes = pickle_core::Opcode::ALL;
            let opcode = opcodes[self.below(opcodes.len())] as u8;
            match self.below(7) {
                0 => bytes[at] = opcode,
                1 => bytes.insert(at, opcode),
                2 => drop(bytes.remove(at)),
                3 => bytes[at] ^= 1 << self.below(8),
                4 => {
                    // A reference to something in the memo.
                    let index = u8::try_from(self.below(24)).unwrap_or(0);
                    bytes.splice(at..at, [pickle_core::opcode::op::BINGET, index]);
                }
                5 => {
                    let end = (at + 1 + self.below(12)).min(bytes.len());
                    let piece = bytes[at..end].to_vec();
                    let to = self.below(bytes.len());
                    bytes.splice(to..to, piece);
                }
                _ => {
                    let end = (at + 1 + self.below(6)).min(bytes.len());
                    bytes.drain(at..end);
                }
            }
        }
        bytes
    }
}
