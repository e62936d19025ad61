use pickle_core::Reduce;

#[derive(Reduce)]
#[reduce(transparent, module = "units", ctor = Metres, deny_unknown)]
struct Metres(#[reduce(ctor)] f64);

fn main() {}
