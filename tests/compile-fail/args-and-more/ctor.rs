use pickle_core::Reduce;

#[derive(Reduce)]
struct Vector {
    #[reduce(args)]
    coords: (f64, f64),
    #[reduce(ctor)]
    label: String,
}

fn main() {}
