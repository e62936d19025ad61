use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(after = Point::check)]
struct Point {
    x: f64,
}

impl Point {
    fn check(&mut self) -> bool {
        true
    }
}

fn main() {}
