//! Subclasses of `list` and `dict`.

use super::*;

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "construction_models")]
struct Stack {
    #[reduce(listitems)]
    items: Vec<u16>,
    label: u8,
}

/// As `Stack`, whose instances need have no attributes.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "construction_models", name = "Stack")]
struct Bare<T>(#[reduce(listitems)] VecDeque<T>);

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "construction_models")]
struct Named {
    owner: u8,
    #[reduce(listitems)]
    items: Vec<Option<u16>>,
    #[reduce(ctor)]
    name: u8,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "construction_models")]
struct Table {
    #[reduce(dictitems)]
    entries: BTreeMap<u16, Vec<u16>>,
    label: u8,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "construction_models", init)]
struct Ordered(#[reduce(dictitems)] Vec<(u16, u8)>);

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "construction_models")]
struct Groups {
    #[reduce(ctor)]
    factory: Value,
    #[reduce(dictitems)]
    groups: BTreeMap<u8, Vec<u16>>,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "construction_models", init)]
struct Both {
    #[reduce(dictitems)]
    under: BTreeMap<u8, u8>,
    #[reduce(listitems)]
    items: Vec<u8>,
}

#[test]
fn agree_with_python() {
    let list = Value::from(pickle_core::Global::new("builtins", "list"));
    let mut rows = vec![
        row(
            vec![
                Stack { items: vec![], label: 1 },
                Stack { items: vec![2], label: 1 },
                Stack { items: vec![2, 3], label: 1 },
            ],
            "[make(Stack, {'label': 1}, items) for items in ([], [2], [2, 3])]",
            SETUP,
            (2, 7),
        ),
        row(Bare(VecDeque::from([1u8, 2])), "make(Stack, {}, [1, 2])", SETUP, (2, 7)),
        row(
            vec![Bare(VecDeque::from([Bare(VecDeque::<u8>::new())])), Bare(VecDeque::new())],
            "[make(Stack, {}, [Stack()]), Stack()]",
            SETUP,
            (2, 7),
        ),
        row(
            vec![
                Named { owner: 1, items: vec![Some(1), None], name: 2 },
                Named { owner: 1, items: vec![None], name: 2 },
                Named { owner: 1, items: vec![], name: 2 },
            ],
            "[make(Named, {'owner': 1}, items, 2) for items in ([1, None], [None], [])]",
            SETUP,
            (2, 7),
        ),
        row(
            vec![
                Table { entries: BTreeMap::new(), label: 1 },
                Table { entries: [(2, vec![])].into(), label: 1 },
                Table { entries: [(2, vec![3]), (4, vec![])].into(), label: 1 },
            ],
            "[make(Table, {'label': 1}, items) \
             for items in ([], [(2, [])], [(2, [3]), (4, [])])]",
            SETUP,
            (3, 0),
        ),
        row(
            vec![
                Groups { factory: list.clone(), groups: [(1, vec![2]), (3, vec![])].into() },
                Groups { factory: list.clone(), groups: BTreeMap::new() },
            ],
            "[make(Groups, {}, [(1, [2]), (3, [])], list), Groups(list)]",
            SETUP,
            (2, 7),
        ),
        row(
            Both { under: [(1, 2), (3, 4)].into(), items: vec![5, 6] },
            "make(Both, {'under': {1: 2, 3: 4}}, [5, 6])",
            SETUP,
            (2, 7),
        ),
    ];
    for count in [0, 1, 2] {
        let entries = [(7, 1), (5, 2)][..count].to_vec();
        let expr = format!("make(Ordered, {{}}, [(7, 1), (5, 2)][:{count}])");
        rows.push(row(vec![Ordered(entries)], &format!("[{expr}]"), SETUP, (3, 0)));
    }
    // Batches of 1000. Python 2 has the entries of an OrderedDict as an argument.
    for count in [1000, 1001, 2500] {
        let items = (0..count).collect();
        let expr = format!("make(Stack, {{'label': 1}}, list(range({count})))");
        rows.push(row(Stack { items, label: 1 }, &expr, SETUP, (2, 7)));
        let entries = (0..count).map(|key| (key, 0)).collect();
        let expr = format!("make(Ordered, {{}}, [(key, 0) for key in range({count})])");
        rows.push(row(Ordered(entries), &expr, SETUP, (3, 0)));
    }
    agree_on_instances(&rows);
}
