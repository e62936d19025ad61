use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(bound = "T Reduce")]
struct Point<T> {
    x: T,
}

fn main() {}
