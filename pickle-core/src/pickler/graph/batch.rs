//! How the items of a container are cut into batches.

use crate::graph::NodeId;
use crate::opcode::op;
use crate::pickler::container::BATCH;
use crate::pickler::graph::Profile;
use crate::protocol::Protocol;

/// What kind of items a container gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ItemKind {
    /// `APPEND` and `APPENDS`.
    List,
    /// `SETITEM` and `SETITEMS`.
    Dict,
    /// `ADDITEMS`.
    Set,
}

/// The items of a container, handed out with the opcodes around them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Batches<'g> {
    items: &'g [NodeId],
    kind: ItemKind,
    style: Style,
    /// What closes the open batch.
    close: Option<u8>,
    /// Whether a batch may follow.
    more: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// One item after the other (`batch_appends` of `pickle.py` without `bin`).
    Single,
    /// A rest of one item is no batch (`_batch_appends`, `_batch_setitems`).
    Iterator,
    /// The loops of `_pickle.c` over exact lists, dicts and sets (`batch_list_exact`,
    /// `batch_dict_exact`, `save_set`).
    Exact,
}

/// The items of one instruction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Batch<'g> {
    /// Whether a mark is below them.
    pub(super) is_marked: bool,
    /// For a dict its keys and values.
    pub(super) items: &'g [NodeId],
}

impl<'g> Batches<'g> {
    /// The items of a container, or those that a call made one (`is_exact` is false).
    pub(super) fn new(
        items: &'g [NodeId],
        kind: ItemKind,
        is_exact: bool,
        profile: Profile,
        protocol: Protocol,
    ) -> Batches<'g> {
        let style = if protocol < Protocol::V1 {
            Style::Single
        } else if is_exact
            && matches!(profile, Profile::CPythonC | Profile::CPython36)
            && items.len() > kind.width()
        {
            Style::Exact
        } else {
            Style::Iterator
        };
        Batches { items, kind, style, close: None, more: !items.is_empty() }
    }

    /// What closes the batch whose items were written, if there is one.
    pub(super) fn end_batch(&mut self) -> Option<u8> {
        self.close.take()
    }

    /// The next batch.
    pub(super) fn next(&mut self) -> Option<Batch<'g>> {
        if !self.more {
            return None;
        }
        let width = self.kind.width();
        let left = self.items.len() / width;
        let count = if self.style == Style::Single { 1 } else { left.min(BATCH) };
        let items = self.items.split_off(..count * width).unwrap_or_default();
        self.more = match self.style {
            // A full batch is not known to be the last one.
            Style::Exact if self.kind != ItemKind::List => count == BATCH,
            _ => left > count,
        };
        let (one, many) = self.kind.opcodes();
        let one = one.filter(|_| count == 1 && self.style != Style::Exact);
        self.close = Some(one.unwrap_or(many));
        Some(Batch { is_marked: one.is_none(), items })
    }
}

impl ItemKind {
    /// How many nodes make an item.
    fn width(self) -> usize {
        if self == ItemKind::Dict { 2 } else { 1 }
    }

    fn opcodes(self) -> (Option<u8>, u8) {
        match self {
            ItemKind::List => (Some(op::APPEND), op::APPENDS),
            ItemKind::Dict => (Some(op::SETITEM), op::SETITEMS),
            ItemKind::Set => (None, op::ADDITEMS),
        }
    }
}
