use pickle_core::Reduce;

#[derive(Reduce)]
struct Vector {
    #[reduce(args, ctor, with = coords)]
    coords: (f64, f64),
}

fn main() {}
