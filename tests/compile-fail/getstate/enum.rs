use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(getstate = state, setstate = set_state)]
enum Stack {
    Empty,
}

fn main() {}
