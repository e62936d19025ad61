use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(skip)]
struct Point {
    x: f64,
}

fn main() {}
