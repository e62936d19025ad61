//! Trait objects: written as the class of what is behind them, and read by it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use pickle_core::{
    Class, DynReduce, PickleOptions, Protocol, Reconstruct, ReconstructOwned, Reduce, Registry,
    Route, UnpickleOptions, to_vec, trait_object,
};
use pickle_tests::check;

type Outcome = Result<(), String>;

fn ensure(holds: bool, what: &str) -> Outcome {
    if holds { Ok(()) } else { Err(format!("it does not hold that {what}")) }
}

trait Shape: DynReduce {
    fn area(&self) -> f64;
}

trait_object!(Shape);

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shape_models")]
struct Circle {
    radius: f64,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shape_models", alias = "old_models.Quadrat")]
struct Square {
    #[reduce(ctor)]
    side: f64,
}

#[derive(Reduce)]
#[reduce(module = "shape_models")]
struct Group {
    parent: RefCell<Option<Weak<dyn Shape>>>,
    members: RefCell<Vec<Rc<dyn Shape>>>,
}

/// Two more classes, by one type.
#[derive(Debug, Reduce)]
#[reduce(module = "shape_models", name = "")]
enum Curve {
    Line { length: f64 },
    Arc(f64),
}

impl Shape for Circle {
    fn area(&self) -> f64 {
        3.0 * self.radius * self.radius
    }
}

impl Shape for Square {
    fn area(&self) -> f64 {
        self.side * self.side
    }
}

impl Shape for Group {
    fn area(&self) -> f64 {
        self.members.borrow().iter().map(|member| member.area()).sum()
    }
}

impl Shape for u8 {
    fn area(&self) -> f64 {
        f64::from(*self)
    }
}

impl Shape for Curve {
    fn area(&self) -> f64 {
        match self {
            Curve::Line { length } => -length,
            Curve::Arc(angle) => *angle,
        }
    }
}

fn registry() -> Registry {
    let mut registry = Registry::new();
    registry.implementor::<dyn Shape, Circle>().unwrap();
    registry.implementor::<dyn Shape, Square>().unwrap();
    registry.implementor::<dyn Shape, Group>().unwrap();
    registry.implementor::<dyn Shape, Curve>().unwrap();
    registry.implementor::<dyn Shape + Send + Sync, Circle>().unwrap();
    registry.implementor::<dyn Shape + Send + Sync, Square>().unwrap();
    registry
}

/// Checks the value itself, what each route reads of it in each protocol, what each Python makes of
/// that, and what each route reads of what Python makes of the expression.
#[track_caller]
fn exchange<T>(value: &T, expr: &str, check: fn(&T) -> Outcome)
where
    T: Reduce + ReconstructOwned + 'static,
{
    check(value).unwrap();
    let load = move |pickle: &[u8]| {
        let registry = registry();
        let options = UnpickleOptions::new().registry(&registry);
        check::each_route_with(options, pickle, |value: T| check(&value))
    };
    let pickles = Protocol::ALL.map(|protocol| {
        let pickle = PickleOptions::new().protocol(protocol).to_vec(value).unwrap();
        if let Err(error) = load(&pickle) {
            panic!("protocol {protocol}: {error}: {}", pickle.escape_ascii());
        }
        pickle
    });
    let setup = "from shape_models import *";
    check::agree_on_instances(&[check::row_of(&pickles, expr, setup, load)]);
}

/// Reads by the predictive route alone.
fn predicted<T: ReconstructOwned>(pickle: &[u8]) -> T {
    let registry = registry();
    let options = UnpickleOptions::new().registry(&registry).route(Route::Predictive);
    options.from_slice(pickle).unwrap()
}

fn areas<'a>(shapes: impl IntoIterator<Item = &'a (impl AsRef<dyn Shape> + 'a)>) -> Vec<f64> {
    shapes.into_iter().map(|shape| shape.as_ref().area()).collect()
}

#[test]
fn boxes() {
    let shapes: Vec<Box<dyn Shape>> = vec![
        Box::new(Circle { radius: 1.0 }),
        Box::new(Square { side: 2.0 }),
        Box::new(Circle { radius: 2.0 }),
    ];
    let expr = "[Circle(radius=1.0), Square(2.0), Circle(radius=2.0)]";
    exchange(&shapes, expr, |shapes| ensure(areas(shapes) == [3.0, 4.0, 12.0], "areas are kept"));
    let back: Vec<Box<dyn Shape>> = predicted(&to_vec(&shapes).unwrap());
    assert_eq!(areas(&back), [3.0, 4.0, 12.0]);
}

#[test]
fn one_object_behind_two_pointers() {
    let shared: Rc<dyn Shape> = Rc::new(Square { side: 3.0 });
    let shapes: HashMap<String, Rc<dyn Shape>> =
        HashMap::from([("a".into(), Rc::clone(&shared)), ("b".into(), shared)]);
    let expr = "(lambda s: {'a': s, 'b': s})(Square(3.0))";
    let check = |shapes: &HashMap<String, Rc<dyn Shape>>| {
        ensure(shapes.len() == 2 && shapes["a"].area() == 9.0, "it is the square")?;
        ensure(Rc::ptr_eq(&shapes["a"], &shapes["b"]), "there is one")
    };
    exchange(&shapes, expr, check);
    check(&predicted(&to_vec(&shapes).unwrap())).unwrap();
}

#[test]
fn one_object_behind_pointers_of_two_types() {
    type Both = (Rc<Circle>, Rc<dyn Shape>, Rc<Circle>);
    let circle = Rc::new(Circle { radius: 1.0 });
    let value: Both = (Rc::clone(&circle), Rc::clone(&circle) as Rc<dyn Shape>, circle);
    let check = |(first, shape, last): &Both| {
        ensure(Rc::ptr_eq(first, last), "the circles are one")?;
        let (left, right) = (Rc::as_ptr(first).cast::<()>(), Rc::as_ptr(shape).cast::<()>());
        ensure(left == right, "the circle is the shape")
    };
    let expr = "(lambda c: (c, c, c))(Circle(radius=1.0))";
    exchange(&value, expr, check);
    check(&predicted(&to_vec(&value).unwrap())).unwrap();

    let (first, shape, _) = value;
    exchange(&(shape, first), "(lambda c: (c, c))(Circle(radius=1.0))", |(shape, circle)| {
        let (left, right) = (Rc::as_ptr(circle).cast::<()>(), Rc::as_ptr(shape).cast::<()>());
        ensure(left == right, "the circle is the shape")
    });
}

#[test]
fn between_threads() {
    type Shared = Vec<Arc<dyn Shape + Send + Sync>>;
    let shared: Arc<dyn Shape + Send + Sync> = Arc::new(Circle { radius: 1.0 });
    let shapes: Shared = vec![Arc::clone(&shared), Arc::new(Square { side: 1.0 }), shared];
    let expr = "(lambda c: [c, Square(1.0), c])(Circle(radius=1.0))";
    exchange(&shapes, expr, |shapes: &Shared| {
        ensure(Arc::ptr_eq(&shapes[0], &shapes[2]), "the first is the last")?;
        let areas: Vec<f64> = shapes.iter().map(|shape| shape.area()).collect();
        ensure(areas == [3.0, 1.0, 3.0], "areas are kept")
    });
}

#[test]
fn cycles() {
    let inner = Rc::new(Group { parent: RefCell::default(), members: RefCell::default() });
    let circle: Rc<dyn Shape> = Rc::new(Circle { radius: 1.0 });
    let members = vec![Rc::clone(&inner) as Rc<dyn Shape>, circle];
    let outer: Rc<dyn Shape> =
        Rc::new(Group { parent: RefCell::default(), members: members.into() });
    *inner.parent.borrow_mut() = Some(Rc::downgrade(&outer));
    drop(inner);
    exchange(&outer, "family()", is_family);
    // The cells are within a box, which has no identity of its own.
    let boxed: Vec<Box<dyn Shape>> =
        vec![Box::new(Group { parent: RefCell::default(), members: vec![outer].into() })];
    let registry = registry();
    let pickle = to_vec(&boxed).unwrap();
    let options = UnpickleOptions::new().registry(&registry);
    check::each_route_with(options, &pickle, |back: Vec<Box<dyn Shape>>| {
        let outer = Rc::clone(&group(&*back[0])?.members.borrow()[0]);
        is_family(&outer)
    })
    .unwrap();
}

fn group(shape: &dyn Shape) -> Result<&Group, String> {
    let any: &dyn Any = shape;
    any.downcast_ref().ok_or_else(|| "found another shape, expected a group".into())
}

fn is_family(outer: &Rc<dyn Shape>) -> Outcome {
    let members = group(&**outer)?.members.borrow();
    ensure(members.len() == 2 && outer.area() == 3.0, "the members are a group and a circle")?;
    let inner = group(&*members[0])?;
    let parent = inner.parent.borrow().as_ref().and_then(Weak::upgrade);
    let parent = parent.ok_or("the inner group has no parent")?;
    ensure(Rc::ptr_eq(&parent, outer), "its parent is the outer one")
}

#[test]
fn enums_and_aliases() {
    let shapes: Vec<Box<dyn Shape>> =
        vec![Box::new(Curve::Arc(2.0)), Box::new(Curve::Line { length: 3.0 })];
    let registry = registry();
    let options = UnpickleOptions::new().registry(&registry);
    for protocol in Protocol::ALL {
        let pickle = PickleOptions::new().protocol(protocol).to_vec(&shapes).unwrap();
        check::each_route_with(options, &pickle, |back: Vec<Box<dyn Shape>>| {
            ensure(areas(&back) == [2.0, -3.0], "areas are kept")
        })
        .unwrap();
    }
    let pickle = b"\x80\x02cold_models\nQuadrat\nG\x40\0\0\0\0\0\0\0\x85R.";
    check::each_route_with(options, pickle, |back: Box<dyn Shape>| {
        ensure(back.area() == 4.0, "it is a square")
    })
    .unwrap();
}

#[test]
fn extension_codes_and_reducers() {
    static DISC: Class = Class::new("geometry", "Disc");
    let mut registry = registry();
    registry.extension("geometry", "Disc", 7).unwrap();
    registry.register(&DISC, |c: &Circle| (c.radius,), |(radius,): (f64,)| Circle { radius });
    let disc: Rc<dyn Shape> = Rc::new(Circle { radius: 1.0 });
    for protocol in Protocol::ALL {
        let options = PickleOptions::new().registry(&registry).protocol(protocol);
        let pickle = options.to_vec(&[Rc::clone(&disc), Rc::clone(&disc)]).unwrap();
        let is_named = pickle.windows(4).any(|bytes| bytes == b"Disc");
        assert_eq!(is_named, protocol < Protocol::V2, "protocol {protocol}");
        let options = UnpickleOptions::new().registry(&registry);
        check::each_route_with(options, &pickle, |back: Vec<Rc<dyn Shape>>| {
            ensure(areas(&back) == [3.0, 3.0], "areas are kept")?;
            ensure(Rc::ptr_eq(&back[0], &back[1]), "there is one")
        })
        .unwrap();
    }
}

#[track_caller]
fn refused<T: for<'de> Reconstruct<'de>>(registry: &Registry, pickle: &[u8], expected: &str) {
    let options = UnpickleOptions::new().registry(registry);
    let error = options.from_slice::<T>(pickle).err().map(|error| error.to_string());
    assert_eq!(error.as_deref(), Some(expected));
}

#[test]
fn errors() {
    let none = Registry::new();
    let circle = to_vec(&vec![Circle { radius: 1.0 }]).unwrap();
    refused::<Vec<Box<dyn Shape>>>(
        &none,
        &circle,
        "found shape_models.Circle object, expected a registered implementor of dyn Shape; \
         `registry.implementor::<dyn Shape, Circle>()` registers one, in [0] (offset 12)",
    );
    refused::<Vec<Arc<dyn Shape + Send + Sync>>>(
        &none,
        &circle,
        "found shape_models.Circle object, expected a registered implementor of dyn Shape + Send + \
         Sync; `registry.implementor::<dyn Shape + Send + Sync, Circle>()` registers one, in [0] \
         (offset 12)",
    );
    refused::<Rc<dyn Shape>>(
        &registry(),
        &to_vec(&1u8).unwrap(),
        "found int 1, expected an object that is dyn Shape (offset 2)",
    );
    let broken = b"\x80\x04cshape_models\nCircle\n)\x81}Vradius\nK\x01\x88sb.";
    assert!(
        UnpickleOptions::new().registry(&registry()).from_slice::<Box<dyn Shape>>(broken).is_err()
    );

    #[derive(Reduce)]
    #[reduce(module = "shape_models", name = "Circle")]
    struct Other;
    impl Shape for Other {
        fn area(&self) -> f64 {
            0.0
        }
    }
    let mut registry = registry();
    registry.implementor::<dyn Shape, Circle>().unwrap();
    let error = registry.implementor::<dyn Shape, Other>().err().unwrap().to_string();
    assert_eq!(
        error,
        "found trait_objects::errors::Other for shape_models.Circle as dyn Shape, expected another \
         class: it stands for trait_objects::Circle"
    );
    let error = registry.implementor::<dyn Shape, u8>().err().unwrap().to_string();
    assert!(error.starts_with("found u8, which is an instance of no class, expected"), "{error}");
}
