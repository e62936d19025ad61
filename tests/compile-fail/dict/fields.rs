use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(dict)]
struct Row {
    #[reduce(ctor)]
    id: u32,
    #[reduce(dictitems)]
    more: Vec<(String, u32)>,
    #[reduce(state)]
    name: String,
}

fn main() {}
