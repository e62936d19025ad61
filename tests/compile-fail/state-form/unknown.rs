use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(state = "slot")]
struct Pixel {
    x: u8,
}

fn main() {}
