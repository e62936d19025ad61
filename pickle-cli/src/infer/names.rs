//! Names of Rust for names of Python.

use std::collections::{BTreeSet, HashSet};

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};
use proc_macro2::{Ident, Span};

/// What the prelude has, and what is written into every file.
const PRELUDE: [&str; 14] = [
    "Box",
    "Clone",
    "Debug",
    "Default",
    "Err",
    "None",
    "Ok",
    "Option",
    "PartialEq",
    "Reduce",
    "Result",
    "Some",
    "String",
    "Vec",
];

/// The names of one scope.
#[derive(Debug, Default, Clone)]
pub struct Names(HashSet<String>);

impl Names {
    /// Those of a module, in which the last parts of these paths are imported.
    #[must_use]
    pub fn of_module(imported: &BTreeSet<&str>) -> Names {
        let last = imported.iter().map(|path| path.rsplit("::").next().unwrap_or(path));
        Names(last.chain(PRELUDE).map(str::to_owned).collect())
    }

    /// The first of these names that is free; a number tells it from others if none is.
    pub fn pick(&mut self, candidates: impl IntoIterator<Item = String>) -> Ident {
        let mut first = None;
        for name in candidates {
            if self.0.insert(name.clone()) {
                return ident(&name);
            }
            first.get_or_insert(name);
        }
        let first = first.unwrap_or_default();
        let mut number = 2;
        loop {
            let name = format!("{first}{number}");
            if self.0.insert(name.clone()) {
                return ident(&name);
            }
            number += 1;
        }
    }
}

/// The name of a field for an attribute.
#[must_use]
pub fn field(python: &str) -> String {
    legal(python.to_snake_case(), "field_")
}

/// The name of a type, or of a variant.
#[must_use]
pub fn type_name(python: &str) -> String {
    legal(python.to_upper_camel_case(), "Type")
}

/// The name of the type of what is in a field, of which there may be several.
#[must_use]
pub fn item(field: &str) -> String {
    match (field.strip_suffix("ies"), field.strip_suffix('s')) {
        (Some(stem), _) if stem.len() > 1 => type_name(&format!("{stem}y")),
        (None, Some(stem)) if stem.len() > 2 && !stem.ends_with('s') => type_name(stem),
        _ => type_name(field),
    }
}

/// The name of a variant for the value of an enum's member.
#[must_use]
pub fn variant(value: &str) -> String {
    legal(value.to_upper_camel_case(), "Value")
}

/// A raw identifier for a keyword; those that cannot be raw have a line at the end.
fn ident(name: &str) -> Ident {
    // A keyword since the edition of 2024, which `syn` does not know of.
    let is_new_keyword = name == "gen";
    match syn::parse_str::<Ident>(name) {
        Ok(_) if !is_new_keyword => Ident::new(name, Span::call_site()),
        _ => Ident::new_raw(name, Span::call_site()),
    }
}

/// The name, if it is one in Rust, or with something before or after it.
fn legal(name: String, before: &str) -> String {
    let is_name = |name: &str| syn::parse_str::<Ident>(name).is_ok();
    let is_keyword = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic());
    if is_name(&name) {
        return name;
    }
    match &name[..] {
        "self" | "Self" | "super" | "crate" => format!("{name}_"),
        _ if is_keyword => name,
        _ if !name.is_empty() && is_name(&format!("{before}{name}")) => format!("{before}{name}"),
        _ => before.trim_end_matches('_').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields() {
        let names = ["x", "userName", "HTTPServer", "_private", "type", "self", "1st", "", "été"];
        let expected = [
            "x",
            "user_name",
            "http_server",
            "private",
            "type",
            "self_",
            "field_1st",
            "field",
            "été",
        ];
        assert_eq!(names.map(field), expected);
    }

    #[test]
    fn names_of_one_scope_differ() {
        let mut names = Names::of_module(&["pickle_core::types::Date"].into());
        let mut pick = |name: &str| names.pick([name.to_owned()]).to_string();
        assert_eq!(
            ["Date", "Date", "Point", "type", "gen"].map(&mut pick),
            ["Date2", "Date3", "Point", "r#type", "r#gen"]
        );
    }
}
