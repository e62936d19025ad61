use pickle_core::Reduce;

#[derive(Reduce)]
struct Point {
    #[reduce(ctr)]
    x: f64,
}

fn main() {}
