//! What makes no sense together.

use crate::ast::Input;
use crate::ctxt::Ctxt;

/// Finds every mistake that the parts alone do not show.
pub(crate) fn check(_input: &Input<'_>, _ctxt: &mut Ctxt) {}
