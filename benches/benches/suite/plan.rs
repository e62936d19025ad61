//! How much of the suite runs.

use std::time::Duration;

/// How thoroughly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// With all data, for figures that can be kept.
    Full,
    /// With a tenth of the data, for a first impression.
    Quick,
    /// Once with a few values, to see that everything that is measured works.
    Check,
}

/// What the command line asks for.
#[derive(Debug)]
pub(crate) struct Plan {
    extent: Extent,
    filters: Vec<String>,
}

impl Plan {
    /// Reads the arguments: `--quick`, and words that names of groups or rows contain.
    ///
    /// Cargo adds `--bench` for `cargo bench`. Without it the program is run as a test.
    pub(crate) fn new(arguments: impl Iterator<Item = String>) -> Plan {
        let (options, filters): (Vec<_>, Vec<_>) =
            arguments.partition(|argument| argument.starts_with("--"));
        let has = |name: &str| options.iter().any(|option| option == name);
        let extent = match (has("--bench"), has("--quick")) {
            (_, true) => Extent::Quick,
            (true, false) => Extent::Full,
            (false, false) => Extent::Check,
        };
        Plan { extent, filters }
    }

    /// Whether something that has these names is asked for.
    pub(crate) fn wants(&self, names: &[&str]) -> bool {
        self.filters.is_empty()
            || self.filters.iter().any(|filter| names.iter().any(|name| name.contains(filter)))
    }

    /// Whether the results are worth keeping: all of them, in full.
    pub(crate) fn is_complete(&self) -> bool {
        self.extent == Extent::Full && self.filters.is_empty()
    }

    /// Whether nothing is measured.
    pub(crate) fn is_check(&self) -> bool {
        self.extent == Extent::Check
    }

    /// How many values to take where there are so many in full.
    pub(crate) fn size(&self, full: usize) -> usize {
        match self.extent {
            Extent::Full => full,
            Extent::Quick => (full / 10).max(10),
            Extent::Check => (full / 1000).max(10),
        }
    }

    /// How long to measure what takes so many seconds in full.
    pub(crate) fn budget(&self, seconds: u64) -> Duration {
        match self.extent {
            Extent::Full => Duration::from_secs(seconds),
            Extent::Quick => Duration::from_secs(seconds) / 12,
            Extent::Check => Duration::ZERO,
        }
    }

    /// How many times to measure at least.
    pub(crate) fn rounds(&self) -> usize {
        match self.extent {
            Extent::Full => 7,
            Extent::Quick => 3,
            Extent::Check => 1,
        }
    }
}
