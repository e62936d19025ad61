use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(getstate = state, setstate = set_state)]
struct Stack {
    #[reduce(state)]
    items: Vec<u8>,
    #[reduce(rename = "n")]
    count: u8,
}

fn main() {}
