use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(dict)]
enum Shape {
    Circle { radius: f64 },
}

#[derive(Reduce)]
#[reduce(dict)]
struct Pair(u8, u8);

#[derive(Reduce)]
#[reduce(dict)]
struct Nothing;

fn main() {}
