use pickle_core::Reduce;

#[derive(Reduce)]
struct Vector {
    #[reduce(args)]
    a: (f64, f64),
    #[reduce(args)]
    b: (f64, f64),
}

fn main() {}
