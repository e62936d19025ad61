use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(state = "list")]
struct Pixel {
    x: u8,
    #[reduce(skip_if = is_zero, default)]
    y: u8,
}

fn main() {}
