// Inferred by `pickle infer` from a pickle; others may hold more.

use pickle_core::types::{
    ByteArray, Complex, Date, DateTime, Decimal, Exception, Fraction, Pattern, PurePath,
    Range, Time, TimeDelta, Uuid,
};
use pickle_core::{Global, Long, Reduce};
use std::net::IpAddr;

pub type Root = Plain;

/// Python's `infer_models.Plain`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models")]
pub struct Plain {
    pub when: DateTime,
    pub day: Date,
    pub time: Time,
    pub span: TimeDelta,
    pub price: Decimal,
    pub part: Fraction<Long>,
    pub key: Uuid,
    pub host: IpAddr,
    pub path: PurePath,
    pub pattern: Pattern,
    pub span_of: Range,
    pub number: Complex,
    pub raw: ByteArray,
    pub error: Exception,
    pub function: Global,
}
