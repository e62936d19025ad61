use pickle_core::Reduce;

#[derive(Reduce)]
struct Stack {
    #[reduce(listitems, rename = "list", default)]
    items: Vec<u16>,
    #[reduce(dictitems, ctor)]
    entries: std::collections::HashMap<u8, u8>,
}

fn main() {}
