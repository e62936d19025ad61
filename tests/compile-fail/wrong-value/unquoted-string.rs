use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(module = shapes)]
struct Point {
    x: f64,
}

fn main() {}
