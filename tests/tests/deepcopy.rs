//! Deep copies: the same graph, of other objects.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};
use std::sync::{Arc, Mutex};

use pickle_core::{Limits, PickleOptions, Reduce, Registry, deepcopy};

#[derive(Debug, Reduce)]
struct Person {
    name: RefCell<String>,
    friends: RefCell<Vec<Rc<Person>>>,
    parent: RefCell<Weak<Person>>,
    #[reduce(skip)]
    cache: Cell<Option<u64>>,
    #[reduce(skip, default = greeting)]
    greeting: String,
}

fn greeting() -> String {
    "hello".into()
}

fn person(name: &str) -> Rc<Person> {
    Rc::new(Person {
        name: RefCell::new(name.into()),
        friends: RefCell::default(),
        parent: RefCell::default(),
        cache: Cell::new(Some(7)),
        greeting: "hi".into(),
    })
}

#[test]
fn sharing_and_cycles() {
    let (ann, bob, cid) = (person("ann"), person("bob"), person("cid"));
    *ann.friends.borrow_mut() = vec![Rc::clone(&bob), Rc::clone(&cid), Rc::clone(&bob)];
    *bob.friends.borrow_mut() = vec![Rc::clone(&ann), Rc::clone(&bob)];
    *cid.parent.borrow_mut() = Rc::downgrade(&ann);

    let people = deepcopy(&[Rc::clone(&ann), Rc::clone(&ann)]).unwrap();
    let copy = &people[0];
    assert!(Rc::ptr_eq(copy, &people[1]));
    let friends = copy.friends.borrow();
    let names: Vec<_> = friends.iter().map(|friend| friend.name.borrow().clone()).collect();
    assert_eq!(names, ["bob", "cid", "bob"]);
    assert!(Rc::ptr_eq(&friends[0], &friends[2]));
    assert!(Rc::ptr_eq(&friends[0].friends.borrow()[0], copy));
    assert!(Rc::ptr_eq(&friends[0].friends.borrow()[1], &friends[0]));
    assert!(Rc::ptr_eq(&friends[1].parent.borrow().upgrade().unwrap(), copy));

    // None of them is one of the originals.
    *copy.name.borrow_mut() = "zoe".into();
    assert_eq!(*ann.name.borrow(), "ann");
    for (copy, original) in [(copy, &ann), (&friends[0], &bob), (&friends[1], &cid)] {
        assert!(!Rc::ptr_eq(copy, original));
    }
    // What is not pickled is as after loading.
    assert_eq!((copy.cache.get(), &*copy.greeting), (None, "hello"));
}

#[test]
fn the_original_stays() {
    let ann = person("ann");
    let before = (Rc::strong_count(&ann), Rc::weak_count(&ann));
    let copy = deepcopy(&vec![Rc::clone(&ann), Rc::clone(&ann)]).unwrap();
    assert_eq!((Rc::strong_count(&ann), Rc::weak_count(&ann)), before);
    drop(ann);
    assert_eq!(*copy[0].name.borrow(), "ann");
    assert_eq!(Rc::strong_count(&copy[0]), 2);
}

#[test]
fn locks_and_maps() {
    let counter = Arc::new(Mutex::new(1));
    let value = BTreeMap::from([("a".to_owned(), Arc::clone(&counter)), ("b".into(), counter)]);
    let copy = deepcopy(&value).unwrap();
    *copy["a"].lock().unwrap() = 5;
    assert_eq!((*copy["b"].lock().unwrap(), *value["b"].lock().unwrap()), (5, 1));
}

/// As in Python, where `__deepcopy__` is not asked for what a `persistent_id` names. A registered
/// pointer is the same one in the copy.
#[test]
fn what_stays_outside_is_not_copied() {
    #[derive(Debug, PartialEq)]
    struct Connection(u16);

    let pool = Arc::new(Connection(80));
    let mut registry = Registry::new();
    let found = Arc::clone(&pool);
    registry.persistent(
        |connection: &Arc<Connection>| Some(connection.0),
        move |_: u16| Arc::clone(&found),
    );
    let options = PickleOptions::new().registry(&registry);
    let copy = options.deepcopy(&(pickle_core::Registered(Arc::clone(&pool)), vec![1u8])).unwrap();
    assert!(Arc::ptr_eq(&copy.0.0, &pool));
}

#[test]
fn limits_hold() {
    let mut nested = person("0");
    for depth in 1..100 {
        let outer = person(&depth.to_string());
        outer.friends.borrow_mut().push(nested);
        nested = outer;
    }
    assert!(deepcopy(&nested).is_ok());
    let options = PickleOptions::new().limits(Limits::default().depth(50));
    let error = options.deepcopy(&nested).unwrap_err().to_string();
    assert!(error.contains("levels of nesting"), "{error}");
}

/// Python's atoms cannot change, so pickles do not share them; what is in a cell can.
#[test]
fn shared_counters() {
    type Counters = (Vec<Rc<Cell<u32>>>, Vec<Rc<RefCell<Option<bool>>>>, Vec<Rc<[u8; 0]>>);
    let (count, flag, unit) = (Rc::new(Cell::new(1)), Rc::new(RefCell::new(None)), Rc::new([]));
    let value: Counters = (
        vec![Rc::clone(&count), Rc::new(Cell::new(1)), count],
        vec![Rc::clone(&flag), flag],
        vec![Rc::clone(&unit), unit],
    );
    let (counts, flags, units) = deepcopy(&value).unwrap();
    assert!(Rc::ptr_eq(&counts[0], &counts[2]) && !Rc::ptr_eq(&counts[0], &counts[1]));
    assert!(Rc::ptr_eq(&flags[0], &flags[1]) && Rc::ptr_eq(&units[0], &units[1]));
    assert!(!Rc::ptr_eq(&counts[0], &value.0[0]));
}
