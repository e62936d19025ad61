use pickle_core::Reduce;

#[derive(Reduce)]
struct Point {
    #[reduce(skip)]
    x: NoDefault,
}

struct NoDefault;

fn main() {}
