//! From descriptions to the text of a module.

mod class;
mod constructor;
mod enumeration;

use std::collections::BTreeSet;

use crate::class::StateForm;
use crate::error::Result;
use crate::python::class::{ClassDef, EnumDef};
use crate::python::literal::quoted;
use crate::python::{Hint, Modules, names};

/// What a module has under a name.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) body: Body,
}

#[derive(Debug)]
pub(super) enum Body {
    Class(ClassDef),
    Enum(EnumDef),
    /// A class that only holds others.
    Namespace {
        doc: String,
    },
    /// A function that sets the state of an object.
    Setter {
        form: StateForm,
        is_value: bool,
    },
}

impl Body {
    /// Takes a second description, and returns whether it can be that of the same thing.
    pub(super) fn merge(&mut self, other: Body) -> bool {
        match (&mut *self, other) {
            (Body::Class(class), Body::Class(other)) => class.merge(other),
            (Body::Enum(class), Body::Enum(other)) => *class == other,
            (Body::Namespace { .. }, other @ Body::Class(_)) => {
                *self = other;
                true
            }
            (Body::Class(_) | Body::Namespace { .. }, Body::Namespace { .. }) => true,
            (Body::Setter { form, is_value }, Body::Setter { form: other, is_value: of_other }) => {
                (*form, *is_value) == (other, of_other)
            }
            _ => false,
        }
    }
}

/// A class with those that are nested in it.
struct Scope<'a> {
    name: &'a str,
    path: String,
    body: Option<&'a Body>,
    inner: Vec<Scope<'a>>,
}

/// The text of a module.
pub(super) fn module(name: &str, classes: &[Named], modules: &Modules) -> Result<String> {
    names::check(name, "the name", "a module")?;
    let mut top = Vec::new();
    for named in classes {
        names::check(&named.name, "the class", name)?;
        insert(&mut top, "", &named.name, &named.body);
    }
    let mut page = Page { home: name, modules, runtime: BTreeSet::new(), hints: BTreeSet::new() };
    let mut texts = Vec::new();
    for scope in in_order(top, name) {
        texts.push(page.scope(&scope)?.join("\n"));
    }
    Ok(format!("{}\n\n\n{}\n", page.head(), texts.join("\n\n\n")))
}

fn insert<'a>(scopes: &mut Vec<Scope<'a>>, outer: &str, name: &'a str, body: &'a Body) {
    let (first, rest) = name.split_once('.').map_or((name, None), |(a, b)| (a, Some(b)));
    let path = if outer.is_empty() { first.to_owned() } else { format!("{outer}.{first}") };
    let at = scopes.iter().position(|scope| scope.name == first).unwrap_or(scopes.len());
    if at == scopes.len() {
        scopes.push(Scope { name: first, path: path.clone(), body: None, inner: Vec::new() });
    }
    let Some(scope) = scopes.get_mut(at) else { return };
    match rest {
        Some(rest) => insert(&mut scope.inner, &path, rest, body),
        None => scope.body = Some(body),
    }
}

/// The classes with each behind its bases, and in their own order otherwise.
fn in_order<'a>(mut scopes: Vec<Scope<'a>>, home: &str) -> Vec<Scope<'a>> {
    let mut ordered: Vec<Scope<'a>> = Vec::new();
    while !scopes.is_empty() {
        let is_free = |scope: &Scope<'_>| {
            let mut bases = Vec::new();
            bases_of(scope, home, &mut bases);
            let waits = |other: &Scope<'_>| other.name != scope.name && bases.contains(&other.name);
            !scopes.iter().any(waits)
        };
        // Classes whose bases lead in a circle are nested in one another; any order is wrong.
        let next = scopes.iter().position(is_free).unwrap_or(0);
        ordered.push(scopes.remove(next));
    }
    ordered
}

/// The classes of the module in which a class or one within it has its bases.
fn bases_of<'a>(scope: &Scope<'a>, home: &str, bases: &mut Vec<&'a str>) {
    if let Some(Body::Class(class)) = scope.body {
        let named = class.bases.iter().filter_map(Hint::class);
        let own = named.filter(|(module, _)| *module == home);
        bases.extend(own.filter_map(|(_, name)| name.split('.').next()));
    }
    scope.inner.iter().for_each(|inner| bases_of(inner, home, bases));
}

/// A module that is being written.
struct Page<'a> {
    home: &'a str,
    modules: &'a Modules,
    /// What is imported when the module runs.
    runtime: BTreeSet<String>,
    /// What only type checkers import.
    hints: BTreeSet<String>,
}

