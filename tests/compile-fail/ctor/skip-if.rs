use pickle_core::Reduce;

#[derive(Reduce)]
struct Point {
    #[reduce(ctor, skip_if = f64::is_nan)]
    x: f64,
}

fn main() {}
