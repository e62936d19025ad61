use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(enum)]
struct Colour;

fn main() {}
