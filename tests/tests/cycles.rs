//! Cycles through every container that may be in a cell, or have cells in it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, LinkedList, VecDeque};
use std::rc::Rc;

use pickle_core::types::{DefaultDict, Deque, OrderedDict};
use pickle_core::{Loader, PickleOptions, Protocol, Reconstruct, Reduce, Result, Saver, to_vec};
use pickle_tests::check;

type Next = Option<Rc<Links>>;

/// Containers in cells, cells in containers, and pointers around both.
#[derive(Default, Reduce)]
#[reduce(module = "graph_models", name = "Link")]
struct Links {
    vec: RefCell<Vec<Rc<Links>>>,
    deque: RefCell<VecDeque<Rc<Links>>>,
    list: RefCell<LinkedList<Rc<Links>>>,
    tree: RefCell<BTreeMap<u8, Rc<Links>>>,
    hash: RefCell<HashMap<u8, Rc<Links>>>,
    ordered: RefCell<OrderedDict<u8, Rc<Links>>>,
    bounded: RefCell<Deque<Rc<Links>>>,
    pointed: Rc<RefCell<Next>>,
    boxed: Box<RefCell<Next>>,
    nested: RefCell<Option<RefCell<Next>>>,
    in_vec: Vec<RefCell<Next>>,
    in_deque: VecDeque<RefCell<Next>>,
    in_list: LinkedList<RefCell<Next>>,
    in_hash: HashMap<u8, RefCell<Next>>,
    in_ordered: OrderedDict<u8, RefCell<Next>>,
    in_default: DefaultDict<u8, RefCell<Next>>,
    in_bounded: Deque<RefCell<Next>>,
    in_array: [RefCell<Next>; 2],
    in_tuple: (u8, RefCell<Next>),
}

fn cells() -> [RefCell<Next>; 2] {
    [RefCell::default(), RefCell::default()]
}

fn pairs() -> Vec<(u8, RefCell<Next>)> {
    vec![(1, RefCell::default()), (2, RefCell::default())]
}

/// Everything that may hold the next one, by its name.
fn held(links: &Links) -> Vec<(&'static str, Next)> {
    let next = |cell: &RefCell<Next>| cell.borrow().clone();
    let first = |mut pointers: Vec<Rc<Links>>| pointers.pop();
    let mut held = vec![
        ("vec", first(links.vec.borrow().clone())),
        ("deque", first(links.deque.borrow().iter().cloned().collect())),
        ("list", first(links.list.borrow().iter().cloned().collect())),
        ("tree", first(links.tree.borrow().values().cloned().collect())),
        ("hash", first(links.hash.borrow().values().cloned().collect())),
        ("ordered", first(links.ordered.borrow().0.iter().map(|it| it.1.clone()).collect())),
        ("bounded", first(links.bounded.borrow().items.iter().cloned().collect())),
        ("pointed", next(&links.pointed)),
        ("boxed", next(&links.boxed)),
        ("nested", links.nested.borrow().as_ref().and_then(next)),
        ("in_tuple", next(&links.in_tuple.1)),
    ];
    held.extend(links.in_vec.iter().map(|it| ("in_vec", next(it))));
    held.extend(links.in_deque.iter().map(|it| ("in_deque", next(it))));
    held.extend(links.in_list.iter().map(|it| ("in_list", next(it))));
    held.extend(links.in_hash.values().map(|it| ("in_hash", next(it))));
    held.extend(links.in_ordered.0.iter().map(|it| ("in_ordered", next(&it.1))));
    held.extend(links.in_default.entries.iter().map(|it| ("in_default", next(&it.1))));
    held.extend(links.in_bounded.items.iter().map(|it| ("in_bounded", next(it))));
    held.extend(links.in_array.iter().map(|it| ("in_array", next(it))));
    held
}

#[test]
fn every_container() {
    let links = Rc::new(Links {
        in_vec: cells().into(),
        in_deque: cells().into(),
        in_list: cells().into(),
        in_hash: pairs().into_iter().collect(),
        in_ordered: OrderedDict(pairs()),
        in_default: DefaultDict { default_factory: None, entries: pairs() },
        in_bounded: Deque { items: cells().into(), maxlen: Some(5) },
        nested: RefCell::new(Some(RefCell::default())),
        ..Links::default()
    });
    let next = || Rc::clone(&links);
    links.vec.borrow_mut().push(next());
    links.deque.borrow_mut().push_back(next());
    links.list.borrow_mut().push_back(next());
    links.tree.borrow_mut().insert(1, next());
    links.hash.borrow_mut().insert(1, next());
    links.ordered.borrow_mut().0.push((1, next()));
    links.bounded.borrow_mut().items.push_back(next());
    let nested = links.nested.borrow();
    let cells = links.in_vec.iter().chain(&links.in_deque).chain(&links.in_list);
    let cells = cells.chain(links.in_hash.values()).chain(&links.in_bounded.items);
    let cells = cells.chain(links.in_ordered.0.iter().map(|it| &it.1)).chain(&links.in_array);
    let cells = cells.chain(links.in_default.entries.iter().map(|it| &it.1)).chain(&*nested);
    for cell in cells.chain([&*links.pointed, &links.boxed, &links.in_tuple.1]) {
        cell.replace(Some(next()));
    }
    drop(nested);
    let check = |links: Rc<Links>| {
        let held = held(&links);
        assert_eq!(held.len(), 27);
        held.into_iter().try_for_each(|(name, next)| match next {
            Some(next) if Rc::ptr_eq(&next, &links) => Ok(()),
            Some(_) => Err(format!("{name} leads to another one")),
            None => Err(format!("{name} leads nowhere")),
        })
    };
    check(Rc::clone(&links)).unwrap();
    for protocol in Protocol::ALL {
        let pickle = PickleOptions::new().protocol(protocol).to_vec(&links).unwrap();
        check::each_route(&pickle, check).unwrap();
    }
}

/// A type that does not say where its parts are.
struct Opaque(RefCell<Option<Rc<Sealed>>>);

#[derive(Reduce)]
#[reduce(module = "graph_models", name = "Link")]
struct Sealed {
    next: Opaque,
}

impl Reduce for Opaque {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save(&self.0)
    }
}

impl<'de> Reconstruct<'de> for Opaque {
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.load().map(Opaque)
    }
}

#[test]
fn a_type_without_relink_is_an_error() {
    let sealed = Rc::new(Sealed { next: Opaque(RefCell::default()) });
    sealed.next.0.replace(Some(Rc::clone(&sealed)));
    let pickle = to_vec(&sealed).unwrap();
    let error = check::each_route(&pickle, |_: Rc<Sealed>| Ok(())).unwrap_err();
    let start = "found a cycle through a cell that is in a type which does not relink its parts";
    assert!(error.starts_with(start), "{error}");
}
