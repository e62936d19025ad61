//! `__init__`, `__new__` and what fields are when nothing was passed for them.

use super::class::with_inherited;
use super::{Page, Scope};
use crate::class::StateForm;
use crate::python::Hint;
use crate::python::class::{Argument, ClassDef, Field, Made};
use crate::python::literal::Literal;

/// What a field has behind its type that no constructor is passed.
const NOT_PASSED: &str = "dataclasses.field(init=False)";

impl Page<'_> {
    /// Whether `__init__` or `__new__` is written, and not left to `dataclasses`.
    ///
    /// That of `dataclasses` takes the attributes of the bases before the arguments, and in an order
    /// in which one without a default may be behind one that has it, which Python does not allow.
    pub(super) fn has_constructor(&self, class: &ClassDef) -> bool {
        let of_bases = self.base_defaults(class);
        let is_called_with_more = class.made == Made::Called && !of_bases.is_empty();
        class.has_constructor() || is_called_with_more || !of_bases.is_sorted()
    }

    /// Whether what the constructors of the bases are passed has a default.
    pub(super) fn base_defaults(&self, class: &ClassDef) -> Vec<bool> {
        self.base_params(class).into_iter().map(|(_, has_default)| has_default).collect()
    }

    /// What the constructors of the bases are passed, and whether it has a default: in the order of
    /// `dataclasses`, in which the last base comes first.
    fn base_params<'h>(&'h self, class: &'h ClassDef) -> Vec<(&'h str, bool)> {
        let mut params: Vec<(&str, bool)> = Vec::new();
        for hint in self.modules.most_derived(&class.bases).into_iter().rev() {
            let (Some((home, _)), Some(base)) = (hint.class(), self.modules.find(hint)) else {
                continue;
            };
            let defaults = self.defaults(base, home).into_iter();
            let passed = defaults.filter(|(_, default)| !default.ends_with(NOT_PASSED));
            let own = passed.map(|(field, default)| (field.name.as_str(), !default.is_empty()));
            for param in self.base_params(base).into_iter().chain(own) {
                if !params.iter().any(|(known, _)| *known == param.0) {
                    params.push(param);
                }
            }
        }
        params
    }

    /// The annotated fields of a class of the module `home`, in the order in which `dataclasses`
    /// passes them to `__init__`, each with what stands behind its type.
    pub(super) fn defaults<'c>(&self, class: &'c ClassDef, home: &str) -> Vec<(&'c Field, String)> {
        let mut fields: Vec<_> = class.fields.iter().collect();
        let is_shown = |field: &Field| field.is_state || field.argument != Argument::No;
        fields.retain(|field| is_shown(field));
        if self.has_constructor(class) || !class.containers.is_empty() {
            // Instances that are made without a constructor find a default in the class.
            let is_in_class = class.made == Made::Empty && class.form == StateForm::Dict;
            // Type checkers want a default behind one, unless nothing is passed; slots have neither.
            let is_behind = class.containers.is_empty()
                && class.form != StateForm::Slots
                && self.base_defaults(class).contains(&true);
            let default = |field: &Field| {
                let default = field.own_default(home).filter(|default| default.is_immutable);
                let default = default.filter(|_| is_in_class).map(|default| default.text);
                let default = default.or_else(|| is_behind.then(|| NOT_PASSED.to_owned()));
                default.map_or(String::new(), |default| format!(" = {default}"))
            };
            return fields.into_iter().map(|field| (field, default(field))).collect();
        }
        let is_arg = |field: &Field| field.argument != Argument::No;
        let args = class.args().count();
        // What must be passed goes first.
        fields.sort_by_key(|field| match is_arg(field) {
            true => 0,
            false => 1 + usize::from(field.own_default(home).is_some()),
        });
        // From here on nothing need be passed.
        let must_pass = |field: &Field| field.own_default(home).is_none();
        let optional = if class.made == Made::Called {
            let last = class.args().collect::<Vec<_>>();
            last.iter().rposition(|field| must_pass(field)).map_or(0, |last| last + 1).min(args)
        } else if self.base_defaults(class).contains(&true) {
            0
        } else {
            fields.iter().rposition(|field| must_pass(field)).map_or(0, |last| last + 1)
        };
        let default = |(place, field): (usize, &'c Field)| {
            let default = (place >= optional).then(|| any_default(field, home));
            (field, default.map_or(String::new(), |default| format!(" = {default}")))
        };
        fields.into_iter().enumerate().map(default).collect()
    }

    /// `__init__` or `__new__`, where it is not that of the dataclass.
    pub(super) fn constructor(&mut self, scope: &Scope<'_>, class: &ClassDef) -> Vec<Vec<String>> {
        if !self.has_constructor(class) {
            return Vec::new();
        }
        let is_called = class.args().next().is_some();
        // This one stands instead of those of the bases.
        let all = with_inherited(self.modules, class, class.fields.iter());
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
        let names: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
        let (this, cls) = (unused("self", &names), unused("cls", &names));
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
            sets.push(format!("    {this}.{name} = {name}"));
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
            sets.push(format!("    {this}.state = state"));
        }
        for field in all.into_iter().filter(|field| !names.contains(&field.name.as_str())) {
            let default = field.own_default(self.home).or_else(|| default_of(&field.hint));
            sets.extend(
                default.map(|default| format!("    {this}.{} = {}", field.name, default.text)),
            );
        }
        self.hints.insert("typing".to_owned());
        let params = |receiver: String| {
            std::iter::once(receiver).chain(params).collect::<Vec<_>>().join(", ")
        };
        // `list` and `dict` are empty without a call of their own `__init__`.
        if class.made != Made::New {
            let mut init = vec![format!("def __init__({}) -> None:", params(this))];
            init.extend(sets.is_empty().then(|| "    pass".to_owned()));
            init.extend(sets);
            return vec![init];
        }
        let mut new = vec![
            format!("def __new__({}) -> {}:", params(cls.clone()), scope.path),
            format!("    {this} = super().__new__({cls})"),
        ];
        new.extend(sets);
        new.push(format!("    return {this}"));
        // The base would take the arguments for its own: a `list` for items, others for attributes.
        let init = (!class.containers.is_empty() || !class.bases.is_empty()).then(|| {
            vec![
                "def __init__(self, *args: typing.Any, **kwargs: typing.Any) -> None:".to_owned(),
                "    pass".to_owned(),
            ]
        });
        std::iter::once(new).chain(init).collect()
    }
}

/// The usual name of a receiver, or one that no argument has.
fn unused(usual: &str, arguments: &[&str]) -> String {
    let mut name = usual.to_owned();
    while arguments.contains(&name.as_str()) {
        name.insert(0, '_');
    }
    name
}

/// A default that `dataclasses` takes, in the module `home`.
fn any_default(field: &Field, home: &str) -> String {
    match field.own_default(home).or_else(|| default_of(&field.hint)) {
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
        None => NOT_PASSED.to_owned(),
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
