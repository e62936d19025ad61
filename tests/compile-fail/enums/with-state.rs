use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(enum = "name", new, after = Colour::check, state = "slots")]
enum Colour {
    Red = 1,
}

fn main() {}
