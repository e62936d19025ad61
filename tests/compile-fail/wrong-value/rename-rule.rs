use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(rename_all = "camel_case")]
struct Point {
    x: f64,
}

fn main() {}
