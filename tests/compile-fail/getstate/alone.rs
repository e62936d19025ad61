use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(getstate = Stack::state)]
struct Stack {
    items: Vec<u8>,
}

impl Stack {
    fn state(&self) -> u8 {
        0
    }
}

fn main() {}
