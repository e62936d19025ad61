use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(new)]
struct Colour {
    #[reduce(args)]
    rgb: (u8, u8, u8),
    #[reduce(kw)]
    alpha: u8,
}

fn main() {}
