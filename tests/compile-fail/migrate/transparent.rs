use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(transparent, migrate = migrate)]
struct Metres(f64);

fn main() {}
