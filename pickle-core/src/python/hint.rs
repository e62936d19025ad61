//! Type hints as a tree, so that a class is spelled as each module knows it.

use std::collections::BTreeSet;
use std::fmt;

/// A type hint of Python.
///
/// ```
/// use pickle_core::python::Hint;
///
/// let dates = Hint::builtin("list").of([Hint::new("datetime", "date")]);
/// assert_eq!(Hint::optional(dates).to_string(), "list[datetime.date] | None");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint(Form);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    /// A class, of the builtins if there is no module, with the types in its brackets.
    Class {
        module: String,
        name: String,
        args: Vec<Hint>,
    },
    Union(Vec<Hint>),
    /// As the user wrote it.
    Text(String),
}

impl Hint {
    /// A class or type of a module.
    #[must_use]
    pub fn new(module: &str, name: &str) -> Hint {
        Hint(Form::Class { module: module.to_owned(), name: name.to_owned(), args: Vec::new() })
    }

    /// A type that needs no import, such as `int`.
    #[must_use]
    pub fn builtin(name: &str) -> Hint {
        Hint::new("", name)
    }

    /// `typing.Any`.
    #[must_use]
    pub fn any() -> Hint {
        Hint::new("typing", "Any")
    }

    /// `None`.
    #[must_use]
    pub fn none() -> Hint {
        Hint::builtin("None")
    }

    /// The type with others in brackets, as in `list[int]`.
    #[must_use]
    pub fn of(self, types: impl IntoIterator<Item = Hint>) -> Hint {
        match self.0 {
            Form::Class { module, name, .. } => {
                Hint(Form::Class { module, name, args: types.into_iter().collect() })
            }
            _ => self,
        }
    }

    /// A tuple of these.
    #[must_use]
    pub fn tuple(types: impl IntoIterator<Item = Hint>) -> Hint {
        let mut types: Vec<_> = types.into_iter().collect();
        if types.is_empty() {
            types.push(Hint::builtin("()"));
        }
        Hint::builtin("tuple").of(types)
    }

    /// A tuple of any length.
    pub(crate) fn tuple_of_any(item: Hint) -> Hint {
        Hint::tuple([item, Hint::builtin("...")])
    }

    /// This or `None`.
    #[must_use]
    pub fn optional(hint: Hint) -> Hint {
        Hint::union([hint, Hint::none()])
    }

    /// One of several; nothing but `typing.Any` if that is among them.
    #[must_use]
    pub fn union(types: impl IntoIterator<Item = Hint>) -> Hint {
        let mut parts: Vec<Hint> = Vec::new();
        for hint in types {
            let new = match hint.0 {
                Form::Union(parts) => parts,
                form => vec![Hint(form)],
            };
            for part in new {
                if !parts.contains(&part) {
                    parts.push(part);
                }
            }
        }
        if parts.contains(&Hint::any()) {
            return Hint::any();
        }
        // `None` is written last.
        parts.sort_by_key(|part| *part == Hint::none());
        match <[Hint; 1]>::try_from(parts) {
            Ok([only]) => only,
            Err(parts) => Hint(Form::Union(parts)),
        }
    }

    /// A hint as text, which may name classes with their modules.
    ///
    /// ```
    /// # use pickle_core::python::Hint;
    /// assert_eq!(Hint::parse("list[zoo.Animal]").to_string(), "list[zoo.Animal]");
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Hint {
        Hint(Form::Text(text.to_owned()))
    }

    /// What it is where it must be hashable: what Rust writes there is immutable.
    pub(crate) fn hashable(self) -> Hint {
        match self.0 {
            Form::Class { module, name, args } => {
                let mut args: Vec<_> = args.into_iter().map(Hint::hashable).collect();
                match (module.as_str(), name.as_str()) {
                    ("", "list") if args.len() == 1 => {
                        Hint::tuple(args.drain(..).chain([Hint::builtin("...")]))
                    }
                    ("", "set") => Hint::builtin("frozenset").of(args),
                    _ => Hint(Form::Class { module, name, args }),
                }
            }
            Form::Union(parts) => Hint::union(parts.into_iter().map(Hint::hashable)),
            text @ Form::Text(_) => Hint(text),
        }
    }

    /// The module and name of the class that it is, if it is one.
    pub(crate) fn class(&self) -> Option<(&str, &str)> {
        match &self.0 {
            Form::Class { module, name, .. } => Some((module, name)),
            _ => None,
        }
    }

    /// The types in its brackets.
    pub(crate) fn args(&self) -> &[Hint] {
        match &self.0 {
            Form::Class { args, .. } => args,
            _ => &[],
        }
    }

    /// The types of which it is one.
    pub(crate) fn alternatives(&self) -> &[Hint] {
        match &self.0 {
            Form::Union(parts) => parts,
            _ => std::slice::from_ref(self),
        }
    }

    /// All hints in it, and itself.
    pub(crate) fn each(&self, visit: &mut impl FnMut(&Hint)) {
        visit(self);
        if let Form::Class { args: parts, .. } | Form::Union(parts) = &self.0 {
            for part in parts {
                part.each(visit);
            }
        }
    }

    /// As a module spells it, and what the module has to import for that.
    pub(crate) fn spell(&self, home: &str, imports: &mut BTreeSet<String>) -> String {
        self.each(&mut |hint| match &hint.0 {
            Form::Class { module, .. } if !module.is_empty() && module != home => {
                imports.insert(module.clone());
            }
            Form::Text(text) => imports.extend(modules_in(text).filter(|module| module != home)),
            _ => {}
        });
        self.spelled(home)
    }

    fn spelled(&self, home: &str) -> String {
        let list = |hints: &[Hint], separator| {
            let hints: Vec<_> = hints.iter().map(|hint| hint.spelled(home)).collect();
            hints.join(separator)
        };
        match &self.0 {
            Form::Class { module, name, args } => {
                let dot = if module.is_empty() || module == home { "" } else { "." };
                let module = if dot.is_empty() { "" } else { module };
                let args = match args[..] {
                    [] => String::new(),
                    _ => format!("[{}]", list(args, ", ")),
                };
                format!("{module}{dot}{name}{args}")
            }
            Form::Union(parts) => list(parts, " | "),
            Form::Text(text) => text.clone(),
        }
    }
}

/// With the modules of all classes.
impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.spelled(""))
    }
}

/// The modules of the dotted names in a text: all but the last part of each.
fn modules_in(text: &str) -> impl Iterator<Item = String> {
    let is_name = |char: char| char.is_alphanumeric() || char == '_' || char == '.';
    let names = text.split(move |char| !is_name(char));
    names
        .filter_map(|name| Some(name.rsplit_once('.')?.0))
        .filter(|module| module.starts_with(|char: char| char.is_alphabetic() || char == '_'))
        .map(str::to_owned)
}
