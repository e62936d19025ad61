//! A type for each thing that the derive can say, and a value of each.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use pickle_core::types::{Date, Decimal};
use pickle_core::{PythonType, Reduce, Value};

use super::{Row, row};

/// A point.
///
/// It has "two" \ coordinates.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Reduce, PythonType)]
#[reduce(module = "made")]
pub(crate) struct Point {
    /// To the right.
    pub(crate) x: i32,
    pub(crate) y: i32,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", rename_all = "camelCase", deny_unknown, after = Defaults::check)]
pub(crate) struct Defaults {
    #[reduce(default = 255)]
    line_width: u8,
    name: String,
    #[reduce(default, skip_if = Vec::is_empty)]
    tags: Vec<String>,
    #[reduce(default)]
    level: Level,
    #[reduce(default = "it's \"\\\n".to_owned())]
    text: String,
    #[reduce(default = (1, 2.5))]
    pair: (u8, f64),
    #[reduce(skip)]
    cache: Option<u8>,
    #[reduce(with = doubled)]
    doubled: u32,
    #[reduce(with = doubled, hint = "int | None")]
    hinted: u32,
}

impl Defaults {
    fn check(&mut self) {
        self.cache = None;
    }
}

mod doubled {
    use pickle_core::{Loader, Result, Saver};

    pub(super) fn reduce(value: &u32, saver: &mut Saver<'_>) -> Result<()> {
        saver.save(&(value * 2))
    }

