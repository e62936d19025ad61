//! Derived structs and enums with every role that a field can have, and in each other.

use std::collections::BTreeMap;

use pickle_core::{Global, Reduce, Value};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::spelled::{Spelled, listed, pairs};
use crate::strategies as any_;
use crate::{ANY, ORDERED, PY3, Peers};

/// A struct, and its Python expression in terms of its fields.
macro_rules! models {
    ($($(#[$attributes:meta])* struct $name:ident $(<$($param:ident),*>)? {
        $($(#[$roles:meta])* $field:ident: $t:ty,)*
    } is $expr:literal;)*) => {$(
        #[derive(Debug, PartialEq, Clone, Reduce)]
        #[reduce(module = "construction_models")]
        $(#[$attributes])*
        struct $name $(<$($param),*>)? {
            $($(#[$roles])* $field: $t,)*
        }

        impl $(<$($param: Spelled),*>)? Spelled for $name $(<$($param),*>)? {
            fn python(&self) -> String {
                format!($expr, $($field = self.$field.python()),*)
            }
        }
    )*};
}

models! {
    #[reduce(state = "slots")]
    struct Pixel<T> { x: T, y: T, } is "Pixel({x}, {y})";
    #[reduce(state = "slots")]
    struct Tagged<A, B> { tag: A, x: B, y: B, } is "Tagged({x}, {y}, {tag})";
    #[reduce(state = "slots")]
    struct One<T> { only: T, } is "One({only})";
    #[reduce(state = "list")]
    struct Listed<A, B> { a: A, b: B, } is "Listed({a}, {b})";
    #[reduce(state = "tuple")]
    struct Tupled<A, B> { a: A, b: B, } is "Tupled({a}, {b})";
    #[reduce(state = "tuple", new)]
    struct Quad<T> {
        #[reduce(ctor)] a: u8,
        #[reduce(ctor)] b: T,
        c: T,
        d: Option<T>,
        e: bool,
        f: String,
    } is "quad({a}, {b}, {c}, {d}, {e}, {f})";
    #[reduce(new)]
    struct Spot<T> {
        #[reduce(ctor)] name: String,
        #[reduce(ctor)] x: T,
        #[reduce(ctor)] y: T,
    } is "Spot({name}, {x}, {y})";
    struct Stack {
        #[reduce(listitems)] items: Vec<Stack>,
        label: Option<String>,
    } is "make(Stack, {{'label': {label}}}, {items})";
    struct Named<T> {
        owner: String,
        #[reduce(listitems)] items: Vec<T>,
        #[reduce(ctor)] name: String,
    } is "make(Named, {{'owner': {owner}}}, {items}, {name})";
    struct Table<T> {
        #[reduce(dictitems)] entries: BTreeMap<String, T>,
        label: i64,
    } is "make(Table, {{'label': {label}}}, sorted({entries}.items()))";
    struct Groups<T> {
        #[reduce(ctor)] factory: Value,
        #[reduce(dictitems)] groups: BTreeMap<i64, Vec<T>>,
    } is "make(Groups, {{}}, sorted({groups}.items()), {factory})";
    #[reduce(init)]
    struct Both {
        #[reduce(dictitems)] under: BTreeMap<u16, u16>,
        #[reduce(listitems)] items: Vec<i64>,
    } is "make(Both, {{'under': {under}}}, {items})";
    #[reduce(new)]
    struct Colour<T> {
        #[reduce(ctor)] name: String,
        #[reduce(kw)] alpha: i64,
        note: T,
        #[reduce(kw, default = 8, skip_if = is_8)] depth: u8,
    } is "colour({name}, {alpha}, {depth}, {note})";
    #[reduce(init, state_setter = "construction_models.fill")]
    struct Cell<T> { value: T, } is "Cell({value})";
    #[reduce(init, state_setter = "construction_models.fill_pair", state = "tuple")]
    struct Pair<A, B> { x: A, y: B, } is "Pair({x}, {y})";
    struct Animal { legs: u8, } is "Animal({legs})";
    #[reduce(name = "World")]
    struct World<T> {
        #[reduce(rename = "first_name")] name: String,
        #[reduce(with = hours)] hours: u32,
        #[reduce(default, skip_if = Option::is_none)] maybe: Option<T>,
        #[reduce(skip, default = 7)] cache: u8,
        pixels: Vec<Pixel<T>>,
        tagged: Option<Tagged<String, T>>,
        one: Box<One<Vec<T>>>,
        listed: Listed<Option<T>, (T, T)>,
        quads: [Quad<i64>; 2],
        stack: Stack,
        table: Table<Pair<u16, Vec<T>>>,
        colours: Vec<Colour<Vec<Cell<u8>>>>,
        dog: Dog,
        members: (Level, Unit, Switch),
        shapes: Vec<Shape>,
        inner: Option<Box<World<T>>>,
    } is "world(first_name={name}, hours={hours} * 60, maybe={maybe}, cache={cache}, pixels={pixels}, \
          tagged={tagged}, one={one}, listed={listed}, quads={quads}, stack={stack}, table={table}, \
          colours={colours}, dog={dog}, members={members}, shapes={shapes}, inner={inner})";
}

fn is_8(depth: &u8) -> bool {
    *depth == 8
}

/// Hours, in minutes.
mod hours {
    use pickle_core::{Loader, Result, Saver};

    pub(super) fn reduce(hours: &u32, saver: &mut Saver<'_>) -> Result<()> {
        saver.integer(hours * 60)
    }

    pub(super) fn reconstruct<'de, L: Loader<'de>>(loader: &mut L) -> Result<u32> {
        loader.load::<u32>().map(|minutes| minutes / 60)
    }
}

#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(module = "construction_models")]
struct Pet {
    #[reduce(flatten)]
    animal: Animal,
    owner: Option<String>,
}

#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(module = "construction_models")]
struct Dog {
    tricks: Vec<String>,
    #[reduce(flatten)]
    pet: Pet,
}

impl Spelled for Dog {
    fn python(&self) -> String {
        let Pet { animal, owner } = &self.pet;
        format!("Dog({}, {}, {})", animal.legs, owner.python(), self.tricks.python())
    }
}

/// As the items of an `OrderedDict`.
#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(module = "construction_models", init)]
struct Ordered<T>(#[reduce(dictitems)] Vec<(i64, T)>);

impl<T: Spelled> Spelled for Ordered<T> {
    fn python(&self) -> String {
        let entries = pairs(self.0.iter().map(|(key, value)| (key, value)));
        format!("make(Ordered, {{}}, {entries})")
    }
}

/// An enum of Python's, and the names of its members there.
macro_rules! members {
    ($($(#[$attributes:meta])* enum $name:ident {
        $($(#[$member:meta])* $variant:ident is $python:literal,)*
    })*) => {$(
        #[derive(Debug, PartialEq, Clone, Copy, Reduce)]
        #[reduce(module = "enum_models", rename_all = "UPPERCASE")]
        $(#[$attributes])*
        enum $name {
            $($(#[$member])* $variant,)*
        }

        impl Spelled for $name {
            fn python(&self) -> String {
                match self {
                    $($name::$variant => $python.to_owned(),)*
                }
            }
        }
    )*};
}

members! {
    #[reduce(enum)]
    enum Level {
        #[reduce(value = 0)] Low is "Level.LOW",
        #[reduce(value = 70_000)] High is "Level.HIGH",
    }
    #[reduce(enum = "value")]
    enum Unit {
        #[reduce(value = "m")] Metre is "Unit.METRE",
        #[reduce(value = "ft")] Foot is "Unit.FOOT",
    }
    #[reduce(enum)]
    enum Switch {
        #[reduce(value = true)] On is "Switch.ON",
        #[reduce(value = "off")] Off is "Switch.OFF",
    }
    #[reduce(enum = "name")]
    enum Compass {
        North is "Global.NORTH",
        South is "Global.SOUTH",
    }
}

#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(module = "enum_models")]
enum Shape {
    Disc(i64),
    Blob(Vec<u16>),
}

impl Spelled for Shape {
    fn python(&self) -> String {
        match self {
            Shape::Disc(radius) => format!("Shape.Disc({radius})"),
            Shape::Blob(radii) => format!("Shape.Blob([{}])", listed(radii)),
        }
    }
}

fn pixel<T: Strategy>(part: impl Fn() -> T) -> impl Strategy<Value = Pixel<T::Value>> {
    (part(), part()).prop_map(|(x, y)| Pixel { x, y })
}

fn quad() -> impl Strategy<Value = Quad<i64>> {
    let number = any_::integer;
    (any::<u8>(), number(), number(), option::of(number()), any::<bool>(), any_::text())
        .prop_map(|(a, b, c, d, e, f)| Quad { a, b, c, d, e, f })
}

fn stack() -> impl Strategy<Value = Stack> {
    let label = || option::of(any_::text());
    let leaf = label().prop_map(|label| Stack { items: vec![], label });
    leaf.prop_recursive(4, 12, 3, move |inner| {
        (vec(inner, 0..3), label()).prop_map(|(items, label)| Stack { items, label })
    })
}

fn table<T: Strategy>(value: T) -> impl Strategy<Value = Table<T::Value>> {
    (btree_map(any_::text(), value, 0..4), any_::integer())
        .prop_map(|(entries, label)| Table { entries, label })
}

fn colour<T: Strategy>(note: T) -> impl Strategy<Value = Colour<T::Value>> {
    (any_::text(), any_::integer(), note, prop_oneof![Just(8), any::<u8>()])
        .prop_map(|(name, alpha, note, depth)| Colour { name, alpha, note, depth })
}

fn dog() -> impl Strategy<Value = Dog> {
    (vec(any_::text(), 0..3), any::<u8>(), option::of(any_::text())).prop_map(
        |(tricks, legs, owner)| Dog { tricks, pet: Pet { animal: Animal { legs }, owner } },
    )
}

fn shape() -> impl Strategy<Value = Shape> {
    let blob = vec(any::<u16>(), 0..3).prop_map(Shape::Blob);
    prop_oneof![any_::integer().prop_map(Shape::Disc), blob]
}

fn level() -> impl Strategy<Value = Level> {
    select(&[Level::Low, Level::High][..])
}

fn unit() -> impl Strategy<Value = Unit> {
    select(&[Unit::Metre, Unit::Foot][..])
}

fn switch() -> impl Strategy<Value = Switch> {
    select(&[Switch::On, Switch::Off][..])
}

const SETUP: &str = "from construction_models import *";

#[test]
fn forms_of_state() {
    let peers = Peers::all("instances.py");
    peers.agree_on(SETUP, ANY, pixel(any_::integer));
    peers.agree_on(SETUP, ANY, pixel(|| pixel(any_::text)));
    let tagged = (any_::text(), any_::float(), any_::float());
    peers.agree_on(SETUP, ANY, tagged.prop_map(|(tag, x, y)| Tagged { tag, x, y }));
    let one = vec(option::of(any_::integer()), 0..4).prop_map(|only| One { only });
    peers.agree_on(SETUP, ANY, one);
    let map = || btree_map(any::<u8>(), any_::text(), 0..3);
    peers.agree_on(SETUP, ANY, (map(), map()).prop_map(|(a, b)| Listed { a, b }));
    peers.agree_on(SETUP, ANY, (map(), map()).prop_map(|(a, b)| Tupled { a, b }));
    let either = (option::of(map()), any::<bool>());
    peers.agree_on(SETUP, ANY, either.prop_map(|(a, b)| Tupled { a, b }));
    peers.agree_on(SETUP, ANY, quad());
}

#[test]
fn named_tuples() {
    let peers = Peers::all("agree.py");
    let spot = |part: BoxedStrategy<Option<i64>>| {
        (any_::text(), part.clone(), part).prop_map(|(name, x, y)| Spot { name, x, y })
    };
    let part = option::of(any_::integer()).boxed();
    peers.agree_on(SETUP, ANY, spot(part.clone()));
    let outer = (any_::text(), spot(part.clone()), spot(part));
    peers.agree_on(SETUP, ANY, outer.prop_map(|(name, x, y)| Spot { name, x, y }));
}

#[test]
fn items() {
    let peers = Peers::all("instances.py");
    peers.agree_on(SETUP, ANY, stack());
    let named = (any_::text(), vec(option::of(any_::integer()), 0..4), any_::text());
    let named = named.prop_map(|(owner, items, name)| Named { owner, items, name });
    peers.agree_on(SETUP, ANY, named);
    peers.agree_on(SETUP, PY3, table(vec(any_::integer(), 0..3)));
    peers.agree_on(SETUP, ORDERED, table(table(option::of(any_::text()))));
    let groups = btree_map(any_::integer(), vec(any_::text(), 0..3), 0..3).prop_map(|groups| {
        Groups { factory: Value::from(Global::new("builtins", "list")), groups }
    });
    peers.agree_on(SETUP, ANY, groups);
    let both = (btree_map(any::<u16>(), any::<u16>(), 0..3), vec(any_::integer(), 0..3));
    peers.agree_on(SETUP, ANY, both.prop_map(|(under, items)| Both { under, items }));
    let ordered = btree_map(any_::integer(), any_::text(), 0..4);
    let ordered = ordered.prop_map(|entries| Ordered(entries.into_iter().rev().collect()));
    peers.agree_on(SETUP, PY3, ordered);
}

/// Protocols 0 and 1 leave the arguments out (`copyreg._reduce_ex`), so the state has them.
const FULL: &str = "from construction_models import *
Colour.__getstate__ = lambda self: dict(self.__dict__)";

#[test]
fn keywords_setters_and_bases() {
    let peers = Peers::all("instances.py");
    peers.agree_on(FULL, (3, 4), colour(option::of(any_::text())));
    peers.agree_on(SETUP, (3, 8), any_::text().prop_map(|value| Cell { value }));
    let pair = (any_::text(), vec(any_::integer(), 0..3)).prop_map(|(x, y)| Pair { x, y });
    peers.agree_on(SETUP, (3, 8), pair);
    peers.agree_on(SETUP, ANY, dog());
}

#[test]
fn members() {
    let peers = Peers::all("instances.py");
    let setup = "from enum_models import *";
    peers.agree_on(setup, (3, 4), (level(), unit(), switch()));
    let directions = &[Direction::North, Direction::South];
    peers.agree_on(setup, (3, 4), select(&directions[..]));
    peers.agree_on(setup, (3, 4), shape());
}

/// A member that its class pickles as a global of the module.
#[derive(Debug, PartialEq, Clone, Copy, Reduce)]
#[reduce(module = "enum_models", name = "Global", enum, rename_all = "UPPERCASE")]
enum Direction {
    North = 1,
    South = 2,
}

impl Spelled for Direction {
    fn python(&self) -> String {
        match self {
            Direction::North => Compass::North.python(),
            Direction::South => Compass::South.python(),
        }
    }
}

fn world() -> impl Strategy<Value = World<String>> {
    let text = any_::text;
    let listed = (option::of(text()), (text(), text())).prop_map(|(a, b)| Listed { a, b });
    let pairs = (any::<u16>(), vec(text(), 0..2)).prop_map(|(x, y)| Pair { x, y });
    let cells = vec(any::<u8>().prop_map(|value| Cell { value }), 0..3);
    let tagged = (text(), text(), text()).prop_map(|(tag, x, y)| Tagged { tag, x, y });
    let first = (text(), 0..24u32, option::of(text()), vec(pixel(text), 0..3), option::of(tagged));
    let second = (vec(text(), 0..3), listed, [quad(), quad()], stack(), table(pairs));
    let third = (vec(colour(cells), 0..3), dog(), (level(), unit(), switch()), vec(shape(), 0..3));
    let world = (first, second, third).prop_map(|(first, second, third)| {
        let (name, hours, maybe, pixels, tagged) = first;
        let (only, listed, quads, stack, table) = second;
        let (colours, dog, members, shapes) = third;
        let one = Box::new(One { only });
        World {
            name,
            hours,
            maybe,
            cache: 7,
            pixels,
            tagged,
            one,
            listed,
            quads,
            stack,
            table,
            colours,
            dog,
            members,
            shapes,
            inner: None,
        }
    });
    let world = world.boxed();
    (world.clone(), option::of(world))
        .prop_map(|(outer, inner)| World { inner: inner.map(Box::new), ..outer })
}

/// Without what is skipped.
const WORLD: &str = "from enum_models import *
from construction_models import *
from enum_models import Shape
import construction_models
Colour = construction_models.Colour
Colour.__getstate__ = lambda self: dict(self.__dict__)
def world(**attributes):
    del attributes['cache']
    if attributes['maybe'] is None:
        del attributes['maybe']
    return make(World, attributes)";

#[test]
fn all_in_one() {
    Peers::all("instances.py").agree_on(WORLD, (3, 8), world());
}
