use pickle_core::Reduce;

#[derive(Reduce)]
struct Point {
    #[reduce(module = "shapes")]
    x: f64,
}

fn main() {}
