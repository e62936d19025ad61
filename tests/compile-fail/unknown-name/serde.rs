use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(rename = "P", deny_unknown_fields)]
struct Point {
    #[reduce(skip_serializing_if = is_zero)]
    x: f64,
}

fn main() {}
