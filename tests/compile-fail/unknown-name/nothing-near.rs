use pickle_core::Reduce;

#[derive(Reduce)]
struct Point {
    #[reduce(quux)]
    x: f64,
}

fn main() {}
