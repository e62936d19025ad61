use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(transparent)]
struct Metres {
    value: f64,
    unit: String,
}

fn main() {}
