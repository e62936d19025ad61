//! What is one object in Rust is one object in Python, and the other way round; and cycles.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::sync::{Arc, Mutex};

use pickle_core::{PickleOptions, Protocol, ReconstructOwned, Reduce, from_slice, to_vec};
use pickle_tests::check;

type Outcome = Result<(), String>;

fn ensure(holds: bool, what: &str) -> Outcome {
    if holds { Ok(()) } else { Err(format!("it does not hold that {what}")) }
}

/// Checks the value itself, what each route reads of it in each protocol, what each Python makes of
/// that, and what each route reads of what Python makes of the expression.
#[track_caller]
fn exchange<T>(value: &T, expr: &str, check: fn(&T) -> Outcome)
where
    T: Reduce + ReconstructOwned + 'static,
{
    check(value).unwrap();
    let load = move |pickle: &[u8]| check::each_route(pickle, |value: T| check(&value));
    let pickles = Protocol::ALL.map(|protocol| {
        let pickle = PickleOptions::new().protocol(protocol).to_vec(value).unwrap();
        if let Err(error) = load(&pickle) {
            panic!("protocol {protocol}: {error}: {}", pickle.escape_ascii());
        }
        pickle
    });
    let setup = "from graph_models import *";
    check::agree_on_instances(&[check::row_of(&pickles, expr, setup, load)]);
}

#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(module = "graph_models")]
struct Point {
    x: i32,
    y: i32,
}

fn point(x: i32, y: i32) -> Rc<Point> {
    Rc::new(Point { x, y })
}

#[test]
fn in_a_list() {
    let shared = point(1, 2);
    let points = vec![Rc::clone(&shared), point(1, 2), shared];
    let expr = "(lambda p: [p, Point(x=1, y=2), p])(Point(x=1, y=2))";
    exchange(&points, expr, |points| {
        ensure(points.iter().all(|each| **each == Point { x: 1, y: 2 }), "all are equal")?;
        ensure(points.len() == 3, "there are three")?;
        ensure(Rc::ptr_eq(&points[0], &points[2]), "the first is the last")?;
        ensure(!Rc::ptr_eq(&points[0], &points[1]), "the first is not the second")?;
        ensure(Rc::strong_count(&points[1]) == 1, "nothing else holds the second")
    });
}

#[test]
fn pointers_to_pointers() {
    let inner = point(1, 2);
    let outer = Rc::new(Rc::clone(&inner));
    let value = (vec![Rc::clone(&outer), outer], inner);
    exchange(&value, "(lambda p: ([p, p], p))(Point(x=1, y=2))", |(outer, inner)| {
        ensure(**outer[0] == Point { x: 1, y: 2 }, "the point is the same")?;
        ensure(Rc::ptr_eq(&outer[0], &outer[1]), "the outer pointers are one")?;
        ensure(Rc::ptr_eq(&*outer[0], inner), "the inner pointers are one")
    });
}

#[test]
fn atoms() {
    let number = Rc::new(7u8);
    let text: Rc<str> = "text".into();
    let bytes: Rc<[u8]> = (*b"ab").into();
    let nothing = Rc::new(());
    let numbers = vec![Rc::clone(&number), number];
    let texts = (Rc::clone(&text), text);
    let rest = (Rc::clone(&nothing), nothing);
    exchange(&(numbers, texts, rest), "([7, 7], (u'text', u'text'), (None, None))", |value| {
        let (numbers, texts, _) = value;
        ensure(*numbers[0] == 7 && *numbers[1] == 7, "the numbers are equal")?;
        ensure(&*texts.0 == "text" && texts.0 == texts.1, "the texts are equal")
    });
    let pickle = to_vec(&(Rc::clone(&bytes), bytes)).unwrap();
    let back: (Rc<[u8]>, Rc<[u8]>) = from_slice(&pickle).unwrap();
    assert_eq!((&*back.0, &*back.1), (&b"ab"[..], &b"ab"[..]));
    // A long text is written once.
    let text: Rc<str> = "long ".repeat(100).into();
    let pickle = to_vec(&[Rc::clone(&text), text]).unwrap();
    assert!(pickle.len() < 600, "{} bytes", pickle.len());
    let back: Vec<Rc<str>> = from_slice(&pickle).unwrap();
    assert!(Rc::ptr_eq(&back[0], &back[1]));
}

