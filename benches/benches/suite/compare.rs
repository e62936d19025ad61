//! Interleaved timing: every contender runs in each round, once to have the caches as it needs them and
//! once to be measured, and medians are compared.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::plan::Plan;
use crate::table::{Cell, Measure, Row};

/// How long one sample takes at least, so that the clock is precise enough.
const SAMPLE: Duration = Duration::from_millis(1);

/// What takes longer has its caches as it needs them in no time, and may be a process, which has none.
const LONG: Duration = Duration::from_millis(20);

struct Contender<'a> {
    name: String,
    run: Box<dyn FnMut() + 'a>,
    /// How many times it runs for one sample.
    repeat: u32,
    /// Whether it takes longer than to get into the caches what it needs.
    is_long: bool,
    samples: Vec<f64>,
}

impl Contender<'_> {
    fn time(&mut self) -> Duration {
        let start = Instant::now();
        for _ in 0..self.repeat {
            (self.run)();
        }
        start.elapsed()
    }

    /// Runs once to warm up, and once to see how long it takes.
    fn calibrate(&mut self) {
        self.time();
        let nanos = self.time().as_nanos().max(1);
        self.is_long = nanos > LONG.as_nanos();
        self.repeat = u32::try_from(SAMPLE.as_nanos() / nanos).unwrap_or(1).clamp(1, 10_000);
    }

    /// Runs once more first, so that the caches hold what it needs and not what the one before left.
    fn sample(&mut self) {
        if !self.is_long {
            (self.run)();
        }
        let seconds = self.time().as_secs_f64() / f64::from(self.repeat);
        self.samples.push(seconds);
    }
}

/// Ways to do the same work.
pub(crate) struct Comparison<'a> {
    label: String,
    contenders: Vec<Contender<'a>>,
}

impl<'a> Comparison<'a> {
    /// Begins a comparison.
    pub(crate) fn new(label: impl Into<String>) -> Comparison<'a> {
        Comparison { label: label.into(), contenders: Vec::new() }
    }

    /// Adds a contender; the first is ours.
    pub(crate) fn with<T>(mut self, name: &str, mut run: impl FnMut() -> T + 'a) -> Self {
        let run = Box::new(move || {
            black_box(run());
        });
        let name = name.to_owned();
        self.contenders.push(Contender {
            name,
            run,
            repeat: 1,
            is_long: false,
            samples: Vec::new(),
        });
        self
    }

    /// Runs every contender in turn, for about so many seconds.
    pub(crate) fn run(mut self, plan: &Plan, seconds: u64) -> Row {
        if !plan.is_check() {
            self.contenders.iter_mut().for_each(Contender::calibrate);
        }
        let (begin, budget) = (Instant::now(), plan.budget(seconds));
        let mut rounds = 0;
        while rounds < plan.rounds() || (begin.elapsed() < budget && rounds < 2000) {
            self.contenders.iter_mut().for_each(Contender::sample);
            rounds += 1;
        }
        let cell = |contender: Contender<'_>| Cell {
            who: contender.name,
            measure: Measure::of(contender.samples),
        };
        Row { label: self.label, cells: self.contenders.into_iter().map(cell).collect() }
    }
}
