use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(module = "a")]
#[reduce(module = "b")]
struct Point {
    #[reduce(ctor, ctor)]
    x: f64,
}

fn main() {}
