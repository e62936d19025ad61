use pickle_core::Reduce;

#[derive(Reduce)]
struct Point {
    x: u8,
}

#[derive(Reduce)]
#[reduce(state = "list")]
struct Labelled {
    #[reduce(flatten)]
    point: Point,
    label: String,
}

fn main() {}
