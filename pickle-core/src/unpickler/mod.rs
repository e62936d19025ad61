//! Reading: two routes from a pickle to typed values, and the machine behind the general one.

mod describe;
mod flat;
mod general;
mod instance;
pub(crate) mod machine;
mod memo;
mod path;
mod prediction;
mod predictive;
mod replay;

pub use flat::FlatReader;
pub(crate) use general::GraphLoader;
pub(crate) use predictive::Predictive;
