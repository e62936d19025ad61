//! The policy file: which globals pickles may use.
//!
//! ```toml
//! # Beginnings of names, or full ones; of several that match, the longest decides.
//! allow = ["shapes.*", "collections.OrderedDict"]
//! deny = ["shapes.internal.*"]
//! # Whether what no pattern matches is denied; without it, the built-in tables judge.
//! strict = false
//!
//! # What extension codes stand for.
//! [extensions]
//! 240 = "shapes:Circle"
//! ```

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use pickle_core::tools::audit::{Auditor, Policy};
use serde::Deserialize;

use crate::failure::{Failure, Result};
use crate::files;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    allow: Vec<String>,
    #[serde(default)]
    deny: Vec<String>,
    #[serde(default)]
    strict: bool,
    #[serde(default)]
    extensions: BTreeMap<String, String>,
}

/// The auditor that a policy file asks for.
///
/// # Errors
/// The file cannot be read, or is no policy.
pub fn read(path: &Path) -> Result<Auditor> {
    let invalid = |message: String| Failure::Policy { file: path.to_owned(), message };
    let content = files::read(path)?;
    let text = String::from_utf8(content).map_err(|error| invalid(error.to_string()))?;
    parse(&text).map_err(|error| invalid(error.to_string()))
}

/// The auditor that the text of a policy file asks for.
///
/// # Errors
/// It is no policy.
///
/// ```
/// use pickle_core::tools::audit::Verdict;
///
/// let auditor = pickle_cli::audit::policy::parse("allow = ['shapes.*']")?;
/// assert_eq!(auditor.audit(b"cshapes\nCircle\n)R.").verdict(), Verdict::Harmless);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn parse(text: &str) -> io::Result<Auditor> {
    let file: File = toml::from_str(text).map_err(io::Error::other)?;
    let mut policy = if file.strict { Policy::strict() } else { Policy::new() };
    for pattern in file.allow {
        policy = policy.allow(pattern);
    }
    for pattern in file.deny {
        policy = policy.deny(pattern);
    }
    let mut auditor = Auditor::new().policy(policy);
    for (code, name) in file.extensions {
        let entry = code.parse().ok().zip(name.split_once(':'));
        let (code, (module, name)) = entry.ok_or_else(|| {
            io::Error::other(format!("found {code} = {name:?}, expected 240 = \"module:name\""))
        })?;
        auditor = auditor.extension(code, module, name);
    }
    Ok(auditor)
}
