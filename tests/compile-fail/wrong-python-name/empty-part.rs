use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(alias = ".Point", alias = "a..b")]
struct Point {
    #[reduce(rename = "")]
    x: f64,
}

fn main() {}
