use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(name = "My Point")]
struct Point {
    x: f64,
}

fn main() {}
