use pickle_core::Reduce;

#[derive(Reduce)]
enum Shape {
    Disc(f64),
    #[reduce(other, name = "Blob")]
    Unknown { name: String, value: u8 },
    #[reduce(other)]
    More,
}

fn main() {}
