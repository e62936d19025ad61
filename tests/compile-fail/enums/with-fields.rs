use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(enum)]
enum Colour {
    #[reduce(value = 1)]
    Named(String),
}

fn main() {}
