//! Reading: two routes from a pickle to typed values, and the machine behind the general one.

mod general;
pub(crate) mod machine;
mod memo;
mod predictive;
mod settings;

pub(crate) use general::GraphLoader;
pub use predictive::LaneReader;
pub(crate) use predictive::Predictive;
pub use settings::Encoding;
pub(crate) use settings::Settings;
