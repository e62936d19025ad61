use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(new)]
struct Point {
    x: f64,
}

fn main() {}
