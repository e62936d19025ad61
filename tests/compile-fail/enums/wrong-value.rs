use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(enum)]
enum Colour {
    #[reduce(value = RED)]
    Red,
    #[reduce(value = 1.5)]
    Green,
}

fn main() {}