#[test]
fn lists_and_options() {
    let list = Rc::new(RefCell::new(vec![1u16]));
    let value = [Some(Rc::clone(&list)), None, Some(list)].to_vec();
    exchange(&value, "(lambda l: [l, None, l])([1])", |value| {
        let [Some(first), None, Some(last)] = &value[..] else {
            return Err("found other options".into());
        };
        ensure(Rc::ptr_eq(first, last), "the lists are one")?;
        ensure(*first.borrow() == [1], "the list has one item")
    });
}

/// As in the Rust book, chapter 15.6.
#[derive(Debug, Reduce)]
#[reduce(module = "graph_models")]
struct Node {
    value: i32,
    parent: RefCell<Weak<Node>>,
    children: RefCell<Vec<Rc<Node>>>,
}

fn node(value: i32, children: Vec<Rc<Node>>) -> Rc<Node> {
    let node = Rc::new(Node { value, parent: RefCell::default(), children: children.into() });
    for child in node.children.borrow().iter() {
        *child.parent.borrow_mut() = Rc::downgrade(&node);
    }
    node
}

fn is_tree(branch: &Rc<Node>, leaf: &Rc<Node>) -> Outcome {
    ensure(branch.value == 5 && leaf.value == 3, "the values are 5 and 3")?;
    ensure(branch.parent.borrow().upgrade().is_none(), "the branch has no parent")?;
    ensure(branch.children.borrow().len() == 1, "the branch has one child")?;
    ensure(Rc::ptr_eq(&branch.children.borrow()[0], leaf), "the child is the leaf")?;
    ensure(leaf.children.borrow().is_empty(), "the leaf has no children")?;
    let parent = leaf.parent.borrow().upgrade().ok_or("the leaf has no parent")?;
    ensure(Rc::ptr_eq(&parent, branch), "the leaf's parent is the branch")?;
    ensure(Rc::weak_count(branch) == 1, "only the leaf points to the branch")
}

#[test]
fn tree_from_its_root() {
    exchange(&node(5, vec![node(3, vec![])]), "tree()[0]", |branch| {
        let leaf = branch.children.borrow().first().cloned().ok_or("found no leaf")?;
        ensure(Rc::strong_count(branch) == 1, "nothing else holds the branch")?;
        ensure(Rc::strong_count(&leaf) == 2, "only the branch and we hold the leaf")?;
        is_tree(branch, &leaf)
    });
}

#[test]
fn tree_from_anywhere() {
    let leaf = node(3, vec![]);
    let branch = node(5, vec![Rc::clone(&leaf)]);
    let leaf_first = (Rc::clone(&leaf), Rc::clone(&branch));
    exchange(&leaf_first, "tree()[::-1]", |(leaf, branch)| is_tree(branch, leaf));
    exchange(&(branch, leaf), "tree()", |(branch, leaf)| is_tree(branch, leaf));
}

/// Nothing in Rust holds the parent then.
#[test]
fn tree_from_a_leaf_alone() {
    let leaf = node(3, vec![]);
    let _branch = node(5, vec![Rc::clone(&leaf)]);
    let check = |leaf: Rc<Node>| {
        ensure(leaf.value == 3, "the value is 3")?;
        ensure(leaf.parent.borrow().upgrade().is_none(), "the leaf has no parent")
    };
    check::each_route(&to_vec(&leaf).unwrap(), check).unwrap();
}

