use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(ctor = Point::new)]
struct Point {
    #[reduce(ctor)]
    x: f64,
}

impl Point {
    fn new(x: u8) -> Point {
        Point { x: f64::from(x) }
    }
}

fn main() {}
