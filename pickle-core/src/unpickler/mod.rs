//! Reading: two routes from a pickle to typed values, and the machine behind the general one.

mod general;
mod heap;
pub(crate) mod machine;
mod memo;
mod predictive;
mod settings;
mod stream;

pub(crate) use general::GraphLoader;
pub(crate) use predictive::Predictive;
pub use predictive::{FixedBytes, FixedLen, LaneReader, LaneRecord, NameRef, Place, TemplateMaker};
pub use settings::Encoding;
pub(crate) use settings::Settings;
pub use stream::{StreamGraph, Unpickler};
