use pickle_core::Reduce;

#[derive(Reduce)]
enum Shape {
    #[reduce(nam = "Disc")]
    Circle(f64),
}

fn main() {}
