use pickle_core::Reduce;

#[derive(Reduce)]
struct Point {
    x: f64,
    #[reduce(rename = "x")]
    y: f64,
    #[reduce(alias = "y", alias = "y")]
    z: f64,
}

fn main() {}
