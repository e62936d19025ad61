use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(new)]
struct Colour {
    #[reduce(ctor, kw)]
    alpha: u8,
}

fn main() {}
