use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(ctor = make)]
struct Point {
    #[reduce(ctor)]
    x: f64,
}

fn make(x: f64) -> f64 {
    x
}

fn main() {}
