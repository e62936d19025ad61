use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(new)]
struct Colour(String, #[reduce(kw)] u8);

fn main() {}
