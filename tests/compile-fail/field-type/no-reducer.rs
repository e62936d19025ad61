use pickle_core::Reduce;

#[derive(Reduce)]
struct Session {
    name: String,
    connection: Connection,
}

struct Connection;

fn main() {}
