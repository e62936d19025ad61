use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(enum)]
enum Colour {
    #[reduce(value = RED)]
    Red,
    #[reduce(value = [1])]
    Green,
}

fn main() {}
