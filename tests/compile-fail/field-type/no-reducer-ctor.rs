use pickle_core::Reduce;

#[derive(Reduce)]
struct Session {
    #[reduce(ctor)]
    connection: Connection,
}

struct Connection;

fn main() {}
