use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(ctor = Point::new)]
struct Point {
    #[reduce(ctor)]
    x: f64,
    #[reduce(skip, default = 5.0)]
    y: f64,
}

fn main() {}
