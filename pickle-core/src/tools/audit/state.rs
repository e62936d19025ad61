//! What states and items do to an object.

use std::rc::Rc;

use crate::error::Result;
use crate::tools::audit::call::{ARGS, HANDED, extension_name, persistent_name};
use crate::tools::audit::machine::Machine;
use crate::tools::audit::value::{Id, Name, Value};
use crate::tools::audit::{Action, Verdict, table};

/// Attributes of an instance that later instructions call.
const HOOKS: &[&str] = &["__setstate__", "extend", "append", "add", "update"];

/// What a state gives an object.
enum Planted {
    Nothing,
    /// A method that later instructions look for.
    Method,
    /// A function whose arguments say what it reaches.
    Indirect,
}

/// The least to think of handing such a function to an object. Known classes call it when asked to;
/// what others do with it is theirs.
fn least(class: &Name) -> Verdict {
    match table::is_harmless(&class.module, &class.attributes) {
        true => Verdict::Dangerous,
        false => Verdict::Unknown,
    }
}

impl Machine<'_, '_> {
    /// `BUILD`.
    pub(super) fn set_state(&mut self, object: Id, state: Id) {
        let (name, (mut verdict, mut reason)) = match self.heap.get(object) {
            Value::Made(class) => (Rc::clone(class), self.judge(class)),
            Value::Named(name) => {
                let why = "is changed for the whole process";
                (Rc::clone(name), (Verdict::Dangerous, why.into()))
            }
            Value::Partial { .. } => {
                let name = Rc::new(Name::new("functools", "partial"));
                let judged = self.judge(&name);
                self.note(Action::SetState, &name, &[state], judged);
                self.set_partial(object, state);
                return;
            }
            Value::Persistent => {
                let why = "is what the reader's own method returned";
                (Rc::new(persistent_name()), (Verdict::Unknown, why.into()))
            }
            Value::Extension(code) => {
                let why = "is what the reader has registered for this code";
                (Rc::new(extension_name(*code)), (Verdict::Dangerous, why.into()))
            }
            _ => {
                let class = self.heap.type_name(object).unwrap_or("object");
                let why = "has no state that could be set";
                (Rc::new(Name::new("builtins", class)), (Verdict::Unknown, why.into()))
            }
        };
        match self.plants(state) {
            Some(Planted::Method) => {
                let why = "is given a method of its own that later instructions call";
                (verdict, reason) = (Verdict::Dangerous, why.into());
            }
            Some(Planted::Indirect) => {
                (verdict, reason) = (verdict.max(least(&name)), HANDED.into());
            }
            None => {
                let why = "is given too large a state too often to look through";
                (verdict, reason) = (Verdict::Dangerous, why.into());
            }
            Some(Planted::Nothing) => {}
        }
        self.note(Action::SetState, &name, &[state], (verdict, reason));
    }

    /// The state of a partial is `(function, args, kwargs, dict)`.
    fn set_partial(&mut self, object: Id, state: Id) {
        let args = self.heap.items(state).get(1).copied();
        if self.is_computed(state) || args.is_some_and(|args| self.is_computed(args)) {
            let name = Rc::new(Name::new("functools", "partial"));
            let why = "is given a state that is computed while loading";
            self.note(Action::SetState, &name, &[state], (Verdict::Dangerous, why.into()));
            return;
        }
        let (Some(&callable), args) =
            (self.heap.items(state).first(), self.heap.items(state).get(1).copied())
        else {
            return;
        };
        let mut args = args.map(|args| self.arguments(args)).unwrap_or_default();
        let kwargs = self.heap.items(state).get(2).copied();
        args.extend(kwargs.filter(|&id| !self.is_empty(id)));
        if let Some(value) = self.heap.get_mut(object) {
            *value = Value::Partial { callable, args };
        }
    }

    /// What a state puts where later instructions or functions call it; `None` when that takes too
    /// long to say.
    fn plants(&mut self, state: Id) -> Option<Planted> {
        let parts = match self.heap.get(state) {
            // The attributes, and those in slots.
            Value::Tuple(parts) if parts.len() == 2 => parts.clone(),
            _ => vec![state],
        };
        let mut planted = Planted::Nothing;
        for part in parts {
            let Value::Dict(entries) = self.heap.get(part) else {
                if self.leads_on(part) {
                    planted = Planted::Indirect;
                }
                continue;
            };
            let entries = entries.clone();
            self.patience = self.patience.checked_sub(entries.len())?;
            for entry in entries.chunks(2) {
                let &[key, value] = entry else { continue };
                let key = self.heap.text(key);
                let is_hook = key.is_some_and(|key| HOOKS.contains(&&*key));
                if is_hook && self.heap.type_name(value).is_none() {
                    return Some(Planted::Method);
                }
                if self.leads_on(value) {
                    planted = Planted::Indirect;
                }
            }
        }
        Some(planted)
    }

    /// Items, entries and members that are added to the top of the stack.
    pub(super) fn fill(&mut self, action: Action, items: &[Id]) -> Result<()> {
        let target = self.top()?;
        match (self.heap.get_mut(target), action) {
            (Some(Value::List(list)), Action::Extend) => {
                list.extend_from_slice(items);
                return Ok(());
            }
            (Some(Value::Dict(entries)), Action::SetItems) => {
                entries.extend_from_slice(items);
                return Ok(());
            }
            (Some(Value::Set(set)), Action::Add) => {
                set.extend_from_slice(items);
                return Ok(());
            }
            (Some(Value::List(_)), Action::SetItems) => return Ok(()),
            _ => {}
        }
        let shown = items.get(..ARGS).unwrap_or(items);
        let (name, mut judged) = match self.heap.get(target) {
            Value::Made(class) => (Rc::clone(class), self.judge(class)),
            Value::Named(name) => {
                let why = "is changed for the whole process";
                (Rc::clone(name), (Verdict::Dangerous, why.into()))
            }
            Value::Persistent | Value::Extension(_) => {
                let why = "is what the reader's own code returned";
                (Rc::new(persistent_name()), (Verdict::Unknown, why.into()))
            }
            _ => {
                let class = self.heap.type_name(target).unwrap_or("object");
                let why = "takes no items";
                (Rc::new(Name::new("builtins", class)), (Verdict::Unknown, why.into()))
            }
        };
        if items.iter().any(|&item| self.leads_on(item)) {
            judged = (least(&name).max(judged.0), HANDED.into());
        }
        self.note(action, &name, shown, judged);
        Ok(())
    }
}
