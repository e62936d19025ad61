use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(slots)]
struct Pixel {
    #[reduce(kwargs)]
    x: u8,
    #[reduce(base)]
    y: u8,
    #[reduce(enum)]
    z: u8,
}

fn main() {}
