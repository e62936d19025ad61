use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(state_setter = shapes::fill)]
struct Pixel {
    x: u8,
}

fn main() {}