/// A child must not take the identity of the parent that it is loaded within, nor its siblings'.
#[test]
fn wide_and_deep_tree() {
    let children = (0..3).map(|n| node(n, vec![node(10 * n, vec![])])).collect();
    let root = node(100, children);
    let check = |root: Rc<Node>| {
        let parent = |node: &Rc<Node>| node.parent.borrow().upgrade().unwrap();
        let children = root.children.borrow();
        ensure(children.len() == 3 && root.value == 100, "the root has three children")?;
        for (n, child) in children.iter().enumerate() {
            ensure(child.value == i32::try_from(n).unwrap(), "the children keep their order")?;
            ensure(Rc::ptr_eq(&parent(child), &root), "a child's parent is the root")?;
            let leaf = Rc::clone(&child.children.borrow()[0]);
            ensure(leaf.value == 10 * child.value, "a child has its own leaf")?;
            ensure(Rc::ptr_eq(&parent(&leaf), child), "a leaf's parent is the child")?;
        }
        Ok(())
    };
    for protocol in Protocol::ALL {
        let pickle = PickleOptions::new().protocol(protocol).to_vec(&root).unwrap();
        check::each_route(&pickle, check).unwrap();
    }
}

#[derive(Reduce)]
#[reduce(module = "graph_models")]
struct Link {
    name: String,
    next: RefCell<Option<Rc<Link>>>,
}

fn link(name: &str) -> Rc<Link> {
    Rc::new(Link { name: name.into(), next: RefCell::default() })
}

fn next(link: &Link) -> Result<Rc<Link>, String> {
    link.next.borrow().clone().ok_or_else(|| format!("{} has no next", link.name))
}

#[test]
fn rings() {
    let [a, b, c] = ["a", "b", "c"].map(link);
    for (from, to) in [(&a, &b), (&b, &c), (&c, &a)] {
        *from.next.borrow_mut() = Some(Rc::clone(to));
    }
    exchange(&a, "ring('a', 'b', 'c')", |a| {
        let b = next(a)?;
        let c = next(&b)?;
        ensure([&a.name, &b.name, &c.name] == ["a", "b", "c"], "the names keep their order")?;
        ensure(Rc::ptr_eq(&next(&c)?, a), "the last is followed by the first")
    });
    let alone = link("me");
    *alone.next.borrow_mut() = Some(Rc::clone(&alone));
    exchange(&alone, "ring('me')", |alone| {
        ensure(Rc::ptr_eq(&next(alone)?, alone), "it is a ring")
    });
}

#[derive(Reduce)]
#[reduce(module = "graph_models")]
struct Account {
    balance: i64,
}

#[derive(Reduce)]
#[reduce(module = "graph_models")]
struct Owner {
    name: String,
    account: Arc<Mutex<Account>>,
}

#[test]
fn locks() {
    let account = Arc::new(Mutex::new(Account { balance: 10 }));
    let owner = |name: &str| Owner { name: name.into(), account: Arc::clone(&account) };
    let expr = "(lambda a: [Owner(name='ann', account=a), Owner(name='bob', account=a)])\
                (Account(balance=10))";
    exchange(&vec![owner("ann"), owner("bob")], expr, |owners| {
        let balance = |index: usize| owners[index].account.lock().unwrap().balance;
        ensure(owners[0].name == "ann" && owners[1].name == "bob", "the names are ann and bob")?;
        ensure(Arc::ptr_eq(&owners[0].account, &owners[1].account), "the account is one")?;
        let before = balance(0);
        owners[0].account.lock().unwrap().balance += 5;
        let seen = balance(1);
        owners[0].account.lock().unwrap().balance -= 5;
        ensure((before, seen) == (10, 15), "bob sees what ann does")
    });
}

