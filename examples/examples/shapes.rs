//! Trait objects, functions by name and deep copies, with a real Python on the other side.

use std::rc::Rc;

use pickle_core::{DynReduce, Function, PickleOptions, Reduce, Registry, UnpickleOptions};
use pickle_examples::{Result, ask_python};

trait Shape: DynReduce {
    fn describe(&self) -> String;
}

// The trait opts in by one line …
pickle_core::trait_object!(Shape);

#[derive(Reduce)]
#[reduce(module = "shapes")]
struct Circle {
    radius: f64,
}

#[derive(Reduce)]
#[reduce(module = "shapes")]
struct Square {
    #[reduce(ctor)]
    side: f64,
}

impl Shape for Circle {
    fn describe(&self) -> String {
        format!("a circle of radius {}", self.radius)
    }
}

impl Shape for Square {
    fn describe(&self) -> String {
        format!("a square of side {}", self.side)
    }
}

type Measure = fn(f64) -> f64;

#[derive(Reduce)]
#[reduce(module = "shapes")]
struct Drawing {
    shapes: Vec<Rc<dyn Shape>>,
    round: Function<Measure>,
}

fn show(drawing: &Drawing) {
    for shape in &drawing.shapes {
        println!("Rust    {}", shape.describe());
    }
    println!("Rust    {} of 2.5 is {}", drawing.round, (drawing.round)(2.5));
}

fn main() -> Result {
    // … and each type and function by one more.
    let mut registry = Registry::new();
    registry.implementor::<dyn Shape, Circle>()?.implementor::<dyn Shape, Square>()?;
    registry.function::<Measure>(Function::new("math", "ceil", f64::ceil));
    registry.function::<Measure>(Function::new("math", "floor", f64::floor));

    let shared: Rc<dyn Shape> = Rc::new(Circle { radius: 1.0 });
    let drawing = Drawing {
        shapes: vec![Rc::clone(&shared), Rc::new(Square { side: 2.0 }), shared],
        round: Function::new("math", "ceil", f64::ceil),
    };
    show(&drawing);

    let copy = PickleOptions::new().registry(&registry).deepcopy(&drawing)?;
    let [first, _, last] = &copy.shapes[..] else { return Err("found another drawing".into()) };
    assert!(Rc::ptr_eq(first, last) && !drawing.shapes.iter().any(|old| Rc::ptr_eq(old, first)));
    println!("Rust    a deep copy has one circle, too, and it is another one");

    let theirs = ask_python(
        &pickle_core::to_vec(&drawing)?,
        r#"
import math, shapes

drawing = pickle.loads(ours)
print([type(shape).__name__ for shape in drawing.shapes])
print("one circle: %s" % (drawing.shapes[0] is drawing.shapes[2]))
print("round is math.ceil: %s" % (drawing.round is math.ceil))
drawing.shapes[0].radius = 3.0
drawing.shapes.append(shapes.Square(4.0))
drawing.round = math.floor
theirs = pickle.dumps(drawing)
"#,
        "shapes.pkl",
    )?;

    let back: Drawing = UnpickleOptions::new().registry(&registry).from_slice(&theirs)?;
    show(&back);
    let described: Vec<String> = back.shapes.iter().map(|shape| shape.describe()).collect();
    assert_eq!(
        described,
        [
            "a circle of radius 3",
            "a square of side 2",
            "a circle of radius 3",
            "a square of side 4"
        ]
    );
    assert_eq!((back.round)(2.5), 2.0);
    Ok(())
}
