//! Classes whose instances are pickled.

use super::{Lines, Page, Scope, comment, docstring, is_list};
use crate::class::StateForm;
use crate::error::{Error, Result};
use crate::python::class::{Argument, ClassDef, Field, Made};
use crate::python::literal::{Literal, parenthesized, quoted};
use crate::python::{Hint, Modules, names};

/// Says that an attribute without a default may stand behind one that has it: type checkers look at
/// the order although the `__init__` is another.
const UNORDERED: &str = "  # type: ignore[misc]";

impl Page<'_> {
    pub(super) fn class_def(&mut self, scope: &Scope<'_>, class: &ClassDef) -> Result<Lines> {
        self.check(scope, class)?;
        // Python refuses a base that another one has as well and that stands before it.
        let bases = self.modules.most_derived(&class.bases).into_iter();
        let mut bases: Vec<_> = bases.map(|base| self.class(base)).collect();
        bases.extend(class.containers.iter().map(|container| self.container(container)));
        let bases =
            if bases.is_empty() { String::new() } else { format!("({})", bases.join(", ")) };
        let mut head = Vec::new();
        if class.containers.is_empty() {
            let is_key = self.modules.is_key(self.home, &scope.path);
            self.runtime.insert("dataclasses".to_owned());
            let options =
                [(self.has_constructor(class), "init=False"), (is_key, "unsafe_hash=True")];
            let options = options.into_iter().filter_map(|(is_set, text)| is_set.then_some(text));
            let options: Vec<_> = options.collect();
            let options = if options.is_empty() {
                String::new()
            } else {
                format!("({})", options.join(", "))
            };
            head.push(format!("@dataclasses.dataclass{options}"));
        }
        let is_checked = class.containers.is_empty() && !self.base_defaults(class).is_sorted();
        let ignore = if is_checked { UNORDERED } else { "" };
        head.push(format!("class {}{bases}:{ignore}", scope.name));
        let mut blocks = vec![docstring(&class.doc)];
        if class.form == StateForm::Slots {
            let names = class.attributes().map(|field| quoted(&field.name));
            blocks.push(vec![format!("__slots__ = {}", parenthesized(names))]);
        }
        blocks.push(self.annotations(class));
        blocks.extend(self.constructor(scope, class));
        blocks.extend(self.reduction(class));
        blocks.push(self.setstate(class));
        Ok(Lines { head, blocks })
    }

    /// Checks that Python can have such a class.
    fn check(&self, scope: &Scope<'_>, class: &ClassDef) -> Result<()> {
        for field in &class.fields {
            names::check_inner(&field.name, "the attribute", &scope.path)?;
        }
        if let Some((_, setter)) = &class.setter {
            names::check_inner(setter, "the state setter", &scope.path)?;
        }
        if class.state.is_some() && class.fields.iter().any(|field| field.name == "state") {
            return Err(Error::custom(format!(
                "found the attribute \"state\" of {}, which keeps what `getstate` returns; give it \
                 another name by `rename`",
                scope.path
            )));
        }
        if class.containers.len() > 1 {
            return Err(Error::custom(format!(
                "found list items and dict items in {}, expected one of them: no class of Python \
                 is a `list` and a `dict`",
                scope.path
            )));
        }
        let layouts = class.bases.iter().filter_map(|base| self.layout(base));
        let layouts = self.modules.most_derived(layouts).into_iter().chain(&class.containers);
        let layouts: Vec<_> = layouts.map(Hint::to_string).collect();
        if layouts.len() > 1 {
            return Err(Error::custom(format!(
                "found the bases {} of {}, expected one of them: no class of Python has the slots \
                 of two, or is a `list` or a `dict` as well",
                layouts.join(" and "),
                scope.path
            )));
        }
        Ok(())
    }

    /// The class, among one and its bases, that says by its slots what instances are in memory.
    fn layout<'h>(&'h self, hint: &'h Hint) -> Option<&'h Hint> {
        let class = self.modules.find(hint)?;
        if class.form == StateForm::Slots && !class.fields.is_empty() {
            return Some(hint);
        }
        class.bases.iter().find_map(|base| self.layout(base))
    }

    /// The attributes with their types.
    fn annotations(&mut self, class: &ClassDef) -> Vec<String> {
        let mut lines = Vec::new();
        let is_behind = class.form == StateForm::Slots && self.base_defaults(class).contains(&true);
        for (field, default) in self.defaults(class, self.home) {
            let hint = self.hint(&field.hint);
            let ignore = if is_behind { UNORDERED } else { "" };
            lines.extend(comment(&field.doc));
            lines.push(format!("{}: {hint}{default}{ignore}", field.name));
        }
        if let Some(state) = &class.state {
            lines.push("# What `getstate` of Rust returns.".to_owned());
            lines.push(format!("state: {}", self.hint(state)));
        }
        lines
    }

    /// How an instance is taken apart.
    fn reduction(&mut self, class: &ClassDef) -> Vec<Vec<String>> {
        let state = self.state(class);
        let setter =
            class.setter.as_ref().map(|(module, name)| self.class(&Hint::new(module, name)));
        let any = |name: &str, returned: &str| {
            let returned = format!("return {returned}");
            vec![format!("def {name} -> typing.Any:"), format!("    {returned}")]
        };
        let mut methods = Vec::new();
        if class.made == Made::Called {
            let (items, entries) = match class.containers.first() {
                Some(container) if is_list(container) => (Some("iter(self)"), None),
                Some(_) => (None, Some("iter(self.items())")),
                None => (None, None),
            };
            let parts = [state.as_deref(), items, entries, setter.as_deref()];
            let len = parts.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
            let mut text = format!("return self.__class__, {}", arguments(class));
            for part in parts.iter().take(len) {
                text = format!("{text}, {}", part.unwrap_or("None"));
            }
            methods.push(vec![
                "def __reduce__(self) -> tuple[typing.Any, ...]:".to_owned(),
                format!("    {text}"),
            ]);
        } else {
            if class.made == Made::New {
                methods.push(new_args(class));
            }
            let is_default =
                class.made == Made::Empty && class.form == StateForm::Dict && class.state.is_none();
            if !is_default {
                methods.push(any("__getstate__(self)", state.as_deref().unwrap_or("None")));
            }
            methods.extend(reduce_ex(class, setter.as_deref()));
        }
        if !methods.is_empty() {
            self.hints.insert("typing".to_owned());
        }
        methods
    }

    /// The state as an expression; `None` if there is none.
    fn state(&self, class: &ClassDef) -> Option<String> {
        if class.state.is_some() {
            return Some("self.state".to_owned());
        }
        let fields = all_attributes(self.modules, class);
        let values = || fields.iter().map(|field| format!("self.{}", field.name));
        let dict = || {
            let entry = |field: &&Field| format!("{}: self.{}", quoted(&field.name), field.name);
            format!("{{{}}}", fields.iter().map(entry).collect::<Vec<_>>().join(", "))
        };
        (!fields.is_empty()).then(|| match class.form {
            StateForm::Dict => dict(),
            StateForm::Slots => format!("(None, {})", dict()),
            StateForm::List => format!("[{}]", values().collect::<Vec<_>>().join(", ")),
            StateForm::Tuple => parenthesized(values()),
        })
    }

    /// How an instance takes its state, where Python does not know it.
    fn setstate(&mut self, class: &ClassDef) -> Vec<String> {
        let is_values = matches!(class.form, StateForm::List | StateForm::Tuple);
        let fields = all_attributes(self.modules, class);
        // What `__init__` does not make must be there, although an older pickle does not have it.
        let missing = fields.iter().filter(|_| class.made == Made::Empty).filter_map(|field| {
            let default = field.own_default(self.home)?;
            let is_shared = class.form == StateForm::Dict && default.is_immutable;
            (!is_shared).then(|| format!("    self.{} = {}", field.name, default.text))
        });
        let missing: Vec<_> = missing.collect();
        let is_default = missing.is_empty() && !is_values && class.state.is_none();
        if is_default || (fields.is_empty() && class.state.is_none()) {
            return Vec::new();
        }
        let each = |items: &str| {
            vec![
                format!("    for name, value in {items}:"),
                "        setattr(self, name, value)".to_owned(),
            ]
        };
        let set = match class.form {
            _ if class.state.is_some() => vec!["    self.state = state".to_owned()],
            StateForm::Dict => vec!["    self.__dict__.update(state)".to_owned()],
            StateForm::Slots => each("state[1].items()"),
            StateForm::List | StateForm::Tuple => {
                let names = fields.iter().map(|field| quoted(&field.name));
                each(&format!("zip({}, state)", parenthesized(names)))
            }
        };
        self.hints.insert("typing".to_owned());
        let mut lines = vec!["def __setstate__(self, state: typing.Any) -> None:".to_owned()];
        lines.extend(missing);
        lines.extend(set);
        lines
    }
}