/// Old holders of a value and new ones, in one pickle.
#[test]
fn across_types() {
    #[derive(Reduce)]
    #[reduce(transparent)]
    struct Handle(Rc<Point>);

    let shared = point(1, 2);
    let handle = || Handle(Rc::clone(&shared));
    let value = (vec![handle(), handle()], Rc::new(handle()), Box::new(shared.clone()));
    exchange(&value, "(lambda p: ([p, p], p, p))(Point(x=1, y=2))", |(list, handle, boxed)| {
        ensure(Rc::ptr_eq(&list[0].0, &list[1].0), "those in the list are one")?;
        ensure(Rc::ptr_eq(&list[0].0, &handle.0), "the pointer's is that of the list")?;
        ensure(Rc::ptr_eq(&list[0].0, boxed), "the box's is that of the list")
    });
}

/// A field that is first in its struct has the struct's address.
#[test]
fn at_one_address() {
    #[derive(Reduce)]
    #[reduce(module = "graph_models", name = "Owner")]
    struct Outer {
        account: Inner,
    }

    #[derive(Reduce)]
    #[reduce(module = "graph_models", name = "Account")]
    struct Inner {
        balance: u8,
    }

    let outer = Rc::new(Outer { account: Inner { balance: 1 } });
    let expr = "(lambda o: [o, o])(Owner(account=Account(balance=1)))";
    exchange(&vec![Rc::clone(&outer), outer], expr, |outer| {
        ensure(outer[0].account.balance == 1, "the balance is one")?;
        ensure(Rc::ptr_eq(&outer[0], &outer[1]), "both are one")
    });
}

/// Each value in a pointer that lives no longer than it takes to write it.
mod briefly {
    use std::rc::Rc;

    use pickle_core::{Loader, Result, Saver};

    use super::Point;

    pub(super) fn reduce(value: &i32, saver: &mut Saver<'_>) -> Result<()> {
        let pointer = Rc::new(Point { x: *value, y: 0 });
        let _other = Rc::clone(&pointer);
        saver.save(&pointer)
    }

