//! Reading: two routes from a pickle to typed values, and the machine behind the general one.

mod flat;
mod prediction;
mod predictive;
mod replay;

pub use flat::FlatReader;
pub(crate) use predictive::Predictive;
