use pickle_core::Reduce;

#[derive(Reduce)]
enum Shape {
    #[reduce(ctor)]
    Circle(f64),
}

fn main() {}
