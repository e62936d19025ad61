use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(transparent)]
enum Length {
    Metres(f64),
}

fn main() {}
