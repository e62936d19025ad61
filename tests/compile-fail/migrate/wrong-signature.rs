use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(migrate = migrate)]
struct Account {
    cents: u64,
}

fn migrate(_: &mut pickle_core::Value) {}

fn main() {}
