use pickle_core::Reduce;

#[derive(Reduce)]
enum Never {}

fn main() {}
