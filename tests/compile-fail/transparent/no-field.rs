use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(transparent)]
struct Metres {
    #[reduce(skip)]
    value: f64,
}

fn main() {}
