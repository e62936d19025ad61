//! Classes and functions: by name, from the memo, or by extension code.

use crate::class::Class;
use crate::error::{Error, Result};
use crate::global;
use crate::opcode::op;
use crate::pickler::object::Shape;
use crate::pickler::saver::Saver;
use crate::protocol::Protocol;
use crate::wire::encode::Reference;

pub(super) static GETATTR: Class = Class::new("builtins", "getattr");

/// What stands for a global that was written before.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Known {
    /// Its memo index.
    Memoized(u32),
    /// Its extension code, from protocol 2 on. It is never memoized (`save_global`).
    Extension(i32),
    /// Nothing: instances are dicts.
    Nothing,
}

impl Known {
    pub(super) fn reference(self) -> Reference {
        match self {
            Known::Memoized(index) => Reference::get(index),
            Known::Extension(code) => Reference::extension(code),
            Known::Nothing => Reference::UNKNOWN,
        }
    }
}

impl Saver<'_> {
    /// Writes a class, function or other global by its name.
    ///
    /// # Errors
    /// When the protocol cannot express the name.
    pub fn global(&mut self, class: &'static Class) -> Result<()> {
        let (number, new) = self.shape(class)?;
        match self.memo.classes.at(number) {
            Some(&Shape { class: Known::Memoized(index), .. }) if !new => self.encoder.get(index),
            Some(&Shape { class, .. }) if !new => self.encoder.raw(class.reference().bytes()),
            _ => {}
        }
        Ok(())
    }

    /// Writes a global for the first time: by its extension code if it has one, or else by its name
    /// and with a place in the memo.
    pub(super) fn new_global(&mut self, module: &str, name: &str) -> Result<Known> {
        // Python writes codes of nested classes below protocol 4 too, but does not find these then.
        let since = if name.contains('.') { Protocol::V4 } else { Protocol::V2 };
        if self.protocol() >= since
            && let Some(registry) = self.registry()
            && let Some(code) = registry.extension_code(module, name)
        {
            let known = Known::Extension(code);
            self.encoder.raw(known.reference().bytes());
            return Ok(known);
        }
        self.spell_global(module, name)?;
        Ok(Known::Memoized(self.memoize()))
    }

    /// `save_global` of `pickle.py`, without extension codes.
    fn spell_global(&mut self, module: &str, name: &str) -> Result<()> {
        if name.split('.').any(|part| part == "<locals>") {
            return Err(Error::unrepresentable(
                format!("the global name {module:?} {name:?}"),
                "one outside of functions, by which Python can import it",
            ));
        }
        if self.protocol() >= Protocol::V4 {
            self.encoder.unicode(module)?;
            self.encoder.unicode(name)?;
            self.encoder.op(op::STACK_GLOBAL);
            return Ok(());
        }
        let Some((first, nested)) = name.split_once('.') else {
            let is_old = self.settings.fix_imports && self.protocol() < Protocol::V3;
            let (module, name) =
                if is_old { global::python2_name(module, name) } else { (module, name) };
            return self.encoder.global_lines(module, name);
        };
        // A nested class is a chain of getattr calls; the innermost is written last.
        let depth = nested.split('.').count();
        if depth >= global::NESTED {
            return Err(Error::unrepresentable(
                format!("the global name {module:?} {name:?} at protocol {}", self.protocol()),
                format!("one of at most {} parts, or protocol 4", global::NESTED),
            ));
        }
        for level in 0..depth {
            self.global(&GETATTR)?;
            self.encoder.before_tuple(2);
            if level + 1 == depth {
                self.spell_global(module, first)?;
            }
        }
        for part in nested.split('.') {
            self.encoder.unicode(part)?;
            // As Python does, which gives every string its place in the memo.
            self.memoize();
            self.encoder.after_tuple(2);
            self.encoder.op(op::REDUCE);
        }
        Ok(())
    }

    /// Writes a class or function whose name is known at run time only.
    ///
    /// ```
    /// use pickle_core::{Reduce, Result, Saver};
    ///
    /// struct Builtin(String);
    ///
    /// impl Reduce for Builtin {
    ///     fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
    ///         saver.dynamic_global("builtins", &self.0)
    ///     }
    /// }
    /// # assert!(pickle_core::to_vec(&Builtin("len".to_owned())).is_ok());
    /// ```
    ///
    /// # Errors
    /// When the protocol cannot express the name.
    pub fn dynamic_global(&mut self, module: &str, name: &str) -> Result<()> {
        if let Some(&index) = self.memo.named.get(module).and_then(|names| names.get(name)) {
            self.encoder.get(index);
            return Ok(());
        }
        let Known::Memoized(index) = self.new_global(module, name)? else { return Ok(()) };
        self.memo.named.entry(module.into()).or_default().insert(name.into(), index);
        Ok(())
    }
}
