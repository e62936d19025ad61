//! What a pickle would do in Python: every global that it imports and every call that it makes,
//! and what to think of them.
//!
//! ```
//! use pickle_core::tools::audit::{Action, Verdict, audit};
//!
//! let audit = audit(b"cos\nsystem\n(Vecho hello\ntR0N.");
//! assert_eq!(audit.verdict(), Verdict::Dangerous);
//! let call = &audit.findings[1];
//! assert_eq!((call.action, call.name.as_str()), (Action::Call, "os.system"));
//! assert_eq!((call.offset, call.args.as_str()), (25, "('echo hello')"));
//! ```
//!
//! Nothing is loaded. A machine of symbols runs the instructions with a real stack and a real memo,
//! so it knows where a name comes from, whatever way it took: dropped results, duplicated values,
//! names out of the memo, `INST` and `OBJ`, extension codes, and what `getattr`, `attrgetter`,
//! `methodcaller` and `partial` lead to. It looks into text and bytes that hold pickles, and at
//! what follows `STOP`.
//!
//! The machine is at least as lenient as every unpickler of CPython, in C and in Python: it goes on
//! as long as one of them would. So a pickle that breaks is reported up to where the last of them
//! gives up.
//!
//! # What the verdicts mean
//!
//! * [`Verdict::Harmless`]: known to be safe with whatever arguments a pickle can give. Time and
//!   memory are not considered: `bytes(10**12)` is harmless.
//! * [`Verdict::Unknown`]: a class or function of somebody else. Importing its module runs code
//!   that is installed, and only that; a [`Policy`] says that it is fine.
//! * [`Verdict::Dangerous`]: runs code or commands, touches files or the network, changes modules
//!   and classes, or hides what it does.
//!
//! A list of dangerous names is never complete. To load pickles of others in Python, demand
//! `Harmless`, and allow one's own classes by a [`Policy`].

mod call;
mod machine;
mod operands;
mod policy;
mod state;
mod table;
mod value;

pub use policy::Policy;

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use crate::error::Error;
use value::Name;

/// What to think of a finding, or of a pickle; in ascending order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Verdict {
    /// Known to do no harm.
    #[default]
    Harmless,
    /// Nothing is known about it.
    Unknown,
    /// Known to be able to do harm, or made to hide what it does.
    Dangerous,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Harmless => "harmless",
            Verdict::Unknown => "unknown",
            Verdict::Dangerous => "dangerous",
        })
    }
}

/// A verdict, and why.
type Judgement = (Verdict, Cow<'static, str>);

/// What Python would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// Import a module, and take an attribute of it.
    Import,
    /// Call something, or make an instance of a class: `REDUCE`, `INST`, `OBJ`, `NEWOBJ`,
    /// `NEWOBJ_EX`.
    Call,
    /// Take an attribute of an object: a call of `getattr`, `attrgetter` or `methodcaller`.
    Attribute,
    /// Set attributes, or call `__setstate__`: `BUILD`.
    SetState,
    /// Call `extend` or `append` of something that is no list: `APPEND`, `APPENDS`.
    Extend,
    /// Store items in something that is no dict: `SETITEM`, `SETITEMS`.
    SetItems,
    /// Call `add` or `update` of something that is no set: `ADDITEMS`.
    Add,
    /// Call the reader's `persistent_load`: `PERSID`, `BINPERSID`.
    PersistentLoad,
}

impl Action {
    /// A word for it, as in the output of `pickle audit`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Action::Import => "import",
            Action::Call => "call",
            Action::Attribute => "getattr",
            Action::SetState => "setstate",
            Action::Extend => "extend",
            Action::SetItems => "setitems",
            Action::Add => "add",
            Action::PersistentLoad => "persistent_load",
        }
    }
}

