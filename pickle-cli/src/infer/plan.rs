//! Decides which types of Rust stand for the classes.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use proc_macro2::Ident;

use super::class::{Class, Form, Layout};
use super::cycles;
use super::names::{self, Names};
use super::observe::Seen;
use super::shape::{ClassId, Kind, Shape, has_keys};
use super::standard;

/// What may be done with the values of a type, so that they can be keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// They cannot be keys.
    No,
    /// They have a hash, and no order.
    Hash,
    /// They have an order and a hash.
    Ord,
}

/// What holds an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pointer {
    /// Whatever it is a part of.
    None,
    /// A `Box`, since the type would have itself in it otherwise.
    Box,
    /// An `Rc`, since two references lead to one instance.
    Rc,
}

/// Which types of Rust stand for the classes.
#[derive(Debug)]
pub struct Plan<'s> {
    seen: &'s Seen,
    root: Option<Ident>,
    taken: Names,
    names: Vec<Ident>,
    unions: BTreeMap<BTreeSet<ClassId>, Ident>,
    alone: BTreeSet<ClassId>,
    /// What may be done with the instances of each class.
    keys: Vec<Key>,
    in_keys: BTreeSet<ClassId>,
    /// Those that have themselves in them without a pointer.
    infinite: HashSet<ClassId>,
    /// Those that lead to a cycle of instances.
    endless: HashSet<ClassId>,
}

