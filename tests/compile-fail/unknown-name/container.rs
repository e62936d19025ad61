use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(modul = "shapes")]
struct Point {
    x: f64,
}

fn main() {}
