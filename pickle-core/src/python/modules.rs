//! The modules of Python that types lead to.

use std::any::type_name;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::error::{Error, Result};
use crate::python::class::{ClassDef, EnumDef};
use crate::python::render::{self, Body, Named};
use crate::python::{Hint, PythonType};

/// Modules of Python, with the classes of some types and of all that they lead to.
///
/// ```
/// use pickle_core::python::Modules;
/// use pickle_core::{PythonType, Reduce};
///
/// #[derive(Reduce, PythonType)]
/// #[reduce(module = "zoo.animals")]
/// struct Animal {
///     name: String,
/// }
///
/// #[derive(Reduce, PythonType)]
/// #[reduce(module = "zoo")]
/// struct Cage {
///     animals: Vec<Animal>,
/// }
///
/// let modules = Modules::of::<Cage>();
/// assert_eq!(modules.names().collect::<Vec<_>>(), ["zoo", "zoo.animals"]);
/// assert!(modules.source("zoo")?.contains("animals: list[zoo.animals.Animal]"));
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Modules {
    /// By module, in the order in which they were completed.
    modules: BTreeMap<String, Vec<Named>>,
    /// What was described already, or is being described.
    known: BTreeSet<(&'static str, String)>,
    /// The classes whose instances are keys, by module and name.
    keys: BTreeSet<(String, String)>,
    /// The classes that two types describe in ways that one class cannot have.
    conflicts: Vec<String>,
}

impl Modules {
    /// No modules.
    #[must_use]
    pub fn new() -> Modules {
        Modules::default()
    }

    /// The modules that a type leads to.
    #[must_use]
    pub fn of<T: PythonType + ?Sized>() -> Modules {
        let mut modules = Modules::new();
        modules.add::<T>();
        modules
    }

    /// Adds a type and all that it leads to.
    ///
    /// ```
    /// # use pickle_core::python::Modules;
    /// # use pickle_core::{PythonType, Reduce};
    /// # #[derive(Reduce, PythonType)] #[reduce(module = "a")] struct First;
    /// # #[derive(Reduce, PythonType)] #[reduce(module = "b")] struct Second;
    /// let mut modules = Modules::new();
    /// modules.add::<First>().add::<Second>();
    /// assert_eq!(modules.names().count(), 2);
    /// ```
    pub fn add<T: PythonType + ?Sized>(&mut self) -> &mut Modules {
        T::hint(self);
        self
    }

    /// The names of the modules, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.modules.keys().map(String::as_str)
    }

    /// The source of one module.
    ///
    /// # Errors
    /// When there is none of this name, or what the types say cannot be written in Python: a name
    /// that is none there or that Python changes, bases that no class can have together, or one
    /// class for two types that differ in more than the types of fields.
    pub fn source(&self, module: &str) -> Result<String> {
        if let Some(class) = self.conflicts.first() {
            return Err(Error::custom(format!(
                "found two types for {class} that one class cannot be; give one of them another \
                 `name`"
            )));
        }
        let Some(classes) = self.modules.get(module) else {
            let known: Vec<_> = self.names().collect();
            return Err(Error::custom(match &known[..] {
                [] => format!(
                    "found no module {module:?}, as the types lead to none: what they are in \
                     Python, such as a `dict`, takes no class of their own"
                ),
                known => {
                    format!("found no module {module:?}, expected one of {}", known.join(", "))
                }
            }));
        };
        render::module(module, classes, self)
    }

    /// Writes each module into a file below a folder that is on the path of Python: `zoo.py`, and
    /// `zoo/animals.py` for a module of a package.
    ///
    /// # Errors
    /// As [`source`](Modules::source), and when a file cannot be written.
    pub fn write_to(&self, folder: impl AsRef<Path>) -> Result<()> {
        for name in self.names() {
            let source = self.source(name)?;
            let mut path = folder.as_ref().to_owned();
            path.extend(name.split('.'));
            let is_package = self
                .names()
                .any(|other| other.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')));
            if is_package {
                path.push("__init__");
            }
            path.set_extension("py");
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(path, source)?;
        }
        Ok(())
    }

    /// Adds the class of a type, unless that was done, and returns its hint. For what implements
    /// [`PythonType`] by hand; the closure describes the class.
    ///
    /// ```
    /// use pickle_core::python::{Argument, Field, Hint, Modules};
    /// # use pickle_core::{PythonType, Reduce, Result, Saver};
    /// # struct Celsius(f64);
    /// # impl Reduce for Celsius {
    /// #     fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> { saver.save(&self.0) }
    /// # }
    /// impl PythonType for Celsius {
    ///     fn hint(modules: &mut Modules) -> Hint {
    ///         modules.class::<Self>("weather", "Celsius", |modules, class| {
    ///             let degrees = Field::new("degrees", f64::hint(modules));
    ///             class.called().field(degrees.argument(Argument::Positional, false));
    ///         })
    ///     }
    /// }
    ///
    /// let source = Modules::of::<Celsius>().source("weather")?;
    /// assert!(source.contains("return self.__class__, (self.degrees,)\n"));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    pub fn class<T: ?Sized>(
        &mut self,
        module: &str,
        name: &str,
        describe: impl FnOnce(&mut Modules, &mut ClassDef),
    ) -> Hint {
        if self.is_new::<T>(name) {
            let mut class = ClassDef::default();
            describe(self, &mut class);
            if let Some(setter) = &class.setter {
                let form = class.form;
                let is_value = class.state.is_some();
                let (module, name) = setter.clone();
                self.insert(&module, &name, Body::Setter { form, is_value });
            }
            self.insert(module, name, Body::Class(class));
        }
        Hint::new(module, name)
    }

    /// Adds the Python enum of a type, unless that was done, and returns its hint.
    pub fn enumeration<T: ?Sized>(
        &mut self,
        module: &str,
        name: &str,
        describe: impl FnOnce(&mut Modules, &mut EnumDef),
    ) -> Hint {
        if self.is_new::<T>(name) {
            let mut class = EnumDef::default();
            describe(self, &mut class);
            self.insert(module, name, Body::Enum(class));
        }
        Hint::new(module, name)
    }

    /// Adds a class that does nothing but hold others, as a Rust enum holds its variants.
    pub fn namespace(&mut self, module: &str, name: &str, doc: &str) {
        self.insert(module, name, Body::Namespace { doc: doc.to_owned() });
    }

    /// Makes a hint one of a key: what is hashable in Python.
    pub fn key(&mut self, hint: Hint) -> Hint {
        let hint = hint.hashable();
        hint.each(&mut |part| {
            if let Some((module, name)) = part.class() {
                self.keys.insert((module.to_owned(), name.to_owned()));
            }
        });
        hint
    }

    fn is_new<T: ?Sized>(&mut self, name: &str) -> bool {
        self.known.insert((type_name::<T>(), name.to_owned()))
    }

    fn insert(&mut self, module: &str, name: &str, body: Body) {
        let classes = self.modules.entry(module.to_owned()).or_default();
        let Some(known) = classes.iter_mut().find(|known| known.name == name) else {
            classes.push(Named { name: name.to_owned(), body });
            return;
        };
        if !known.body.merge(body) {
            self.conflicts.push(format!("{module}.{name}"));
        }
    }

    /// Whether instances of the class are keys.
    pub(super) fn is_key(&self, module: &str, name: &str) -> bool {
        self.keys.contains(&(module.to_owned(), name.to_owned()))
    }

    /// The description of a class.
    pub(super) fn find(&self, hint: &Hint) -> Option<&ClassDef> {
        let (module, name) = hint.class()?;
        let named = self.modules.get(module)?.iter().find(|named| named.name == name)?;
        match &named.body {
            Body::Class(class) => Some(class),
            _ => None,
        }
    }

    /// The classes of which no other is a subclass, each once.
    pub(super) fn most_derived<'c>(
        &self,
        classes: impl IntoIterator<Item = &'c Hint>,
    ) -> Vec<&'c Hint> {
        let mut kept: Vec<&Hint> = Vec::new();
        for class in classes {
            if !kept.iter().any(|other| self.is_subclass(other, class)) {
                kept.retain(|other| !self.is_subclass(class, other));
                kept.push(class);
            }
        }
        kept
    }

    /// Whether a class is the other one, or has it for a base.
    fn is_subclass(&self, class: &Hint, of: &Hint) -> bool {
        let bases = self.find(class).into_iter().flat_map(|class| &class.bases);
        class == of || bases.into_iter().any(|base| self.is_subclass(base, of))
    }
}
