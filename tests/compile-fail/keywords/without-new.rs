use pickle_core::Reduce;

#[derive(Reduce)]
struct Colour {
    #[reduce(ctor)]
    name: String,
    #[reduce(kw)]
    alpha: u8,
}

fn main() {}
