use pickle_core::Reduce;

#[derive(Reduce)]
struct Vector {
    #[reduce(args)]
    coords: f64,
}

fn main() {}