    pub(super) fn reconstruct<'de, L: Loader<'de>>(loader: &mut L) -> Result<u32> {
        Ok(loader.load::<u32>()? / 2)
    }
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made")]
pub(crate) struct Called {
    label: String,
    #[reduce(ctor)]
    x: f64,
    #[reduce(ctor, state)]
    both: Vec<u8>,
    point: Point,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made")]
pub(crate) struct Fraction(i64, #[reduce(rename = "denominator")] i64);

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made")]
pub(crate) struct Unit;

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made")]
pub(crate) struct Vector {
    #[reduce(args)]
    coords: (f64, f64, u8),
    label: Option<String>,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", init)]
pub(crate) struct Init {
    tags: Vec<String>,
    point: Option<Rc<Point>>,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", new)]
pub(crate) struct Colour {
    #[reduce(ctor)]
    name: String,
    #[reduce(kw, default = 255)]
    alpha: u8,
    note: String,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", new)]
pub(crate) struct Pair(u8, u8);

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", state = "slots")]
pub(crate) struct Pixel {
    x: u16,
    #[reduce(default = 7)]
    y: u16,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", state = "slots")]
pub(crate) struct CalledSlots {
    #[reduce(ctor)]
    x: u16,
    label: String,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", state = "list")]
pub(crate) struct Frozen {
    x: u16,
    #[reduce(default)]
    y: Vec<u8>,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", state = "tuple")]
pub(crate) struct CalledTuple {
    #[reduce(ctor)]
    x: u16,
    y: u16,
    z: [u8; 2],
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", getstate = Packed::get, setstate = Packed::set)]
pub(crate) struct Packed {
    #[reduce(default)]
    numbers: Vec<u32>,
}

impl Packed {
    fn get(&self) -> (u32, Vec<&u32>) {
        (1, self.numbers.iter().collect())
    }

    fn set(&mut self, (_, numbers): (u32, Vec<u32>)) {
        self.numbers = numbers;
    }
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", getstate = CalledPacked::get, setstate = CalledPacked::set)]
pub(crate) struct CalledPacked {
    #[reduce(ctor)]
    name: String,
    #[reduce(default)]
    size: u32,
}

impl CalledPacked {
    fn get(&self) -> u32 {
        self.size
    }

    fn set(&mut self, size: u32) {
        self.size = size;
    }
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made")]
pub(crate) struct Stack {
    #[reduce(listitems)]
    items: Vec<Option<u16>>,
    label: String,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made")]
pub(crate) struct Table {
    #[reduce(ctor)]
    name: String,
    #[reduce(dictitems)]
    rows: BTreeMap<String, Vec<Point>>,
    #[reduce(default)]
    notes: Vec<String>,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", init)]
pub(crate) struct Ordered(#[reduce(dictitems)] Vec<(String, u16)>);

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "zoo.animals")]
pub(crate) struct Animal {
    legs: u8,
    #[reduce(default)]
    names: Vec<String>,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "zoo")]
pub(crate) struct Owned {
    owner: Option<String>,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "zoo")]
pub(crate) struct Dog {
    #[reduce(flatten)]
    animal: Animal,
    #[reduce(flatten)]
    owned: Owned,
    tricks: BTreeSet<Point>,
    friend: Option<Box<Dog>>,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "zoo")]
pub(crate) struct Rented {
    #[reduce(ctor)]
    id: u32,
    #[reduce(flatten)]
    animal: Animal,
    #[reduce(ctor)]
    by: String,
    returned: bool,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "zoo", init)]
pub(crate) struct Stray {
    #[reduce(flatten)]
    animal: Animal,
    seen: u8,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "zoo")]
pub(crate) struct Queue {
    #[reduce(ctor)]
    gate: u8,
    #[reduce(flatten)]
    animal: Animal,
    #[reduce(listitems)]
    visitors: Vec<u8>,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "zoo", init)]
pub(crate) struct Prices {
    #[reduce(flatten)]
    animal: Animal,
    #[reduce(dictitems)]
    prices: BTreeMap<u8, u8>,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "zoo", new)]
pub(crate) struct Chipped {
    #[reduce(flatten)]
    animal: Animal,
    #[reduce(ctor)]
    id: u32,
}

#[derive(Debug, PartialEq, Default, Reduce, PythonType)]
#[reduce(module = "zoo.insurance", enum)]
pub(crate) enum Grade {
    #[default]
    Low = 1,
    High,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "zoo.insurance")]
pub(crate) struct Insured {
    #[reduce(default)]
    level: Grade,
    #[reduce(default = 3)]
    years: u8,
}

/// The attributes of the last base come first in Python.
#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "zoo")]
pub(crate) struct Horse {
    #[reduce(flatten)]
    owned: Owned,
    #[reduce(flatten)]
    insured: Insured,
    name: String,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "zoo")]
pub(crate) struct Pony {
    #[reduce(flatten)]
    horse: Horse,
    height: u8,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "zoo")]
pub(crate) struct Guarded {
    #[reduce(flatten)]
    owned: Owned,
    #[reduce(default = 1)]
    guards: u8,
}

/// Python has the attributes of `Owned` once, and before `guards`.
#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "zoo")]
pub(crate) struct Panda {
    #[reduce(flatten)]
    owned: Owned,
    #[reduce(flatten)]
    guarded: Guarded,
    #[reduce(flatten)]
    on_loan: OnLoan,
    #[reduce(default)]
    age: u8,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "zoo")]
pub(crate) struct OnLoan {
    #[reduce(flatten)]
    owned: Owned,
    #[reduce(default)]
    until: Option<u16>,
}

/// Both bases have the slots of one class.
#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", state = "slots")]
pub(crate) struct Dot {
    #[reduce(flatten)]
    bare: Bare,
    #[reduce(flatten)]
    tagged: Tagged,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "zoo", state = "slots")]
pub(crate) struct Tiger {
    #[reduce(flatten)]
    guarded: Guarded,
    stripes: u8,
}

type Heirs = (Panda, Tiger, Dot, Rented, Stray, Queue, Prices, Chipped, Horse, Pony);

/// What has arguments, or more than a dataclass can say, beside a base.
#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(transparent)]
pub(crate) struct WithBases(Heirs);

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", new)]
pub(crate) struct Receivers {
    #[reduce(ctor)]
    cls: String,
    #[reduce(ctor, rename = "self")]
    this: u8,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", state = "slots")]
pub(crate) struct Receiver {
    #[reduce(rename = "self")]
    this: u8,
    #[reduce(rename = "_self")]
    that: u8,
}

/// What can be drawn.
#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made")]
pub(crate) enum Shape {
    /// Nothing.
    Empty,
    Disc(f64),
    #[reduce(name = "Text")]
    Label {
        text: String,
        within: Vec<Shape>,
    },
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", name = "")]
pub(crate) enum Event {
    Click(Point),
    Key {
        code: u32,
    },
    #[reduce(other)]
    Other(Value),
}

/// How loud.
#[derive(Debug, PartialEq, Default, Reduce, PythonType)]
#[reduce(module = "made", enum, rename_all = "UPPERCASE")]
pub(crate) enum Level {
    #[default]
    Low = 1,
    /// Louder.
    High,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", enum, rename_all = "UPPERCASE")]
pub(crate) enum Planet {
    #[reduce(value = (5.976e24, ("blue", true), 1))]
    Earth,
    #[reduce(value = 0.5)]
    Pluto,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", state = "slots")]
pub(crate) struct Tagged {
    #[reduce(flatten)]
    pixel: Pixel,
    tag: String,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", enum = "name", rename_all = "UPPERCASE")]
pub(crate) enum Compass {
    North,
    South,
}

/// Only some members have values.
#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", enum = "name")]
pub(crate) enum Mixed {
    First,
    #[reduce(value = "s")]
    Second,
    Third,
    #[reduce(value = 2)]
    Fourth,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made")]
pub(crate) struct Dunder {
    #[reduce(ctor)]
    a: u8,
    #[reduce(rename = "_Dunder__x")]
    private: u8,
    #[reduce(rename = "__y__")]
    public: u8,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", enum, rename_all = "UPPERCASE")]
pub(crate) enum Permission {
    #[reduce(value = 4)]
    Read,
    #[reduce(value = 2)]
    Write,
    #[reduce(other)]
    Several(u32),
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", enum, rename_all = "UPPERCASE")]
pub(crate) enum Metre {
    #[reduce(value = "m")]
    Metre,
    #[reduce(other)]
    Other(String),
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(transparent)]
pub(crate) struct Metres(f64);

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made")]
pub(crate) struct Wrapper<T> {
    value: T,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", name = "Outer.Inner")]
pub(crate) struct Nested {
    #[reduce(hint = "list[zoo.Dog] | None")]
    days: HashMap<Date, (Decimal, Metres)>,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", init, state_setter = "made.fill")]
pub(crate) struct Filled {
    value: u8,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", state_setter = "zoo.feed", state = "list")]
pub(crate) struct Fed {
    value: u8,
}

type Numbers = HashMap<Vec<u16>, [f64; 5]>;

/// A field for each, so that one type leads to all.
#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made")]
pub(crate) struct Everything {
    defaults: Defaults,
    called: Called,
    fraction: Fraction,
    unit: Unit,
    vector: Vector,
    init: Init,
    colour: Colour,
    pair: Pair,
    pixel: Pixel,
    called_slots: CalledSlots,
    frozen: Frozen,
    called_tuple: CalledTuple,
    packed: Packed,
    called_packed: CalledPacked,
    stack: Stack,
    table: Table,
    ordered: Ordered,
    dog: Dog,
    shape: Shape,
    event: Event,
    level: Level,
    compass: Compass,
    permission: Permission,
    metre: Metre,
    nested: Nested,
    keys: HashMap<(Vec<u8>, BTreeSet<Level2>), Numbers>,
}

#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Reduce, PythonType)]
#[reduce(module = "made", state = "slots")]
pub(crate) struct Level2 {
    level: u8,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(transparent)]
pub(crate) struct Setters((Filled, Fed));

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "made", state = "slots")]
pub(crate) struct Bare {
    #[reduce(flatten)]
    pixel: Pixel,
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn animal() -> Animal {
    Animal { legs: 4, names: vec![text("Rex")] }
}

fn owned() -> Owned {
    Owned { owner: Some(text("Ada")) }
}

fn horse() -> Horse {
    Horse { owned: owned(), insured: Insured { level: Grade::High, years: 4 }, name: text("Pia") }
}

fn dog(name: &str, friend: Option<Box<Dog>>) -> Dog {
    Dog {
        animal: Animal { legs: 4, names: vec![text(name)] },
        owned: Owned { owner: None },
        tricks: BTreeSet::from([Point { x: 1, y: 2 }]),
        friend,
    }
}

/// What CPython 3.7 can do.
pub(crate) fn rows() -> Vec<Row> {
    let defaults = |tags: Vec<String>| Defaults {
        line_width: 1,
        name: text("n"),
        tags,
        level: Level::High,
        text: text("t"),
        pair: (3, 4.0),
        cache: None,
        doubled: 5,
        hinted: 6,
    };
    let point = || Point { x: 1, y: -2 };
    vec![
        row(point(), "value == made.Point(1, -2) and value in {made.Point(1, -2)}", true),
        row(
            defaults(vec![text("a")]),
            "(value.lineWidth, value.tags, value.level, value.doubled, value.pair) \
             == (1, ['a'], made.Level.HIGH, 10, (3, 4.0))",
            false,
        ),
        row(
            defaults(vec![]),
            "value.tags == [] and made.Defaults('', 1, 2).text == 'it\\'s \"\\\\\\n'",
            false,
        ),
        row(
            Called { label: text("l"), x: 0.5, both: vec![1], point: point() },
            "(value.label, value.x, value.both, value.point.y) == ('l', 0.5, b'\\x01', -2)",
            true,
        ),
        row(Fraction(1, 3), "(value.field_0, value.denominator) == (1, 3)", true),
        row(Unit, "type(value) is made.Unit", true),
        row(
            Vector { coords: (1.0, 2.0, 3), label: Some(text("v")) },
            "value.coords == (1.0, 2.0, 3) and value.label == 'v'",
            true,
        ),
        row(
            Init { tags: vec![text("a")], point: Some(Rc::new(point())) },
            "value.tags == ['a'] and value.point.x == 1 and made.Init().tags == []",
            true,
        ),
        row(
            Colour { name: text("red"), alpha: 7, note: text("!") },
            "(value.name, value.alpha, value.note) == ('red', 7, '!') \
             and made.Colour('blue').alpha == 255",
            true,
        ),
        row(
            Pair(1, 2),
            "(value.field_0, value.field_1) == (1, 2) and value == made.Pair(1, 2)",
            true,
        ),
        row(
            Pixel { x: 1, y: 2 },
            "(value.x, value.y) == (1, 2) and not hasattr(value, '__dict__') \
             and made.Pixel(3).y == 7",
            true,
        ),
        row(
            CalledSlots { x: 1, label: text("l") },
            "(value.x, value.label) == (1, 'l') and made.CalledSlots(1).label == ''",
            true,
        ),
        row(Frozen { x: 1, y: vec![2] }, "value == made.Frozen(1, b'\\x02')", true),
        row(
            CalledTuple { x: 1, y: 2, z: [3, 4] },
            "(value.x, value.y, value.z) == (1, 2, b'\\x03\\x04')",
            true,
        ),
        row(Packed { numbers: vec![1, 2] }, "value == made.Packed((1, [1, 2]))", true),
        row(
            CalledPacked { name: text("n"), size: 3 },
            "(value.name, value.state) == ('n', 3)",
            true,
        ),
        row(
            Stack { items: vec![Some(1), None], label: text("s") },
            "value == [1, None] and value.label == 's' and made.Stack([1]) == [1]",
            true,
        ),
        row(
            Table {
                name: text("t"),
                rows: BTreeMap::from([(text("k"), vec![point()])]),
                notes: vec![text("n")],
            },
            "value == {'k': [made.Point(1, -2)]} and (value.name, value.notes) == ('t', ['n'])",
            true,
        ),
        row(
            Ordered(vec![(text("b"), 1), (text("a"), 2)]),
            "list(value.items()) == [('b', 1), ('a', 2)] and type(value) is made.Ordered",
            true,
        ),
        row(
            dog("Rex", Some(Box::new(dog("Ada", None)))),
            "value.legs == 4 and value.friend.names == ['Ada'] \
             and isinstance(value, zoo.animals.Animal) and value.owner is None",
            false,
        ),
        row(
            Rented { id: 5, animal: animal(), by: text("Ada"), returned: true },
            "(value.legs, value.names, value.id, value.by, value.returned) \
             == (4, ['Rex'], 5, 'Ada', True) and zoo.Rented(6, 'Bob').names == []",
            true,
        ),
        row(
            Stray { animal: animal(), seen: 2 },
            "(value.legs, value.names, value.seen) == (4, ['Rex'], 2) and zoo.Stray().seen == 0",
            true,
        ),
        row(
            Queue { gate: 1, animal: animal(), visitors: vec![7, 8] },
            "value == [7, 8] and (value.gate, value.legs) == (1, 4) and zoo.Queue(2) == []",
            true,
        ),
        row(
            Prices { animal: animal(), prices: BTreeMap::from([(1, 2)]) },
            "value == {1: 2} and (value.legs, value.names) == (4, ['Rex']) and zoo.Prices() == {}",
            true,
        ),
        row(
            Chipped { animal: animal(), id: 5 },
            "(value.legs, value.id) == (4, 5) and (zoo.Chipped(6).id, zoo.Chipped(6).legs) == (6, 0)",
            true,
        ),
        row(
            horse(),
            "(value.owner, value.years, value.name) == ('Ada', 4, 'Pia') \
             and value.level is zoo.insurance.Grade.High \
             and zoo.Horse(owner=None, name='n', level=value.level).years == 3",
            false,
        ),
        row(
            Pony { horse: horse(), height: 9 },
            "isinstance(value, zoo.Horse) and (value.name, value.height) == ('Pia', 9) \
             and value == zoo.Pony(owner='Ada', level=value.level, years=4, name='Pia', height=9)",
            false,
        ),
        row(
            Panda {
                owned: owned(),
                guarded: Guarded { owned: owned(), guards: 2 },
                on_loan: OnLoan { owned: owned(), until: Some(9) },
                age: 3,
            },
            "value == zoo.Panda(owner='Ada', until=9, guards=2, age=3) \
             and zoo.Panda.__bases__ == (zoo.Guarded, zoo.OnLoan)",
            false,
        ),
        row(
            Tiger { guarded: Guarded { owned: owned(), guards: 2 }, stripes: 3 },
            "value == zoo.Tiger(owner='Ada', guards=2, stripes=3) \
             and value.__dict__ == {'owner': 'Ada', 'guards': 2}",
            false,
        ),
        row(
            Dot {
                bare: Bare { pixel: Pixel { x: 1, y: 2 } },
                tagged: Tagged { pixel: Pixel { x: 1, y: 2 }, tag: text("t") },
            },
            "value == made.Dot(x=1, y=2, tag='t')",
            false,
        ),
        row(
            Receivers { cls: text("c"), this: 1 },
            "(value.cls, value.self) == ('c', 1) and value == made.Receivers(cls='c', self=1)",
            true,
        ),
        row(
            Receiver { this: 1, that: 2 },
            "(value.self, value._self) == (1, 2) and value == made.Receiver(1, 2)",
            true,
        ),
        row(Shape::Empty, "value == made.Shape.Empty()", true),
        row(
            Shape::Label { text: text("t"), within: vec![Shape::Disc(0.5)] },
            "value.within == [made.Shape.Disc(0.5)] and value.text == 't'",
            true,
        ),
        row(Event::Click(point()), "value == made.Click(made.Point(1, -2))", true),
        row(Event::Key { code: 5 }, "value.code == 5", true),
        row(Level::High, "value is made.Level.HIGH", true),
        row(
            vec![Planet::Earth, Planet::Pluto],
            "value == [made.Planet.EARTH, made.Planet.PLUTO] and value[0].value[1] == ('blue', True)",
            true,
        ),
        row(
            Tagged { pixel: Pixel { x: 1, y: 2 }, tag: text("t") },
            "value == made.Tagged(1, 't', 2) and made.Tagged(tag='t', x=1).y == 7",
            true,
        ),
        row(Compass::South, "value is made.Compass.SOUTH", true),
        row(
            vec![Mixed::First, Mixed::Second, Mixed::Third, Mixed::Fourth],
            "value == list(made.Mixed) and value[1].value == 's' and value[3].value == 2",
            false,
        ),
        row(
            Dunder { a: 1, private: 2, public: 3 },
            "(value.a, value._Dunder__x, value.__y__) == (1, 2, 3)",
            true,
        ),
        row(Permission::Read, "value is made.Permission.READ", true),
        row(Permission::Several(6), "value == made.Permission.READ | made.Permission.WRITE", true),
        row(Metre::Other(text("ft")), "value is made.Metre('ft') and value.value == 'ft'", true),
        row(Wrapper { value: text("w") }, "value.value == 'w'", true),
        row(
            Nested {
                days: HashMap::from([(
                    Date::new(2024, 2, 29).unwrap(),
                    ("1.50".parse().unwrap(), Metres(2.0)),
                )]),
            },
            "type(value).__qualname__ == 'Outer.Inner' and len(value.days) == 1",
            false,
        ),
        row(Level2 { level: 1 }, "value in {made.Level2(1)} and value == made.Level2(1)", true),
    ]
}

/// What takes state setters.
pub(crate) fn setter_rows() -> Vec<Row> {
    vec![
        row(Filled { value: 7 }, "value == made.Filled(7)", true),
        row(Fed { value: 8 }, "value.value == 8", true),
    ]
}