/// The attributes of the state: those of the bases, and then its own.
fn all_attributes<'c>(modules: &'c Modules, class: &'c ClassDef) -> Vec<&'c Field> {
    let own = class.fields.iter().filter(|field| field.is_state);
    with_inherited(modules, class, own)
}

/// The attributes of the bases and then these fields. An instance has what two of them have once.
pub(super) fn with_inherited<'c>(
    modules: &'c Modules,
    class: &'c ClassDef,
    own: impl Iterator<Item = &'c Field>,
) -> Vec<&'c Field> {
    let bases = class.bases.iter().filter_map(|base| modules.find(base));
    let mut fields: Vec<&Field> = Vec::new();
    for field in bases.flat_map(|base| all_attributes(modules, base)).chain(own) {
        if !fields.iter().any(|known| known.name == field.name) {
            fields.push(field);
        }
    }
    fields
}

impl Field {
    /// What it is when a pickle does not say, as a module spells it.
    pub(super) fn own_default(&self, home: &str) -> Option<Literal> {
        Literal::of_value(self.default.as_ref()?, home)
    }
}

impl ClassDef {
    /// The fields that instances keep as attributes: arguments too, to be passed again.
    pub(super) fn attributes(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter()
    }

    /// Whether `__init__` or `__new__` is written, whatever the bases are.
    pub(super) fn has_constructor(&self) -> bool {
        let is_all = self.fields.iter().any(|field| field.argument == Argument::All);
        let is_sub = !self.containers.is_empty() && self.args().next().is_some();
        is_all
            || is_sub
            || self.made == Made::New
            || self.form == StateForm::Slots
            || self.state.is_some()
    }
}

