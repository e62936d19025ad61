//! Names of classes and functions, and how Python 2 called them.

mod table;

use std::borrow::Cow;

use table::{Module, Name};

/// How many parts the name of a nested class has at most where it is spelled as calls of `getattr`,
/// below protocol 4. `CPython`'s limit of such chains is that of recursion.
pub(crate) const NESTED: usize = 64;

/// The name under which Python 2 knows a global of Python 3, as `fix_imports` writes it below
/// protocol 3 (`save_global` of `pickle.py`).
pub(crate) fn python2_name<'a>(module: &'a str, name: &'a str) -> (&'a str, &'a str) {
    mapped(module, name, table::NAMES_OF_PYTHON3, table::MODULES_OF_PYTHON3)
}

/// The name in Python 3 of a global that Python 2 names, as `fix_imports` reads it below protocol 3
/// (`find_class` of `pickle.py`).
pub(crate) fn python3_name<'a>(module: &'a str, name: &'a str) -> (&'a str, &'a str) {
    mapped(module, name, table::NAMES_OF_PYTHON2, table::MODULES_OF_PYTHON2)
}

/// As [`python3_name`], for a qualified name: what is nested goes with what it is nested in.
pub(crate) fn python3_qualname<'a>(module: &'a str, name: &'a str) -> (&'a str, Cow<'a, str>) {
    let Some((outer, nested)) = name.split_once('.') else {
        let (module, name) = python3_name(module, name);
        return (module, Cow::Borrowed(name));
    };
    let (module, outer) = python3_name(module, outer);
    (module, Cow::Owned(format!("{outer}.{nested}")))
}

/// A global that moved on its own, or else one whose module has another name.
fn mapped<'a>(
    module: &'a str,
    name: &'a str,
    names: &'static [Name],
    modules: &'static [Module],
) -> (&'a str, &'a str) {
    let by_name = names.binary_search_by_key(&(module, name), |(known, _)| *known);
    if let Some((_, other)) = by_name.ok().and_then(|at| names.get(at)) {
        return *other;
    }
    let by_module = modules.binary_search_by_key(&module, |(known, _)| known);
    by_module.ok().and_then(|at| modules.get(at)).map_or((module, name), |(_, other)| (other, name))
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn tables_can_be_searched() {
        assert!(table::NAMES_OF_PYTHON2.is_sorted_by(|a, b| a.0 < b.0));
        assert!(table::NAMES_OF_PYTHON3.is_sorted_by(|a, b| a.0 < b.0));
        assert!(table::MODULES_OF_PYTHON2.is_sorted_by(|a, b| a.0 < b.0));
        assert!(table::MODULES_OF_PYTHON3.is_sorted_by(|a, b| a.0 < b.0));
    }
}