impl Page<'_> {
    /// The imports.
    fn head(&mut self) -> String {
        let mut lines = vec!["from __future__ import annotations".to_owned()];
        let hints: Vec<_> = self.hints.difference(&self.runtime).cloned().collect();
        let mut hints: Vec<_> = hints.into_iter().filter(|name| name != "typing").collect();
        let uses_typing = !hints.is_empty() || self.hints.contains("typing");
        self.runtime.extend(uses_typing.then(|| "typing".to_owned()));
        if !self.runtime.is_empty() {
            lines.push(String::new());
            lines.extend(self.runtime.iter().map(|module| format!("import {module}")));
        }
        if !hints.is_empty() {
            lines.extend([String::new(), "if typing.TYPE_CHECKING:".to_owned()]);
            lines.extend(hints.drain(..).map(|module| format!("    import {module}")));
        }
        lines.join("\n")
    }

    /// A hint in an annotation, which is not evaluated.
    fn hint(&mut self, hint: &Hint) -> String {
        hint.spell(self.home, &mut self.hints)
    }

    /// A class where it is evaluated.
    fn class(&mut self, hint: &Hint) -> String {
        hint.spell(self.home, &mut self.runtime)
    }

    /// `list[…]` or `dict[…]` as a base, in a spelling that Python 3.7 can evaluate.
    fn container(&mut self, hint: &Hint) -> String {
        self.runtime.insert("typing".to_owned());
        let name = if is_list(hint) { "List" } else { "Dict" };
        let args: Vec<_> = hint
            .args()
            .to_vec()
            .iter()
            .map(|arg| {
                let text = self.hint(arg);
                let is_evaluable = arg.class().is_some_and(|(module, _)| module.is_empty())
                    && arg.args().is_empty();
                if is_evaluable { text } else { quoted(&text) }
            })
            .collect();
        format!("typing.{name}[{}]", args.join(", "))
    }

    fn scope(&mut self, scope: &Scope<'_>) -> Result<Vec<String>> {
        let Lines { head, mut blocks } = match scope.body {
            Some(Body::Class(class)) => self.class_def(scope, class)?,
            Some(Body::Enum(class)) => self.enum_def(scope, class)?,
            Some(Body::Setter { form, is_value }) => {
                return Ok(self.setter(scope, *form, *is_value));
            }
            Some(Body::Namespace { doc }) => {
                Lines { head: vec![format!("class {}:", scope.name)], blocks: vec![docstring(doc)] }
            }
            None => Lines { head: vec![format!("class {}:", scope.name)], blocks: Vec::new() },
        };
        for inner in &scope.inner {
            names::check_inner(inner.name, "the class", &scope.path)?;
            blocks.push(self.scope(inner)?);
        }
        blocks.retain(|block| !block.is_empty());
        if blocks.is_empty() {
            blocks.push(vec!["pass".to_owned()]);
        }
        let mut lines = head;
        for (place, block) in blocks.into_iter().enumerate() {
            if place > 0 {
                lines.push(String::new());
            }
            lines.extend(block.into_iter().map(indented));
        }
        Ok(lines)
    }

    /// A function that gives an object its state.
    fn setter(&mut self, scope: &Scope<'_>, form: StateForm, is_value: bool) -> Vec<String> {
        self.hints.insert("typing".to_owned());
        let attributes = match form {
            _ if is_value => None,
            StateForm::Dict => Some("state"),
            StateForm::Slots => Some("state[1]"),
            StateForm::Tuple | StateForm::List => None,
        };
        let name = scope.name;
        let mut lines = vec![format!("def {name}(obj: typing.Any, state: typing.Any) -> None:")];
        lines.push("    \"\"\"Gives an object its state.\"\"\"".to_owned());
        match attributes {
            Some(attributes) => {
                lines.push(format!("    for name, value in {attributes}.items():"));
                lines.push("        setattr(obj, name, value)".to_owned());
            }
            None => lines.push("    obj.__setstate__(state)".to_owned()),
        }
        lines
    }
}

/// A class without its nested ones: decorators and first line, and what is separated by blank lines.
struct Lines {
    head: Vec<String>,
    blocks: Vec<Vec<String>>,
}

fn is_list(hint: &Hint) -> bool {
    hint.class() == Some(("", "list"))
}

fn indented(line: String) -> String {
    if line.is_empty() { line } else { format!("    {line}") }
}

/// The lines of a docstring; none if there is nothing to say.
fn docstring(doc: &str) -> Vec<String> {
    let doc = doc.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\"");
    let lines: Vec<_> = doc.trim().lines().map(str::trim_end).collect();
    match &lines[..] {
        [] => Vec::new(),
        // A quote before the three that end it would be one of them.
        [only] if !only.ends_with('"') => vec![format!("\"\"\"{only}\"\"\"")],
        [first, rest @ ..] => {
            let mut all = vec![format!("\"\"\"{first}")];
            all.extend(rest.iter().map(|line| (*line).to_owned()));
            all.push("\"\"\"".to_owned());
            all
        }
    }
}

/// The lines of a comment.
fn comment(doc: &str) -> impl Iterator<Item = String> {
    doc.trim().lines().map(|line| format!("# {}", line.trim()).trim_end().to_owned())
}
