//! Extension codes: numbers for classes and functions (PEP 307, `copyreg.add_extension`).

use std::collections::HashMap;

use crate::error::{Error, Result};
use crate::registry::Registry;

/// A table whose keys may be anybody's, so that the hash has to withstand that.
type Table<K, V> = HashMap<K, V, foldhash::quality::RandomState>;

/// Both directions of the codes.
#[derive(Debug, Default)]
pub(super) struct Extensions {
    names: Table<i32, (Box<str>, Box<str>)>,
    /// By module, then by name.
    codes: Table<Box<str>, Table<Box<str>, i32>>,
}

impl Extensions {
    /// Whether there are no codes.
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

impl Registry {
    /// Gives a class or function a number, which stands for its name from protocol 2 on: what
    /// `copyreg.add_extension` is in Python. Whoever reads the pickle must have registered the same
    /// one. Codes go from 1 to 0x7fffffff; those below 256 take two bytes. Nested classes have
    /// theirs from protocol 4 on, below which Python does not find them by it.
    ///
    /// ```
    /// use pickle_core::{PickleOptions, Reduce, Registry, UnpickleOptions};
    ///
    /// #[derive(Debug, PartialEq, Reduce)]
    /// #[reduce(module = "shapes")]
    /// struct Point { x: i32 }
    ///
    /// let mut registry = Registry::new();
    /// registry.extension("shapes", "Point", 240)?;
    /// let pickle = PickleOptions::new().registry(&registry).to_vec(&Point { x: 1 })?;
    /// assert_eq!(pickle, b"\x80\x04\x95\x0e\0\0\0\0\0\0\0\x82\xf0)\x81}\x8c\x01x\x94K\x01sb.");
    /// let back: Point = UnpickleOptions::new().registry(&registry).from_slice(&pickle)?;
    /// assert_eq!(back, Point { x: 1 });
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the code is out of range, or when it or the name is registered already with another
    /// partner.
    pub fn extension(&mut self, module: &str, name: &str, code: i32) -> Result<&mut Registry> {
        if code < 1 {
            let message = format!("found extension code {code}, expected 1 to 0x7fffffff");
            return Err(Error::custom(message));
        }
        match (self.extension_name(code), self.extension_code(module, name)) {
            (None, None) => {
                self.extensions.names.insert(code, (module.into(), name.into()));
                self.extensions.codes.entry(module.into()).or_default().insert(name.into(), code);
                Ok(self)
            }
            (Some(known), _) if known != (module, name) => Err(Error::custom(format!(
                "found extension code {code} for {module}.{name}, expected another one: it stands \
                 for {}.{}",
                known.0, known.1
            ))),
            (_, Some(known)) if known != code => Err(Error::custom(format!(
                "found extension code {code} for {module}.{name}, expected {known}, which it has"
            ))),
            _ => Ok(self),
        }
    }

    /// The module and name that a code stands for.
    pub(crate) fn extension_name(&self, code: i32) -> Option<(&str, &str)> {
        self.extensions.names.get(&code).map(|(module, name)| (&**module, &**name))
    }

    /// The code of a class or function.
    pub(crate) fn extension_code(&self, module: &str, name: &str) -> Option<i32> {
        self.extensions.codes.get(module)?.get(name).copied()
    }
}
