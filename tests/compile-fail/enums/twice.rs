use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(enum, rename_all = "UPPERCASE")]
enum Colour {
    #[reduce(value = "r")]
    Red,
    #[reduce(value = "r")]
    Rouge,
    #[reduce(value = "g", name = "RED")]
    Green,
}

fn main() {}
