use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(module, after)]
struct Point {
    #[reduce(rename, with)]
    x: f64,
}

fn main() {}
