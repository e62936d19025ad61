//! How the items of a container are cut into batches.

use crate::graph::NodeId;
use crate::opcode::op;
use crate::pickler::graph::Profile;
use crate::protocol::Protocol;

/// How many items go into one `APPENDS`, `SETITEMS` or `ADDITEMS` (`_BATCHSIZE` of `pickle.py`).
const BATCH: usize = 1000;

/// What kind of items a container gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `APPEND` and `APPENDS`.
    List,
    /// `SETITEM` and `SETITEMS`.
    Dict,
    /// `ADDITEMS`.
    Set,
}

/// The items of a container, handed out one by one with the opcodes around them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Batches<'g> {
    items: &'g [NodeId],
    kind: Kind,
    style: Style,
    /// How many ids of the open batch are left.
    left: usize,
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

/// What comes next.
#[derive(Debug, Clone, Copy)]
pub(super) enum Next {
    Op(u8),
    Item(NodeId),
    End,
}

impl<'g> Batches<'g> {
    /// The items of a container, or those that a call made one (`is_exact` is false).
    pub(super) fn new(
        items: &'g [NodeId],
        kind: Kind,
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
        Batches { items, kind, style, left: 0, close: None, more: !items.is_empty() }
    }

    #[inline]
    pub(super) fn next(&mut self) -> Next {
        if self.left > 0
            && let Some((&item, rest)) = self.items.split_first()
        {
            self.items = rest;
            self.left -= 1;
            return Next::Item(item);
        }
        self.between()
    }

    /// Closes a batch, opens another, or ends.
    fn between(&mut self) -> Next {
        if let Some(close) = self.close.take() {
            return Next::Op(close);
        }
        if !self.more {
            return Next::End;
        }
        let items = self.items.len() / self.kind.width();
        let count = if self.style == Style::Single { 1 } else { items.min(BATCH) };
        self.left = count * self.kind.width();
        self.more = match self.style {
            // A full batch is not known to be the last one.
            Style::Exact if self.kind != Kind::List => count == BATCH,
            _ => items > count,
        };
        let (one, many) = self.kind.opcodes();
        if count == 1
            && self.style != Style::Exact
            && let Some(one) = one
        {
            self.close = Some(one);
            return self.next();
        }
        self.close = Some(many);
        Next::Op(op::MARK)
    }
}

impl Kind {
    /// How many nodes make an item.
    fn width(self) -> usize {
        if self == Kind::Dict { 2 } else { 1 }
    }

    fn opcodes(self) -> (Option<u8>, u8) {
        match self {
            Kind::List => (Some(op::APPEND), op::APPENDS),
            Kind::Dict => (Some(op::SETITEM), op::SETITEMS),
            Kind::Set => (None, op::ADDITEMS),
        }
    }
}
