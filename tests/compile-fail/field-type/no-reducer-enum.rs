use pickle_core::Reduce;

#[derive(Reduce)]
enum Session {
    Open(Connection),
    Closed,
}

struct Connection;

fn main() {}