    pub(super) fn reconstruct<'de, L: Loader<'de>>(loader: &mut L) -> Result<i32> {
        loader.load().map(|point: Point| point.x)
    }
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(transparent)]
struct Brief(#[reduce(with = briefly)] i32);

#[test]
fn temporaries() {
    let value: Vec<Brief> = (0..20).map(Brief).collect();
    exchange(&value, "[Point(x=x, y=0) for x in range(20)]", |value| {
        ensure(
            value.iter().enumerate().all(|(n, brief)| usize::try_from(brief.0) == Ok(n)),
            "all differ",
        )
    });
}

#[derive(Debug, Reduce)]
#[reduce(module = "graph_models", name = "Link")]
struct Constructed {
    #[reduce(ctor)]
    next: RefCell<Option<Rc<Constructed>>>,
}

#[derive(Debug, Reduce)]
#[reduce(module = "graph_models", name = "Link")]
struct Owning {
    #[reduce(ctor)]
    targets: Vec<Rc<Owning>>,
}

#[derive(Debug, Reduce)]
#[reduce(module = "graph_models", name = "Link")]
struct Uncelled {
    next: Option<Rc<Uncelled>>,
}

#[test]
fn impossible_cycles() {
    let alone = Rc::new(Constructed { next: RefCell::default() });
    *alone.next.borrow_mut() = Some(Rc::clone(&alone));
    assert_eq!(
        to_vec(&alone).unwrap_err().to_string(),
        "found a cycle through the arguments of an object's own constructor, expected the way \
         back in its state, which is set after it is made",
    );
    // The argument is a list, to which the object is appended afterwards.
    let pickle = b"\x80\x02cgraph_models\nLink\n]q\0\x85Rq\x01h\0h\x01a0.";
    let error = check::each_route(pickle, |_: Rc<Owning>| Ok(())).unwrap_err();
    let cell = "expected the reference back in a RefCell, Mutex, RwLock or OnceCell, such as \
                `RefCell<Weak<T>>`";
    let cycle = format!("found a cycle through an object that is still being made, {cell}");
    assert_eq!(error, format!("{cycle}, in Link.args[0][0] (offset 2)"));
    let pickle = b"\x80\x02cgraph_models\nLink\n)\x81q\0}X\x04\0\0\0nexth\0sb.";
    let error = check::each_route(pickle, |_: Rc<Uncelled>| Ok(())).unwrap_err();
    assert_eq!(error, format!("{cycle}, in Link.next (offset 2)"));
    // Without a pointer there is nothing to share, and a loop has no end.
    let pickle = b"\x80\x02]q\0h\0a.";
    #[derive(Debug, Reduce)]
    #[reduce(transparent)]
    struct Lists(Vec<Lists>);
    let error = check::each_route(pickle, |_: Lists| Ok(())).unwrap_err();
    assert!(error.starts_with("found an object that contains itself, expected an `Rc`"), "{error}");
}

#[test]
fn long_chains() {
    let levels = 100_000;
    let first = link("first");
    let mut last = Rc::clone(&first);
    for _ in 0..levels {
        let new = link("");
        *last.next.borrow_mut() = Some(Rc::clone(&new));
        last = new;
    }
    let error = to_vec(&first).unwrap_err().to_string();
    // Dropping a long chain recurses, so take it apart.
    let mut link = first;
    loop {
        let following = link.next.borrow_mut().take();
        let Some(following) = following else { break };
        link = following;
    }

    assert_eq!(
        error,
        "found 513 levels of nesting, expected at most 512; `Limits::depth` raises it",
    );

    let mut pickle = b"\x80\x02cgraph_models\nLink\nq\0".to_vec();
    let open = b"h\0)\x81}(X\x04\0\0\0nameX\0\0\0\0X\x04\0\0\0next";
    pickle.extend(open.repeat(levels));
    pickle.push(b'N');
    pickle.extend(b"ub".repeat(levels));
    pickle.push(b'.');
    let error = check::each_route(&pickle, |_: Rc<Link>| Ok(())).unwrap_err();
    let path = format!("Link{0}…{0}", ".next".repeat(8));
    assert_eq!(
        error,
        format!(
            "found 513 levels of nesting, expected at most 512, in {path} (offset 14871); \
             `Limits::depth` raises it"
        ),
    );
}

/// The limit itself is within the two megabytes of stack that a thread of a test has.
#[test]
fn chains_up_to_the_limit() {
    let first = link("first");
    for _ in 1..500 {
        let following = first.next.borrow_mut().take();
        *first.next.borrow_mut() =
            Some(Rc::new(Link { name: String::new(), next: RefCell::new(following) }));
    }
    let back: Rc<Link> = from_slice(&to_vec(&first).unwrap()).unwrap();
    let mut length = 1;
    let mut link = back;
    while let Ok(following) = next(&link) {
        link = following;
        length += 1;
    }
    assert_eq!(length, 500);
}

/// A node that knows the one above it.
#[derive(Reduce)]
#[reduce(module = "trees")]
struct Branch {
    above: RefCell<Option<Rc<Branch>>>,
    below: RefCell<Vec<Rc<Branch>>>,
}

#[test]
fn a_root_by_value_has_a_complete_copy_of_itself_behind_its_cells() {
    let branch = || Rc::new(Branch { above: RefCell::default(), below: RefCell::default() });
    let (root, leaf) = (branch(), branch());
    leaf.above.replace(Some(Rc::clone(&root)));
    root.below.borrow_mut().push(leaf);
    let pickle = to_vec(&root).unwrap();

    let check = |root: &Branch| {
        let leaf = Rc::clone(&root.below.borrow()[0]);
        let above = leaf.above.borrow().clone().unwrap();
        assert!(Rc::ptr_eq(&above.below.borrow()[0], &leaf));
        above
    };
    let root: Branch = from_slice(&pickle).unwrap();
    check(&root);
    let root: Rc<Branch> = from_slice(&pickle).unwrap();
    assert!(Rc::ptr_eq(&check(&root), &root));
}
