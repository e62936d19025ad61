use pickle_core::Reduce;

#[derive(Reduce)]
union Bits {
    int: u32,
    float: f32,
}

fn main() {}
