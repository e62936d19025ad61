use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(ctor(Point::new))]
struct Point {
    #[reduce(default(5))]
    x: f64,
}

fn main() {}