/// One thing that Python would do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Where the instruction is, in bytes from the beginning of the input; for a nested pickle,
    /// from its own beginning.
    pub offset: usize,
    /// Where the strings are that hold the nested pickle, outermost first; empty outside of them.
    pub within: Vec<usize>,
    /// What it does.
    pub action: Action,
    /// What it does it to: the dotted name that is reached in the end.
    pub name: String,
    /// The arguments, shortened, as Python shows them; empty if there are none to show.
    pub args: String,
    /// What to think of it.
    pub verdict: Verdict,
    /// Why, in a few words that continue the name.
    pub reason: Cow<'static, str>,
}

/// What an [`Auditor`] found.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Audit {
    /// In the order in which Python would do it. Only so many of each verdict are kept, see
    /// [`Auditor::findings`].
    pub findings: Vec<Finding>,
    /// How many findings were not kept.
    pub left_out: usize,
    /// How many pickles the input holds one after the other, broken ones included.
    pub pickles: usize,
    /// Bytes behind the last pickle that are no pickle.
    pub trailing: Option<Range<usize>>,
    /// Why the first broken pickle ends before its `STOP`. What it did until then is found.
    pub error: Option<Error>,
    kept: [usize; 3],
    worst: Verdict,
}

impl Audit {
    /// The worst verdict of all findings, those that were not kept included.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.worst
    }

    /// Counts a finding, and makes it if it is to be kept.
    fn note(&mut self, verdict: Verdict, most: usize, finding: impl FnOnce() -> Finding) {
        self.worst = self.worst.max(verdict);
        match self.kept.get_mut(verdict as usize) {
            Some(kept) if *kept < most => {
                *kept += 1;
                self.findings.push(finding());
            }
            _ => self.left_out += 1,
        }
    }
}

/// Audits pickles, with options.
///
/// ```
/// use pickle_core::tools::audit::{Auditor, Verdict};
///
/// let pickle = b"\x80\x02\x82\x07X\x04\0\0\0echo\x85R.";
/// assert_eq!(Auditor::new().audit(pickle).verdict(), Verdict::Unknown);
/// let auditor = Auditor::new().extension(7, "os", "system");
/// assert_eq!(auditor.audit(pickle).verdict(), Verdict::Dangerous);
/// ```
#[derive(Debug, Clone)]
pub struct Auditor {
    policy: Policy,
    extensions: HashMap<i32, Name>,
    findings: usize,
    depth: usize,
}

impl Default for Auditor {
    fn default() -> Auditor {
        Auditor::new()
    }
}

impl Auditor {
    /// The built-in tables, no extension codes, 10 000 findings of each verdict, and pickles
    /// nested 8 deep.
    #[must_use]
    pub fn new() -> Auditor {
        Auditor { policy: Policy::new(), extensions: HashMap::new(), findings: 10_000, depth: 8 }
    }

    /// Sets which globals a pickle may use.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Auditor {
        self.policy = policy;
        self
    }

    /// Says what an extension code stands for, as `copyreg.add_extension` does.
    #[must_use]
    pub fn extension(
        mut self,
        code: i32,
        module: impl Into<String>,
        name: impl Into<String>,
    ) -> Auditor {
        self.extensions.insert(code, Name::new(module, name));
        self
    }

    /// Sets how many findings of each verdict are kept; all of them are counted.
    #[must_use]
    pub fn findings(mut self, most: usize) -> Auditor {
        self.findings = most;
        self
    }

    /// Sets how deep pickles in text and bytes of pickles are looked into.
    #[must_use]
    pub fn depth(mut self, levels: usize) -> Auditor {
        self.depth = levels;
        self
    }

    /// Audits the pickles of an input: the first, and what follows its `STOP`.
    #[must_use]
    pub fn audit(&self, pickles: &[u8]) -> Audit {
        let mut audit = Audit::default();
        machine::run_all(self, pickles, &[], &mut audit);
        audit
    }
}

/// Audits the pickles of an input, with the built-in tables.
///
/// See [the module](self) for an example.
#[must_use]
pub fn audit(pickles: &[u8]) -> Audit {
    Auditor::new().audit(pickles)
}
