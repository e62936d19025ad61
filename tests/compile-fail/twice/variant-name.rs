use pickle_core::Reduce;

#[derive(Reduce)]
enum Shape {
    Circle(f64),
    #[reduce(name = "Circle")]
    Disc(f64),
}

fn main() {}
