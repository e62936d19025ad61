use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(modul = "shapes", name = Point, rename_all = "camel")]
struct Point {
    #[reduce(ctr, skip = 5)]
    x: f64,
    #[reduce(skip, ctor)]
    y: f64,
    #[reduce(rename = "y", alias = "y")]
    z: f64,
}

fn use_it(point: &Point) -> pickle_core::Result<Vec<u8>> {
    // The hollow impls keep this line quiet.
    pickle_core::to_vec(point)
}

fn main() {}
