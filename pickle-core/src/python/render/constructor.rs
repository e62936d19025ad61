//! `__init__`, `__new__` and what fields are when nothing was passed for them.

use super::class::inherited;
use super::{Page, Scope};
use crate::class::StateForm;
use crate::python::Hint;
use crate::python::class::{Argument, ClassDef, Field, Made};
use crate::python::literal::Literal;

impl Page<'_> {
    /// The annotated fields, in the order in which `dataclasses` passes them to `__init__`, each
    /// with what stands behind its type.
    pub(super) fn defaults<'c>(&mut self, class: &'c ClassDef) -> Vec<(&'c Field, String)> {
        let mut fields: Vec<_> = class.fields.iter().collect();
        let is_shown = |field: &Field| field.is_state || field.argument != Argument::No;
        fields.retain(|field| is_shown(field));
        if class.has_constructor() || !class.containers.is_empty() {
            // Instances that are made without a constructor find a default in the class.
            let is_in_class = class.made == Made::Empty && class.form == StateForm::Dict;
            let default = |field: &Field| {
                let default = field.own_default(self.home).filter(|default| default.is_immutable);
                let default = default.filter(|_| is_in_class);
                default.map_or(String::new(), |default| format!(" = {}", default.text))
            };
            return fields.into_iter().map(|field| (field, default(field))).collect();
        }
        let is_arg = |field: &Field| field.argument != Argument::No;
        let args = class.args().count();
        // What must be passed goes first.
        fields.sort_by_key(|field| match is_arg(field) {
            true => 0,
            false => 1 + usize::from(field.own_default(self.home).is_some()),
        });
        // From here on nothing need be passed.
        let must_pass = |field: &Field| field.own_default(self.home).is_none();
        let optional = if class.made == Made::Called {
            let last = class.args().collect::<Vec<_>>();
            last.iter().rposition(|field| must_pass(field)).map_or(0, |last| last + 1).min(args)
        } else if class.bases.iter().any(|base| self.has_default(base)) {
            0
        } else {
            fields.iter().rposition(|field| must_pass(field)).map_or(0, |last| last + 1)
        };
        let default = |(place, field): (usize, &'c Field)| {
            let default = (place >= optional).then(|| self.any_default(field));
            (field, default.map_or(String::new(), |default| format!(" = {default}")))
        };
        fields.into_iter().enumerate().map(default).collect()
    }

    /// A default that `dataclasses` takes.
    fn any_default(&self, field: &Field) -> String {
        match field.own_default(self.home).or_else(|| default_of(&field.hint)) {
            Some(default) if default.is_immutable => default.text,
            Some(default) => {
                let factory = match default.text.as_str() {
                    "[]" => "list".to_owned(),
                    "{}" => "dict".to_owned(),
                    "set()" => "set".to_owned(),
                    text => format!("lambda: {text}"),
                };
                format!("dataclasses.field(default_factory={factory})")
            }
            None => "dataclasses.field(init=False)".to_owned(),
        }
    }

    /// Whether there is a field of a class that need not be passed.
    fn has_default(&self, class: &Hint) -> bool {
        self.modules.find(class).is_some_and(|class| {
            class.fields.iter().any(|field| field.own_default(self.home).is_some())
                || class.bases.iter().any(|base| self.has_default(base))
        })
    }

    /// `__init__` or `__new__`, where it is not that of the dataclass.
    pub(super) fn constructor(&mut self, scope: &Scope<'_>, class: &ClassDef) -> Vec<Vec<String>> {
        if !class.has_constructor() {
            return Vec::new();
        }
        let is_called = class.args().next().is_some();
        // This one stands instead of those of the bases.
        let mut all = inherited(self.modules, class);
        all.extend(&class.fields);
        let mut fields: Vec<_> = if is_called || class.made != Made::Empty {
            class.args().collect()
        } else {
            all.clone()
        };
        let home = self.home;
        let immutable =
            |field: &Field| field.own_default(home).filter(|default| default.is_immutable);
        if !is_called {
            fields.sort_by_key(|field| immutable(field).is_some());
        }
        let required =
            fields.iter().rposition(|field| immutable(field).is_none()).map_or(0, |last| last + 1);
        let mut params = Vec::new();
        let mut sets = Vec::new();
        for (place, field) in fields.iter().enumerate() {
            let name = &field.name;
            let is_keyword = field.argument == Argument::Keyword;
            if is_keyword && !params.iter().any(|param| param == "*") {
                params.push("*".to_owned());
            }
            let default = immutable(field).filter(|_| is_keyword || place >= required);
            let default = default.map_or(String::new(), |default| format!(" = {}", default.text));
            sets.push(format!("    self.{name} = {name}"));
            params.push(match field.argument {
                Argument::All => format!("*{name}: typing.Any"),
                _ => format!("{name}: {}{default}", self.hint(&field.hint)),
            });
        }
        if class.state.is_some() && class.made == Made::Empty {
            params.push(format!(
                "state: {}",
                class.state.as_ref().map_or(String::new(), |hint| self.hint(hint))
            ));
            sets.push("    self.state = state".to_owned());
        }
        let passed: Vec<_> = fields.iter().map(|field| &field.name).collect();
        for field in all.into_iter().filter(|field| !passed.contains(&&field.name)) {
            let default = field.own_default(self.home).or_else(|| default_of(&field.hint));
            sets.extend(
                default.map(|default| format!("    self.{} = {}", field.name, default.text)),
            );
        }
        self.hints.insert("typing".to_owned());
        self.method(scope, class, &params.join(", "), sets)
    }

    fn method(
        &self,
        scope: &Scope<'_>,
        class: &ClassDef,
        params: &str,
        sets: Vec<String>,
    ) -> Vec<Vec<String>> {
        let comma = if params.is_empty() { "" } else { ", " };
        let is_container = !class.containers.is_empty();
        let mut lines = Vec::new();
        if class.made != Made::New {
            lines.push(format!("def __init__(self{comma}{params}) -> None:"));
            lines.extend(is_container.then(|| "    super().__init__()".to_owned()));
            if lines.len() + sets.len() == 1 {
                lines.push("    pass".to_owned());
            }
            lines.extend(sets);
            return vec![lines];
        }
        lines.push(format!("def __new__(cls{comma}{params}) -> {}:", scope.path));
        lines.push("    self = super().__new__(cls)".to_owned());
        lines.extend(sets);
        lines.push("    return self".to_owned());
        // `list` and `dict` would take the arguments for their items.
        let init = is_container.then(|| {
            vec![
                "def __init__(self, *args: typing.Any, **kwargs: typing.Any) -> None:".to_owned(),
                "    super().__init__()".to_owned(),
            ]
        });
        std::iter::once(lines).chain(init).collect()
    }
}

/// The value with which an attribute of a type begins, if there is an obvious one.
fn default_of(hint: &Hint) -> Option<Literal> {
    if hint.alternatives().contains(&Hint::none()) {
        return Some(Literal::immutable("None"));
    }
    let ("", name) = hint.class()? else { return None };
    match name {
        "int" => Some(Literal::immutable("0")),
        "float" => Some(Literal::immutable("0.0")),
        "bool" => Some(Literal::immutable("False")),
        "str" => Some(Literal::immutable("\"\"")),
        "bytes" => Some(Literal::immutable("b\"\"")),
        "list" => Some(Literal::mutable("[]")),
        "dict" => Some(Literal::mutable("{}")),
        "set" => Some(Literal::mutable("set()")),
        _ => None,
    }
}
