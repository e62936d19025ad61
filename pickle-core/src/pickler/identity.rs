//! Which shared pointers were written already, and under which memo index.

use std::any::Any;

use rustc_hash::FxHashMap;

/// The identity of a shared object; several pointers may have the same one (`Rc<Rc<T>>`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity(usize);

impl Identity {
    /// Announces no object but a base: the next instance to begin is one.
    pub(crate) const BASE: Identity = Identity(usize::MAX);
}

/// How far an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Its writing has begun, but it is not on the stack yet: a reference now would be a cycle
    /// through the arguments of its own constructor.
    Started,
    /// It can be had from the memo.
    Memoized(u32),
    /// It is an atom (`None`, a number), which is written anew each time.
    Atom,
}

/// The identities of one pickler.
#[derive(Default)]
pub(crate) struct Identities {
    by_address: FxHashMap<usize, Identity>,
    progress: Vec<Progress>,
    /// Pointers to everything memoized, so that no address is used again for another object while
    /// the memo lives (`pickle.py`, the comment in `memoize`).
    alive: Vec<Box<dyn Any>>,
}

impl Identities {
    pub(crate) fn find(&self, address: usize) -> Option<(Identity, Progress)> {
        let identity = *self.by_address.get(&address)?;
        Some((identity, self.progress(identity)))
    }

    pub(crate) fn progress(&self, identity: Identity) -> Progress {
        self.progress.get(identity.0).copied().unwrap_or(Progress::Atom)
    }

    /// Gives an address an identity: that of the pointer around it, or a new one.
    pub(crate) fn insert(
        &mut self,
        address: usize,
        outer: Option<Identity>,
        alive: Box<dyn Any>,
    ) -> Identity {
        let identity = outer.unwrap_or_else(|| {
            self.progress.push(Progress::Started);
            Identity(self.progress.len() - 1)
        });
        self.by_address.insert(address, identity);
        self.alive.push(alive);
        identity
    }

    pub(crate) fn set(&mut self, identity: Identity, progress: Progress) {
        if let Some(slot) = self.progress.get_mut(identity.0) {
            *slot = progress;
        }
    }
}
