//! S and N1: what a reduction is, and which one is taken.

use pickle_core::{Class, PickleOptions, Reduce, Registered, Registry, UnpickleOptions};

use crate::support::{ask, dump, pickle_of, python3, read, shown, writes};

static VERSION: Class = Class::new("m", "Version");

#[derive(Debug, PartialEq)]
struct Version(u8);

/// What inheriting would be in Rust: a type around another.
struct Newer(#[expect(dead_code, reason = "it is the base that is not looked at")] Version);

fn registry() -> Registry {
    let mut registry = Registry::new();
    registry.register(
        &VERSION,
        |version: &Version| (version.0,),
        |(number,): (u8,)| Version(number),
    );
    registry
}

#[test]
fn n1_3_reducers_are_found_by_the_exact_type() {
    let registry = registry();
    assert!(registry.knows::<Version>() && !registry.knows::<Newer>());
    let options = PickleOptions::new().registry(&registry);
    let pickle = options.to_vec(&Registered(Version(3))).unwrap();
    assert_eq!(shown(&pickle), "m.Version(3)");
    let error = options.to_vec(&Registered(Newer(Version(3)))).unwrap_err().to_string();
    assert!(error.contains("Newer") && error.contains("Registry::register"), "{error}");
    // The types with an opcode of their own are none of its business.
    assert_eq!(options.to_vec(&7u8).unwrap(), b"\x80\x04K\x07.");
}

#[test]
fn n1_4_a_reducers_name_is_a_global_of_its_module() {
    for python in python3() {
        let pickle = pickle_of(&ask(python, &[dump("sg", 2, "c")])[0]);
        assert_eq!(pickle, b"\x80\x02cm\nsg\nq\0.");
        writes(&pickle, &[(2, &pickle)]);
    }
}

#[test]
fn s2_a_reduction_has_up_to_six_parts() {
    let expr = "Reduced(mk, (), {'a': 1}, iter([1, 2]), iter([(3, 4)]), setter)";
    for python in python3().filter(|python| python.at_least(3, 8)) {
        let pickle = pickle_of(&ask(python, &[dump(expr, 2, "c")])[0]);
        let graph = read(&pickle);
        let root = graph.root();
        assert_eq!(root.list_items().count(), 2);
        assert_eq!(root.dict_items().count(), 1);
        assert_eq!(root.setters().count(), 1);
        writes(&pickle, &[(2, &pickle)]);
    }
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "m", name = "C")]
struct Known {
    x: u8,
}

#[test]
fn s4_a_state_has_every_attribute_there_is() {
    let expr = "(lambda c: (setattr(c, 'late', 2), c)[1])(C(x=1))";
    for python in python3() {
        let pickle = pickle_of(&ask(python, &[dump(expr, 4, "c")])[0]);
        assert_eq!(read(&pickle).root().attribute("late").unwrap().as_i64(), Some(2));
        assert_eq!(pickle_core::from_slice::<Known>(&pickle).unwrap(), Known { x: 1 });
    }
}

#[test]
fn s5_a_name_that_nobody_knows_makes_nothing() {
    let registry = registry();
    let options = UnpickleOptions::new().registry(&registry);
    assert_eq!(
        options.from_slice::<Registered<Version>>(b"cm\nVersion\nK\x03\x85R.").unwrap().0,
        Version(3)
    );
    let error = options.from_slice::<Registered<Version>>(b"cos\nsystem\nVls\n\x85R.").unwrap_err();
    assert!(error.to_string().contains("found os.system"), "{error}");
}
