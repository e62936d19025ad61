//! `uuid`.

use super::through;
use crate::types;

through! {
    /// A `uuid.UUID`.
    uuid::Uuid as types::Uuid, "uuid.UUID":
        |uuid| Some(types::Uuid(uuid.as_u128())), |uuid| Some(uuid::Uuid::from_u128(uuid.0));
}
