use pickle_core::Reduce;

#[derive(Reduce)]
struct Stack {
    #[reduce(listitems)]
    items: u16,
}

fn main() {}