impl<'s> Plan<'s> {
    /// Decides for what was seen. `root` is the name of the type of the roots.
    #[must_use]
    pub fn new(seen: &'s Seen, root: &str) -> Plan<'s> {
        let mut plan = Plan {
            seen,
            root: None,
            taken: Names::default(),
            names: Vec::new(),
            unions: BTreeMap::new(),
            alone: BTreeSet::new(),
            keys: Vec::new(),
            in_keys: BTreeSet::new(),
            infinite: infinite(seen),
            endless: endless(seen),
        };
        plan.keys = plan.find_keys();
        let mut paths = BTreeSet::from(["Value", "Rc", "RefCell", "HashMap", "HashSet"]);
        let mut unions = BTreeSet::new();
        let mut keys = Vec::new();
        for shape in seen.classes().flat_map(Class::shapes).chain([&seen.root]) {
            shape.visit(&mut |shape| match &shape.kind {
                Kind::Type(path, parts) => {
                    paths.insert(path);
                    if has_keys(path) {
                        keys.extend(parts.first());
                    }
                }
                Kind::Class(classes) if classes.len() > 1 => {
                    unions.insert(classes.clone());
                }
                Kind::Class(classes) => plan.alone.extend(classes),
                _ => {}
            });
        }
        keys.into_iter().for_each(|shape| plan.add_keys(shape));
        let mut names = Names::of_module(&paths);
        let bare = plan.only(&seen.root).is_some_and(|(id, class)| {
            plan.pointer(&[id].into()) == Pointer::None
                && names::type_name(last(&class.name)) == root
        });
        if !bare {
            plan.root = Some(names.pick([names::type_name(root)]));
        }
        plan.names = seen.classes().map(|class| names.pick(candidates(class))).collect();
        unions.retain(|classes| plan.is_union(classes));
        for classes in unions {
            let name = plan.union_name(&classes);
            plan.unions.insert(classes, names.pick([name]));
        }
        plan.taken = names;
        plan
    }

    /// The names of the types.
    #[must_use]
    pub fn taken(&self) -> &Names {
        &self.taken
    }

    /// The name of the type of the roots; none when it is that of their class.
    #[must_use]
    pub fn root(&self) -> Option<&Ident> {
        self.root.as_ref()
    }

    /// The classes that have a type of their own.
    pub fn alone(&self) -> impl Iterator<Item = (ClassId, &Ident, &'s Class)> {
        let alone =
            self.alone.iter().filter_map(|&id| Some((id, self.names.get(id)?, self.class(id)?)));
        alone.filter(|(_, _, class)| class.problem.is_none())
    }

    /// The classes that have a common type, and its name.
    pub fn unions(&self) -> impl Iterator<Item = (&BTreeSet<ClassId>, &Ident)> {
        self.unions.iter()
    }

    /// The name for a class.
    #[must_use]
    pub fn name(&self, id: ClassId) -> Option<&Ident> {
        self.names.get(id)
    }

    /// The name of the type for instances of these classes, or why there is none.
    ///
    /// # Errors
    /// What there is instead of instances of one type.
    pub fn type_name(&self, classes: &BTreeSet<ClassId>) -> Result<&Ident, String> {
        let known: Vec<_> = classes.iter().filter_map(|&id| self.class(id)).collect();
        if let Some((class, problem)) = known.iter().find_map(|class| Some((class, class.problem?)))
        {
            return Err(format!("instances of `{}`, which {problem}", class.path()));
        }
        let name = match classes.first() {
            Some(&id) if classes.len() == 1 => self.names.get(id),
            _ => self.unions.get(classes),
        };
        name.ok_or_else(|| {
            let paths: Vec<_> = known.iter().map(|class| format!("`{}`", class.path())).collect();
            format!("instances of {}", paths.join(", "))
        })
    }

    /// What holds instances of these classes where they are a part of something.
    #[must_use]
    pub fn pointer(&self, classes: &BTreeSet<ClassId>) -> Pointer {
        if self.any(classes, |class| class.shared && !class.is_enum()) {
            Pointer::Rc
        } else if classes.iter().any(|id| self.infinite.contains(id)) {
            Pointer::Box
        } else {
            Pointer::None
        }
    }

    /// Whether values lead back to what they are a part of.
    #[must_use]
    pub fn is_cyclic(&self, shape: &Shape) -> bool {
        self.any(&shape.classes(), |class| class.cyclic)
    }

    /// Whether instances lead to a cycle, so that they cannot be compared or printed.
    #[must_use]
    pub fn is_endless(&self, id: ClassId) -> bool {
        self.endless.contains(&id)
    }

    /// What may be done with the instances of a class that are keys somewhere.
    #[must_use]
    pub fn class_key(&self, id: ClassId) -> Key {
        if self.in_keys.contains(&id) {
            self.keys.get(id).copied().unwrap_or(Key::No)
        } else {
            Key::No
        }
    }

    /// What may be done with values.
    #[must_use]
    pub fn key(&self, shape: &Shape) -> Key {
        key(shape, &self.keys)
    }

    /// Marks the classes that are keys, or a part of some.
    fn add_keys(&mut self, shape: &Shape) {
        let mut found: Vec<_> = shape.classes().into_iter().collect();
        while let Some(id) = found.pop() {
            if self.in_keys.insert(id)
                && let Some(class) = self.class(id)
            {
                found.extend(class.shapes().flat_map(Shape::classes));
            }
        }
    }

    /// Whether one enum can stand for several classes: what is said of its variants is one for all.
    fn is_union(&self, classes: &BTreeSet<ClassId>) -> bool {
        let known: Vec<_> = classes.iter().filter_map(|&id| self.class(id)).collect();
        let [first, others @ ..] = &known[..] else { return false };
        let fits = |class: &&Class| {
            class.problem.is_none() && !class.is_enum() && class.layout != Some(Layout::Other)
        };
        let agrees = |class: &&Class| class.module == first.module && class.setter == first.setter;
        let all = |form: Form| known.iter().all(|class| class.form == Some(form));
        let any = |test: fn(&Class) -> bool| known.iter().any(|class| test(class));
        known.iter().all(fits)
            && others.iter().all(agrees)
            && (!any(is_new) || all(Form::New))
            && (!any(is_init) || all(Form::Call))
            && all_equal(known.iter().filter_map(|class| class.layout))
    }

    /// What may be done with the instances of each class: as much as with their parts, so that the
    /// answer for what has itself in it is as good as that for the rest.
    fn find_keys(&self) -> Vec<Key> {
        let classes: Vec<_> = self.seen.classes().collect();
        let free = |(id, class): (ClassId, &&Class)| match class.problem {
            None if !self.is_endless(id) => Key::Ord,
            _ => Key::No,
        };
        let mut keys: Vec<_> = classes.iter().enumerate().map(free).collect();
        loop {
            let mut changed = false;
            // Parts are met after what they are a part of.
            for (id, class) in
                classes.iter().enumerate().rev().filter(|(_, class)| !class.is_enum())
            {
                let least = class.shapes().map(|shape| key(shape, &keys)).min().unwrap_or(Key::Ord);
                if let Some(known) = keys.get_mut(id)
                    && least < *known
                {
                    *known = least;
                    changed = true;
                }
            }
            if !changed {
                return keys;
            }
        }
    }

    fn union_name(&self, classes: &BTreeSet<ClassId>) -> String {
        let names: Vec<_> = classes.iter().filter_map(|&id| self.name(id)).collect();
        match &names[..] {
            [first, _, _, ..] => format!("{first}OrOther"),
            _ => names.iter().map(ToString::to_string).collect::<Vec<_>>().join("Or"),
        }
    }

    fn any(&self, classes: &BTreeSet<ClassId>, test: impl Fn(&Class) -> bool) -> bool {
        classes.iter().filter_map(|&id| self.class(id)).any(test)
    }

    /// The class with this number.
    #[must_use]
    pub fn class(&self, id: ClassId) -> Option<&'s Class> {
        self.seen.class(id)
    }

