use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(module = "shapes" name = "P")]
struct Point {
    x: f64,
}

fn main() {}
