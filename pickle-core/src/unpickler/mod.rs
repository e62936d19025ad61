//! Reading: two routes from a pickle to typed values, and the machine behind the general one.

mod describe;
mod general;
mod instance;
mod lane;
pub(crate) mod machine;
mod memo;
mod path;
mod prediction;
mod predictive;
mod replay;

pub(crate) use general::GraphLoader;
pub use lane::LaneReader;
pub(crate) use predictive::Predictive;
