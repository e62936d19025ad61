use pickle_core::Reduce;

#[derive(Reduce)]
struct Point {
    x: u8,
}

#[derive(Reduce)]
enum Shape {
    Labelled {
        #[reduce(flatten)]
        point: Point,
    },
}

fn main() {}