/// The positional arguments as a tuple.
fn arguments(class: &ClassDef) -> String {
    if let Some(all) = class.fields.iter().find(|field| field.argument == Argument::All) {
        return format!("self.{}", all.name);
    }
    let args = class.fields.iter().filter(|field| field.argument == Argument::Positional);
    parenthesized(args.map(|field| format!("self.{}", field.name)))
}

/// `__getnewargs__`, or with keywords `__getnewargs_ex__`.
fn new_args(class: &ClassDef) -> Vec<String> {
    let keywords = class.fields.iter().filter(|field| field.argument == Argument::Keyword);
    let keywords: Vec<_> =
        keywords.map(|field| format!("{}: self.{}", quoted(&field.name), field.name)).collect();
    let args = arguments(class);
    let (name, args) = match &keywords[..] {
        [] => ("__getnewargs__", args),
        keywords => ("__getnewargs_ex__", format!("{args}, {{{}}}", keywords.join(", "))),
    };
    vec![format!("def {name}(self) -> tuple[typing.Any, ...]:"), format!("    return {args}")]
}

/// Protocols 0 and 1 know neither arguments of `__new__` nor slots, so protocol 2 describes the
/// object for them; and Python has no method for a state setter alone.
fn reduce_ex(class: &ClassDef, setter: Option<&str>) -> Option<Vec<String>> {
    let needed = class.made == Made::New || class.form == StateForm::Slots || setter.is_some();
    let super_reduction = "super().__reduce_ex__(max(protocol, 2))";
    let body = match setter {
        Some(setter) => vec![
            format!("    reduction: typing.Any = {super_reduction}"),
            format!("    return (*reduction[:5], {setter})"),
        ],
        None => vec![format!("    return {super_reduction}")],
    };
    let first = "def __reduce_ex__(self, protocol: typing.Any) -> typing.Any:".to_owned();
    needed.then(|| std::iter::once(first).chain(body).collect())
}
