use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(after = |_| ())]
struct Point {
    #[reduce(default = || 5.0)]
    x: f64,
}

fn main() {}
