//! What imports, calls and writes reach.

use std::borrow::Cow;
use std::collections::HashSet;
use std::rc::Rc;

use crate::error::{Error, Result};
use crate::opcode::Opcode;
use crate::tools::audit::machine::{Machine, nothing};
use crate::tools::audit::operands::Raw;
use crate::tools::audit::value::{Id, Name, Value};
use crate::tools::audit::{Action, Judgement, Verdict, table};

/// How many arguments of a call are looked at.
pub(super) const ARGS: usize = 32;

/// How many calls may be wrapped in each other.
const UNFOLD: usize = 16;

/// Encodings that do nothing but make bytes of text.
const PLAIN: &[&str] = &["latin1", "latin-1", "utf-8", "utf8", "ascii", "iso-8859-1"];

pub(super) const HANDED: &str =
    "is handed a function that reaches others, which hides what is called";

const COMPUTED: &str = "is computed while loading, which hides it";

impl<'de> Machine<'_, 'de> {
    /// `GLOBAL`, `STACK_GLOBAL`, extension codes and persistent ids.
    pub(super) fn import_instruction(&mut self, opcode: Opcode, operand: Raw<'de>) -> Result<()> {
        match (opcode, operand) {
            (Opcode::Global, Raw::Lines(module, name)) => {
                let named = self.import(Self::lines(module, name))?;
                self.push(named)
            }
            (Opcode::StackGlobal, _) => {
                let name = self.pop()?;
                let module = self.pop()?;
                let named = self.import_values(module, name)?;
                self.push(named)
            }
            (Opcode::PersId, Raw::Data(line)) => {
                let id = self.add(Value::Text(Cow::Borrowed(line)))?;
                self.persistent(id)
            }
            (Opcode::BinPersId, _) => {
                let id = self.pop()?;
                self.persistent(id)
            }
            (_, Raw::Word(code)) => {
                // Four bytes are signed.
                let code = u32::try_from(code).unwrap_or(u32::MAX).cast_signed();
                self.extension(code)
            }
            _ => Err(nothing()),
        }
    }

    fn import(&mut self, name: Rc<Name>) -> Result<Id> {
        let judged = self.judge(&name);
        self.note(Action::Import, &name, &[], judged);
        self.heap.has_indirect |= table::is_indirect(&name.module, &name.attributes);
        self.add(Value::Named(name))
    }

    fn import_values(&mut self, module: Id, name: Id) -> Result<Id> {
        for id in [module, name] {
            if let Some(other) = self.heap.type_name(id).filter(|&it| it != "str") {
                return Err(Error::malformed(other, "a str as the name of a global"));
            }
        }
        let texts = self.heap.text(module).zip(self.heap.text(name));
        match texts.map(|(module, name)| Name::new(module, name)) {
            Some(name) => self.import(Rc::new(name)),
            None => {
                let name = Rc::new(Name::new("<computed>", ""));
                self.note(Action::Import, &name, &[], (Verdict::Dangerous, COMPUTED.into()));
                self.add(Value::Made(name))
            }
        }
    }

    fn extension(&mut self, code: i32) -> Result<()> {
        if code <= 0 {
            return Err(Error::malformed(format!("extension code {code}"), "a code above zero"));
        }
        if let Some(name) = self.auditor.extensions.get(&code) {
            let named = self.import(Rc::new(name.clone()))?;
            return self.push(named);
        }
        let judged = (Verdict::Unknown, "is what the reader has registered for this code".into());
        self.note(Action::Import, &extension_name(code), &[], judged);
        self.push_new(Value::Extension(code))
    }

    fn persistent(&mut self, id: Id) -> Result<()> {
        // PyTorch's storages: ('storage', torch.FloatStorage, key, device, length).
        let first = self.heap.items(id).first().and_then(|&first| self.heap.text(first));
        let judged = if first.as_deref() == Some("storage") {
            (Verdict::Harmless, "is the storage of a tensor".into())
        } else {
            (Verdict::Unknown, "does what the reader's own method does".into())
        };
        self.note(Action::PersistentLoad, &persistent_name(), &[id], judged);
        self.push_new(Value::Persistent)
    }

    /// All instructions that call something.
    pub(super) fn call_instruction(&mut self, opcode: Opcode, operand: Raw<'de>) -> Result<()> {
        let made = match (opcode, operand) {
            (Opcode::Inst, Raw::Lines(module, name)) => {
                // `pickle.py` imports before it looks for the mark.
                let class = self.import(Self::lines(module, name))?;
                let args = self.take_to_mark()?;
                self.call(class, args)?
            }
            (Opcode::Obj, _) => {
                let items = self.take_to_mark()?;
                let (&class, args) = items.split_first().ok_or_else(nothing)?;
                self.call(class, args.to_vec())?
            }
            (Opcode::NewObjEx, _) => {
                let kwargs = self.pop()?;
                let args = self.pop()?;
                let class = self.pop()?;
                self.call_with(class, args, kwargs)?
            }
            _ => {
                let args = self.pop()?;
                let callable = self.pop()?;
                self.call_with(callable, args, Id::NONE)?
            }
        };
        self.push(made)
    }

    /// A call with arguments in a tuple. `pickle.py` takes any iterable, so a list is not refused.
    fn call_with(&mut self, callable: Id, args: Id, kwargs: Id) -> Result<Id> {
        if self.is_computed(args) || !self.is_empty(kwargs) && self.heap.named(kwargs).is_some() {
            let why = "is called with arguments that are computed while loading";
            let name = match self.heap.get(callable) {
                Value::Named(name) | Value::Made(name) => (**name).clone(),
                _ => Name::new("<computed>", ""),
            };
            return self.made(name, &[args], (Verdict::Dangerous, why.into()));
        }
        let mut all = self.arguments(args);
        if !self.is_empty(kwargs) {
            all.push(kwargs);
        }
        self.call(callable, all)
    }

    /// Whether the items of what should be a tuple are known only while loading.
    pub(super) fn is_computed(&self, tuple: Id) -> bool {
        !matches!(self.heap.get(tuple), Value::Tuple(_) | Value::List(_) | Value::Atom)
    }

    /// The first arguments; and all of them in place of one, if that hides what is called.
    pub(super) fn arguments(&mut self, args: Id) -> Vec<Id> {
        let mut all: Vec<Id> = self.heap.items(args).iter().copied().take(ARGS).collect();
        if self.heap.items(args).len() > ARGS && self.leads_on(args) {
            all.pop();
            all.push(args);
        }
        all
    }

    /// Whether keyword arguments are none.
    pub(super) fn is_empty(&self, kwargs: Id) -> bool {
        match self.heap.get(kwargs) {
            Value::Dict(entries) => entries.is_empty(),
            _ => kwargs == Id::NONE,
        }
    }

    /// Reports a call, and returns what it makes.
    fn call(&mut self, callable: Id, mut args: Vec<Id>) -> Result<Id> {
        let mut callable = callable;
        args.truncate(ARGS);
        for _ in 0..UNFOLD {
            match self.heap.get(callable) {
                Value::Partial { callable: inner, args: bound } => {
                    let bound = bound.iter().copied();
                    args = bound.chain(args).take(ARGS).collect();
                    callable = *inner;
                }
                Value::Caller { method, args: bound } => {
                    let (method, bound) = (*method, bound.clone());
                    let (&target, rest) = args.split_first().ok_or_else(nothing)?;
                    args = bound.iter().chain(rest).copied().take(ARGS).collect();
                    callable = self.attribute(target, method)?;
                }
                Value::Getter(names) => {
                    let names = names.clone();
                    let &target = args.first().ok_or_else(nothing)?;
                    let found = names.into_iter().map(|name| self.attribute(target, name));
                    let found = found.collect::<Result<Vec<Id>>>()?;
                    return match found.as_slice() {
                        &[one] => Ok(one),
                        _ => self.add(Value::Tuple(found)),
                    };
                }
                Value::Named(name) => {
                    let name = Rc::clone(name);
                    return self.call_named(name, args);
                }
                Value::Made(name) => {
                    let name = Rc::clone(name);
                    return self.call_made(name, &args);
                }
                Value::Persistent => {
                    let why = "calls what the reader's own method returned".into();
                    return self.made(persistent_name(), &args, (Verdict::Dangerous, why));
                }
                Value::Extension(code) => {
                    let name = extension_name(*code);
                    let why = "calls what the reader has registered for this code".into();
                    return self.made(name, &args, (Verdict::Unknown, why));
                }
                _ => {
                    let found = self.heap.type_name(callable).unwrap_or("a value");
                    return Err(Error::malformed(found, "a class or function to call"));
                }
            }
        }
        let why = "wraps a call in too many others, which hides it".into();
        self.made(Name::new("functools", "partial"), &args, (Verdict::Dangerous, why))
    }

    /// Calls what a call returned.
    fn call_made(&mut self, name: Rc<Name>, args: &[Id]) -> Result<Id> {
        let (verdict, _) = self.judge(&name);
        let name = match name.attributes.ends_with("()") {
            true => name,
            false => Rc::new(Name::new(&*name.module, format!("{}()", name.attributes))),
        };
        let why = match verdict {
            Verdict::Dangerous => "calls what a dangerous call returned",
            _ => "calls what another call returned",
        };
        self.note(Action::Call, &name, args, (verdict.max(Verdict::Unknown), why.into()));
        self.add(Value::Made(name))
    }

    fn made(&mut self, name: Name, args: &[Id], judged: Judgement) -> Result<Id> {
        self.note(Action::Call, &name, args, judged);
        self.add(Value::Made(Rc::new(name)))
    }

    /// Calls a global, and follows those that only lead to another one.
    fn call_named(&mut self, name: Rc<Name>, args: Vec<Id>) -> Result<Id> {
        let pair = table::canonical_pair(&name.module, &name.attributes);
        let (mut verdict, mut reason) = self.judge(&name);
        match (pair, args.as_slice()) {
            (("builtins", "getattr"), &[target, attribute, ..]) => {
                return self.attribute(target, attribute);
            }
            (("copyreg", "_reconstructor"), &[class, _, ..]) => {
                // Between them is a base.
                return self.instance(class, args.get(2..).unwrap_or_default());
            }
            (("copyreg", "__newobj__" | "__newobj_ex__"), &[class, ..]) => {
                return self.instance(class, args.get(1..).unwrap_or_default());
            }
            ((_, new), &[class, ..]) if new == "__new__" || new.ends_with(".__new__") => {
                return self.instance(class, args.get(1..).unwrap_or_default());
            }
            (("torch._tensor", "_rebuild_from_type_v2"), &[function, _, inner, ..]) => {
                let inner = self.arguments(inner);
                return self.wrapped(function, inner);
            }
            (("builtins", "type"), [_, _, ..]) => {
                (verdict, reason) = (verdict.max(Verdict::Unknown), "makes a new class".into());
            }
            (("operator", "getitem"), &[container, ..]) => {
                if let Some(container) = self.heap.named(container) {
                    let (of, _) = self.judge(container);
                    let why = "takes an item out of something that was imported";
                    (verdict, reason) = (verdict.max(of), why.into());
                }
            }
            (("_codecs" | "codecs", "encode"), [_, encoding, ..]) => {
                let encoding = self.heap.text(*encoding).map(|name| name.to_lowercase());
                if !encoding.is_some_and(|name| PLAIN.contains(&&*name)) {
                    let why = "transforms data while loading";
                    (verdict, reason) = (verdict.max(Verdict::Unknown), why.into());
                }
            }
            _ => {}
        }
        let folded = self.fold(pair, &args);
        if folded.is_none() && args.iter().any(|&arg| self.leads_on(arg)) {
            (verdict, reason) = (Verdict::Dangerous, HANDED.into());
        }
        self.note(Action::Call, &name, &args, (verdict, reason));
        match folded {
            Some(Value::Named(reached)) => self.import(reached),
            Some(value) => self.add(value),
            None => self.add(Value::Made(name)),
        }
    }

    /// Whether a value is, holds or wraps a function whose arguments say what it reaches; also when
    /// that takes too long to say. Who gets it may call it, or take it out of what holds it.
    pub(super) fn leads_on(&mut self, id: Id) -> bool {
        if !self.heap.has_indirect {
            return false;
        }
        let mut work = vec![id];
        let mut seen = HashSet::new();
        while let Some(id) = work.pop() {
            match self.heap.get(id) {
                Value::Named(name) if table::is_indirect(&name.module, &name.attributes) => {
                    return true;
                }
                Value::Getter(_) | Value::Caller { .. } => return true,
                _ => {}
            }
            let before = work.len();
            work.extend(self.heap.parts(id));
            let Some(patience) = self.patience.checked_sub(work.len() - before) else {
                return true;
            };
            self.patience = patience;
            if work.len() > before && !seen.insert(id) {
                work.truncate(before);
            }
        }
        false
    }

    /// What a call returns that stands for another call or global.
    fn fold(&self, pair: (&str, &str), args: &[Id]) -> Option<Value<'de>> {
        let (&first, rest) = args.split_first()?;
        let text = |id: Id| self.heap.text(id);
        match pair {
            ("functools", "partial") | ("types", "MethodType") => {
                Some(Value::Partial { callable: first, args: rest.to_vec() })
            }
            ("operator", "attrgetter") => Some(Value::Getter(args.to_vec())),
            ("operator", "methodcaller") => {
                Some(Value::Caller { method: first, args: rest.to_vec() })
            }
            ("builtins", "__import__") | ("importlib", "import_module" | "__import__") => {
                Some(Value::Named(Rc::new(Name::new(text(first)?, ""))))
            }
            ("numpy.core" | "numpy._core", "_ufunc_reconstruct") => {
                let name = Name::new(text(first)?, text(*rest.first()?)?);
                Some(Value::Named(Rc::new(name)))
            }
            _ => None,
        }
    }

    /// Makes an instance of a class that is an argument. A call in a call has fewer arguments, so
    /// this ends.
    fn instance(&mut self, class: Id, args: &[Id]) -> Result<Id> {
        match self.heap.named(class).cloned() {
            Some(name) => self.call_named(name, args.to_vec()),
            None => self.wrapped(class, args.to_vec()),
        }
    }

    /// Calls an argument that calls something itself; only so deep.
    fn wrapped(&mut self, callable: Id, args: Vec<Id>) -> Result<Id> {
        match self.heap.named(callable) {
            Some(name)
                if table::canonical_pair(&name.module, &name.attributes).0 != "torch._tensor" =>
            {
                self.call(callable, args)
            }
            _ => {
                let why = "calls what another call returned".into();
                self.made(Name::new("<computed>", ""), &args, (Verdict::Unknown, why))
            }
        }
    }

    /// Follows `getattr`.
    fn attribute(&mut self, target: Id, attribute: Id) -> Result<Id> {
        let Some(attribute) = self.heap.text(attribute).map(Cow::into_owned) else {
            let judged = (Verdict::Dangerous, COMPUTED.into());
            return self.made(Name::new("<computed>", ""), &[target, attribute], judged);
        };
        let name = match self.heap.get(target) {
            Value::Named(name) | Value::Made(name) => name.attribute(&attribute),
            Value::Persistent => persistent_name().attribute(&attribute),
            Value::Extension(code) => extension_name(*code).attribute(&attribute),
            Value::Partial { .. } => Name::new("functools", "partial").attribute(&attribute),
            _ => {
                let class = self.heap.type_name(target).unwrap_or("object");
                Name::new("builtins", class).attribute(&attribute)
            }
        };
        let mut judged = self.judge(&name);
        let holds = self.heap.parts(target).next().is_some() && self.leads_on(target);
        if holds && judged.0 != Verdict::Dangerous {
            judged = (Verdict::Dangerous, "gets at a function that reaches others".into());
        }
        self.note(Action::Attribute, &name, &[target], judged);
        self.add(Value::Named(Rc::new(name)))
    }
}

pub(super) fn persistent_name() -> Name {
    Name::new("persistent_load", "")
}

pub(super) fn extension_name(code: i32) -> Name {
    Name::new(format!("extension code {code}"), "")
}
