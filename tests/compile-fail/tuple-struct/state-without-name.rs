use pickle_core::Reduce;

#[derive(Reduce)]
struct Labelled(f64, #[reduce(state)] String);

fn main() {}
