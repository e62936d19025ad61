use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(state = "slots", getstate = Pixel::state, setstate = Pixel::set_state)]
struct Pixel {
    #[reduce(skip)]
    x: u8,
}

fn main() {}
