use pickle_core::Reduce;

#[derive(Reduce)]
enum Colour {
    #[reduce(value = 1)]
    Red,
}

fn main() {}
