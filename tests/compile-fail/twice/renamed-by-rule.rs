use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(rename_all = "camelCase")]
struct Point {
    is_new: bool,
    isNew: bool,
}

fn main() {}
