use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(init, new)]
struct Colour {
    #[reduce(ctor)]
    name: String,
}

fn main() {}
