use pickle_core::Reduce;

#[derive(Reduce)]
struct Point {
    #[reduce(skip, ctor)]
    x: f64,
}

fn main() {}
