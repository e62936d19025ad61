use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(state = "slots", state_setter = "shapes.fill")]
struct Point(u8, u8);

fn main() {}
