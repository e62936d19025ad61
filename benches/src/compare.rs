//! Interleaved timing: every contender runs once in each round, and medians are compared.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// One way to do the work, with its times.
struct Contender<'a> {
    name: String,
    run: Box<dyn FnMut() + 'a>,
    times: Vec<Duration>,
}

/// Ways to do the same work.
pub struct Comparison<'a> {
    title: String,
    contenders: Vec<Contender<'a>>,
}

impl<'a> Comparison<'a> {
    /// Begins a comparison.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Comparison<'a> {
        Comparison { title: title.into(), contenders: Vec::new() }
    }

    /// Adds a contender; the first one is what the others are compared with.
    #[must_use]
    pub fn with<T>(mut self, name: impl Into<String>, mut run: impl FnMut() -> T + 'a) -> Self {
        let run = Box::new(move || {
            black_box(run());
        });
        self.contenders.push(Contender { name: name.into(), run, times: Vec::new() });
        self
    }

    /// Runs every contender in turn for about the given time, and prints medians and ratios: the
    /// time of the first contender over that of each.
    pub fn run(mut self, budget: Duration) {
        let begin = Instant::now();
        let mut rounds = 0;
        while rounds < 5 || (begin.elapsed() < budget && rounds < 1000) {
            for contender in &mut self.contenders {
                let start = Instant::now();
                (contender.run)();
                contender.times.push(start.elapsed());
            }
            rounds += 1;
        }
        println!("\n{} ({rounds} rounds)", self.title);
        println!("  {:<28} {:>12} {:>14}", "", "median ms", "ours / theirs");
        let mut ours = None;
        for contender in &mut self.contenders {
            contender.times.sort_unstable();
            let median =
                contender.times.get(contender.times.len() / 2).copied().unwrap_or_default();
            let ours = ours.get_or_insert(median);
            println!(
                "  {:<28} {:>12.4} {:>14.3}",
                contender.name,
                median.as_secs_f64() * 1e3,
                ours.as_secs_f64() / median.as_secs_f64()
            );
        }
    }
}
