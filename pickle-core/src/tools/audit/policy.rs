//! Which globals a pickle may use.

use std::collections::HashMap;

use crate::error::{Error, ErrorKind, Result};
use crate::tools::audit::value::{NAME, Name};
use crate::tools::audit::{Auditor, Judgement, Verdict, table};

/// Which globals a pickle may import and call.
///
/// A pattern is the full name of a global, `shapes.Circle`, or the beginning of names, `shapes.*`.
/// Of several that match, the longest decides; of two equal ones, the one that denies. What no
/// pattern matches is judged by the built-in tables, unless [`Policy::strict`] leaves them out.
///
/// A pattern with `*` never allows what the tables know to be dangerous: `shapes.*` does not allow
/// `shapes.os.system`, which Python reaches when `shapes` imports `os`. A full name does.
///
/// ```
/// use pickle_core::tools::audit::{Auditor, Policy, Verdict};
///
/// let pickle = b"cshapes\nCircle\n)R.";
/// assert_eq!(Auditor::new().audit(pickle).verdict(), Verdict::Unknown);
/// let policy = Policy::new().allow("shapes.*");
/// assert_eq!(Auditor::new().policy(policy).audit(pickle).verdict(), Verdict::Harmless);
/// ```
#[derive(Debug, Clone)]
pub struct Policy {
    /// Patterns, and whether they allow.
    patterns: HashMap<String, bool>,
    tables: bool,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy::new()
    }
}

/// What a pattern says of a name.
enum Said {
    Nothing,
    Deny,
    AllowExactly,
    AllowAmongOthers,
}

impl Policy {
    /// What the built-in tables say.
    #[must_use]
    pub fn new() -> Policy {
        Policy { patterns: HashMap::new(), tables: true }
    }

    /// Only what is allowed by a pattern: the built-in tables call nothing harmless, and whatever
    /// is not allowed is denied.
    ///
    /// ```
    /// use pickle_core::tools::audit::Policy;
    ///
    /// let policy = Policy::strict().allow("collections.OrderedDict");
    /// assert!(policy.check(b"ccollections\nOrderedDict\n)R.").is_ok());
    /// assert!(policy.check(b"ccollections\ndeque\n)R.").is_err());
    /// ```
    #[must_use]
    pub fn strict() -> Policy {
        Policy { tables: false, ..Policy::new() }
    }

    /// Allows what matches a pattern.
    #[must_use]
    pub fn allow(mut self, pattern: impl Into<String>) -> Policy {
        self.patterns.entry(pattern.into()).or_insert(true);
        self
    }

    /// Denies what matches a pattern.
    #[must_use]
    pub fn deny(mut self, pattern: impl Into<String>) -> Policy {
        self.patterns.insert(pattern.into(), false);
        self
    }

    /// Checks a pickle that goes on to Python, and whatever follows it: all that it would import
    /// and call has to be harmless by this policy.
    ///
    /// It takes bytes, not a [`Graph`](crate::Graph), as a graph no longer knows of calls whose
    /// results the pickle drops. Reading a pickle into Rust types needs no such check: it makes
    /// values of the types that were asked for or registered, and calls nothing else.
    ///
    /// # Errors
    /// The first thing that is not harmless, with its offset; or what is wrong with the pickle.
    ///
    /// ```
    /// use pickle_core::tools::audit::Policy;
    ///
    /// let error = Policy::new().check(b"cos\nsystem\n(Vecho\ntR.").unwrap_err();
    /// assert_eq!(error.offset(), Some(0));
    /// assert!(error.to_string().starts_with("found os.system, expected what the policy allows"));
    /// ```
    pub fn check(&self, pickle: &[u8]) -> Result<()> {
        let audit = Auditor::new().policy(self.clone()).audit(pickle);
        if let Some(finding) = audit.findings.iter().find(|it| it.verdict != Verdict::Harmless) {
            let (name, reason) = (finding.name.clone(), finding.reason.to_string());
            return Err(Error::new(ErrorKind::Forbidden { name, reason }).at(finding.offset));
        }
        match audit.error {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// What to think of the import or a call of a name, and why.
    pub(super) fn judge(&self, name: &Name) -> Judgement {
        let length = name.module.len() + name.attributes.len();
        if length > NAME {
            return (Verdict::Dangerous, "is too long for a name".into());
        }
        let said = self.said(name);
        match said {
            Said::Deny => return (Verdict::Dangerous, "is denied by the policy".into()),
            Said::AllowExactly => return (Verdict::Harmless, "is allowed by the policy".into()),
            Said::Nothing | Said::AllowAmongOthers => {}
        }
        if let Some(why) = table::danger(&name.module, &name.attributes) {
            return (Verdict::Dangerous, why.into());
        }
        // Readers that strip blanks and carriage returns see another module than Python does.
        let odd = |char: char| char.is_control() || char.is_whitespace();
        if name.module.contains(odd) || name.attributes.contains(odd) {
            let module: String = name.module.split(odd).collect();
            let attributes: String = name.attributes.split(odd).collect();
            return match table::danger(&module, &attributes) {
                Some(why) => {
                    (Verdict::Dangerous, format!("has blanks in it, else it {why}").into())
                }
                None => (Verdict::Unknown, "has blanks or control characters in it".into()),
            };
        }
        match said {
            Said::AllowAmongOthers => (Verdict::Harmless, "is allowed by the policy".into()),
            _ if !self.tables => (Verdict::Dangerous, "is not allowed by the policy".into()),
            _ if table::is_harmless(&name.module, &name.attributes) => {
                (Verdict::Harmless, "is known to do no harm".into())
            }
            _ => (Verdict::Unknown, "is not known to the auditor".into()),
        }
    }

    fn said(&self, name: &Name) -> Said {
        if self.patterns.is_empty() {
            return Said::Nothing;
        }
        let text = name.text();
        match self.patterns.get(&text) {
            Some(true) => return Said::AllowExactly,
            Some(false) => return Said::Deny,
            None => {}
        }
        let mut beginning = text.as_str();
        loop {
            let shorter = beginning.rsplit_once('.').map(|(shorter, _)| shorter);
            let pattern = shorter.map_or("*".to_owned(), |shorter| format!("{shorter}.*"));
            match (self.patterns.get(&pattern), shorter) {
                (Some(true), _) => return Said::AllowAmongOthers,
                (Some(false), _) => return Said::Deny,
                (None, Some(shorter)) => beginning = shorter,
                (None, None) => return Said::Nothing,
            }
        }
    }
}