    /// The one class of a position.
    fn only(&self, shape: &Shape) -> Option<(ClassId, &'s Class)> {
        match &shape.kind {
            Kind::Class(classes) if classes.len() == 1 && !shape.optional => {
                let id = *classes.first()?;
                Some((id, self.class(id)?))
            }
            _ => None,
        }
    }
}

/// Whether it has to be said that `__new__` takes the arguments.
#[must_use]
pub fn is_new(class: &Class) -> bool {
    let arguments = !class.arguments.is_empty() || !class.keywords.is_empty();
    class.form == Some(Form::New) && arguments
}

/// Whether it has to be said that the class is called.
#[must_use]
pub fn is_init(class: &Class) -> bool {
    class.form == Some(Form::Call) && class.arguments.is_empty()
}

fn key(shape: &Shape, keys: &[Key]) -> Key {
    let parts = shape.parts().iter().map(|part| key(part, keys));
    match &shape.kind {
        Kind::Mixed(_) | Kind::Record(_) => Key::No,
        Kind::Type(path, _) => parts.fold(standard::key(path), Key::min),
        Kind::Unseen | Kind::Tuple(_) | Kind::Array(..) => parts.fold(Key::Ord, Key::min),
        Kind::Class(classes) => match classes.first() {
            Some(&id) if classes.len() == 1 => keys.get(id).copied().unwrap_or(Key::No),
            _ => Key::No,
        },
    }
}

/// The classes that have themselves in them without a pointer, or lie between two such.
fn infinite(seen: &Seen) -> HashSet<ClassId> {
    let mut edges = Vec::new();
    for (id, class) in seen.classes().enumerate() {
        let mut direct: Vec<&Shape> = class.shapes().collect();
        while let Some(shape) = direct.pop() {
            match &shape.kind {
                Kind::Tuple(_) | Kind::Array(..) | Kind::Record(_) => direct.extend(shape.parts()),
                Kind::Class(classes) => edges.extend(classes.iter().map(|&part| (id, part))),
                _ => {}
            }
        }
    }
    cycles::find(edges)
}

/// The classes whose instances lead to a cycle.
fn endless(seen: &Seen) -> HashSet<ClassId> {
    let mut back: BTreeMap<ClassId, Vec<ClassId>> = BTreeMap::new();
    for (id, class) in seen.classes().enumerate() {
        for part in class.shapes().flat_map(Shape::classes) {
            back.entry(part).or_default().push(id);
        }
    }
    let cyclic = seen.classes().enumerate().filter(|(_, class)| class.cyclic);
    let mut left: Vec<_> = cyclic.map(|(id, _)| id).collect();
    let mut found: HashSet<_> = left.iter().copied().collect();
    while let Some(id) = left.pop() {
        let whole = back.get(&id).into_iter().flatten();
        left.extend(whole.filter(|&&whole| found.insert(whole)));
    }
    found
}

/// The names that a class may have, the best first.
fn candidates(class: &Class) -> Vec<String> {
    let parts = class.module.split('.').chain(class.name.split('.')).collect::<Vec<_>>();
    let from = |start: usize| parts.iter().skip(start).copied().collect::<Vec<_>>().join("_");
    (0..parts.len()).rev().map(|start| names::type_name(&from(start))).collect()
}

/// The name of a class within the one that it is nested in.
fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn all_equal<T: PartialEq>(mut items: impl Iterator<Item = T>) -> bool {
    let first = items.next();
    items.all(|item| Some(item) == first)
}
