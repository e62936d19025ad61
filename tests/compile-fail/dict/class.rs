use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(dict, module = "shapes", name = "P", new, init, migrate = Point::migrate, alias = "a.P")]
struct Point {
    x: f64,
}

#[derive(Reduce)]
#[reduce(dict, ctor = Line::new, state = "slots", state_setter = "m.f")]
struct Line {
    x: f64,
}

fn main() {}
