use pickle_core::Reduce;

#[derive(Reduce)]
#[repr(C, packed)]
struct Point {
    x: u8,
    y: f64,
}

fn main() {}
