//! Records of the shapes in [rust_serialization_benchmark], made from a fixed seed.
//!
//! [rust_serialization_benchmark]: https://github.com/djkoloski/rust_serialization_benchmark

/// Derives for all contenders what they need, so that each codes the same structs.
macro_rules! records {
    ($($record:item)*) => {$(
        #[derive(Debug, Clone, PartialEq)]
        #[derive(pickle_core::Reduce)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[derive(deser::Serialize, deser::Deserialize)]
        $record
    )*};
}

mod log;
mod mesh;
mod minecraft;
mod mk48;
mod random;

pub use self::log::{Address, Log, Logs, logs};
pub use self::mesh::{Mesh, Triangle, Vector3, mesh};
pub use self::minecraft::{
    Abilities, Entity, GameType, Item, Player, Players, RecipeBook, players,
};
pub use self::mk48::{
    Contact, EntityType, Guidance, TerrainUpdate, Transform, Update, Updates, updates,
};
pub use self::random::Random;
