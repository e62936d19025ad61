//! Names of classes and functions, and how Python 2 called them.

/// The name under which Python 2 knows a global of Python 3, as `fix_imports` writes it below
/// protocol 3 (`_compat_pickle.py`).
pub(crate) fn python2_name<'a>(module: &'a str, name: &'a str) -> (&'a str, &'a str) {
    match (module, name) {
        ("builtins", "range") => ("__builtin__", "xrange"),
        ("builtins", "int") => ("__builtin__", "long"),
        ("builtins", "str") => ("__builtin__", "unicode"),
        ("builtins", _) => ("__builtin__", name),
        ("copyreg", _) => ("copy_reg", name),
        _ => (module, name),
    }
}

/// The name in Python 3 of a global that Python 2 names: the inverse of [`python2_name`].
pub(crate) fn python3_name<'a>(module: &'a str, name: &'a str) -> (&'a str, &'a str) {
    match (module, name) {
        ("__builtin__", "xrange") => ("builtins", "range"),
        ("__builtin__", "long") => ("builtins", "int"),
        ("__builtin__", "unicode") => ("builtins", "str"),
        ("__builtin__", _) => ("builtins", name),
        ("copy_reg", _) => ("copyreg", name),
        _ => (module, name),
    }
}
