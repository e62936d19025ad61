use pickle_core::Reduce;

#[derive(Reduce)]
struct Point {
    #[reduce(skip = true)]
    x: f64,
}

fn main() {}
