use pickle_core::Reduce;

#[derive(Reduce)]
struct Point {
    #[reduce(with = empty)]
    x: f64,
}

mod empty {}

fn main() {}
