use pickle_core::Reduce;

#[derive(Reduce)]
struct Point(u8, u8);

#[derive(Reduce)]
struct Labelled {
    #[reduce(flatten)]
    point: Point,
    label: String,
}

fn main() {}
