// Inferred by `pickle infer` from 2 pickles; others may hold more.

use pickle_core::{Reduce, Value};

pub type Root = Plain;

/// Python's `infer_models.Plain`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models")]
pub struct Plain {
    pub number: i64,
    pub text: String,
    pub ratio: f64,
    pub flag: bool,
    pub data: Vec<u8>,
    /// Nothing but `None` was found.
    pub nothing: Value,
    pub maybe: Option<String>,
    pub r#type: i64,
    #[reduce(rename = "userName")]
    pub user_name: String,
    #[reduce(default, skip_if = Option::is_none)]
    pub sometimes: Option<i64>,
}
