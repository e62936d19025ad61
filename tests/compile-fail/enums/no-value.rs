use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(enum)]
enum Colour {
    Red,
    Green = 2,
    Blue,
}

fn main() {}
