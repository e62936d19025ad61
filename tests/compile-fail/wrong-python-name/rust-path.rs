use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(module = "my::shapes", name = "")]
struct Point {
    x: f64,
}

fn main() {}
