use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce]
#[reduce = "shapes"]
struct Point {
    x: f64,
}

fn main() {}
