use pickle_core::Reduce;

#[derive(Reduce)]
struct Stack {
    #[reduce(listitems)]
    items: Vec<u16>,
    #[reduce(listitems)]
    more: Vec<u16>,
}

fn main() {}
