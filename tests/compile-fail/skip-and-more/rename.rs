use pickle_core::Reduce;

#[derive(Reduce)]
struct Point {
    #[reduce(skip, rename = "a", with = b, skip_if = c)]
    x: f64,
}

fn main() {}
