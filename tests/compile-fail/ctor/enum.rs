use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(ctor = Shape::new)]
enum Shape {
    Circle(f64),
}

fn main() {}
