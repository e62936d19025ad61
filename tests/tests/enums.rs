//! Members of Python enums, by value and by name, and variants that stand for others.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use pickle_core::{Global, Reduce, Value, to_vec};
use pickle_tests::check::{agree_on_instances, load, round_trip, row};

const SETUP: &str = "from enum_models import *";

#[derive(Debug, PartialEq, Clone, Copy, Reduce)]
#[reduce(module = "enum_models", enum, rename_all = "SCREAMING_SNAKE_CASE")]
enum Colour {
    Red = 1,
    #[reduce(alias = "LIME")]
    Green,
    DarkBlue = -3,
}

#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(module = "enum_models", enum, rename_all = "UPPERCASE")]
enum Level {
    #[reduce(value = 0)]
    Low,
    #[reduce(value = 70_000)]
    High,
}

#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(module = "enum_models", enum = "value", rename_all = "UPPERCASE")]
enum Unit {
    #[reduce(value = "m")]
    Metre,
    #[reduce(value = "ft")]
    Foot,
}

#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(module = "enum_models", enum, rename_all = "UPPERCASE")]
enum Switch {
    #[reduce(value = true)]
    On,
    #[reduce(value = "off")]
    Off,
}

#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(module = "enum_models", enum, rename_all = "UPPERCASE")]
enum Planet {
    #[reduce(value = (3.303e+23, 2_439_700))]
    Mercury,
    #[reduce(value = (5.976e+24, ("blue", true)))]
    Earth,
    #[reduce(value = -0.5)]
    Pluto,
}

#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(module = "enum_models", enum, rename_all = "UPPERCASE")]
enum Permission {
    #[reduce(value = 4)]
    Read,
    #[reduce(value = 2)]
    Write,
    #[reduce(other)]
    Both(u32),
}

#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(module = "enum_models", name = "Outer.Inner", enum)]
enum Inner {
    #[reduce(name = "ONLY", value = 1)]
    Only,
}

#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(module = "enum_models", enum = "name", rename_all = "UPPERCASE")]
enum Named {
    Red,
    #[reduce(other)]
    Unknown(String),
}

#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(module = "enum_models", enum = "name", rename_all = "UPPERCASE")]
enum Compass {
    North,
    South,
}

#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(module = "enum_models", name = "Global", enum, rename_all = "UPPERCASE")]
enum Direction {
    North = 1,
    South = 2,
}

#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(module = "enum_models")]
enum Shape {
    Disc(u8),
    #[reduce(other)]
    Unknown(Value),
}

#[test]
fn agree_with_python() {
    let list = |expr: &str| format!("list({expr})");
    let blob = || {
        let class = Global::new("enum_models", "Shape.Blob");
        Shape::Unknown(pickle_core::Object::call(class, [Value::from(7)]).into())
    };
    agree_on_instances(&[
        row(vec![Colour::Red, Colour::Green, Colour::DarkBlue], &list("Colour"), SETUP, (3, 4)),
        row(vec![Colour::Red; 3], "[Colour.RED] * 3", SETUP, (3, 4)),
        row(vec![Level::Low, Level::High], &list("Level"), SETUP, (3, 4)),
        row(vec![Unit::Metre, Unit::Foot], &list("Unit"), SETUP, (3, 4)),
        row(vec![Switch::On, Switch::Off], &list("Switch"), SETUP, (3, 4)),
        row(vec![Planet::Mercury, Planet::Earth, Planet::Pluto], &list("Planet"), SETUP, (3, 4)),
        row(vec![Planet::Earth; 3], "[Planet.EARTH] * 3", SETUP, (3, 4)),
        row(
            vec![Permission::Write, Permission::Read],
            "[Permission(2), Permission(4)]",
            SETUP,
            (3, 6),
        ),
        row(
            vec![Permission::Both(6), Permission::Both(0)],
            "[Permission(6), Permission(0)]",
            SETUP,
            (3, 6),
        ),
        row(Inner::Only, "Outer.Inner.ONLY", SETUP, (3, 4)),
        row(
            vec![Named::Red, Named::Unknown("GREEN".into()), Named::Red, Named::Red],
            "[Named.RED, Named.GREEN, Named.RED, Named.RED]",
            SETUP,
            (3, 4),
        ),
        row(vec![Direction::North, Direction::South], "[NORTH, SOUTH]", SETUP, (3, 4)),
        row(vec![Shape::Disc(1), blob()], "[Shape.Disc(1), Shape.Blob(7)]", SETUP, (3, 4)),
        row(vec![Shape::Unknown(Value::from(3))], "[3]", SETUP, (3, 4)),
    ]);
}

#[test]
fn by_name_or_by_value_is_all_one_to_the_reader() {
    let by_value = b"\x80\x02cenum_models\nColour\nK\x02\x85R.";
    let by_name = b"\x80\x02c__builtin__\ngetattr\ncenum_models\nColour\nX\x05\0\0\0GREEN\x86R.";
    let by_old_name = b"\x80\x02c__builtin__\ngetattr\ncenum_models\nColour\nX\x04\0\0\0LIME\x86R.";
    let by_path = b"\x80\x04\x8c\x0benum_models\x8c\x0cColour.GREEN\x93.";
    for pickle in [&by_value[..], by_name, by_old_name, by_path] {
        assert_eq!(load(pickle), Ok(Colour::Green), "{pickle:x?}");
    }
    // `True` is `1` where Python looks for a member.
    assert_eq!(load(b"\x80\x02cenum_models\nColour\n\x88\x85R."), Ok(Colour::Red));
    assert_eq!(load(b"\x80\x02cenum_models\nSwitch\nK\x01\x85R."), Ok(Switch::On));
    round_trip(&vec![Compass::South, Compass::North, Compass::South]);
}

#[test]
fn unknown_members() {
    let error = load::<Colour>(b"\x80\x02cenum_models\nColour\nK\x07\x85R.").unwrap_err();
    assert_eq!(
        error,
        "found int 7, expected a member of enum_models.Colour: 1, 2, -3, in Colour.args[0] (offset 22)"
    );
    let error = load::<Unit>(b"\x80\x02cenum_models\nUnit\nX\x01\0\0\0x\x85R.").unwrap_err();
    assert!(
        error.contains(r#"found str "x", expected a member of enum_models.Unit: "m", "ft""#),
        "{error}"
    );
    let error = load::<Planet>(b"\x80\x02cenum_models\nPlanet\nK\x01\x85\x85R.").unwrap_err();
    assert!(
        error.contains(
            r#"member of enum_models.Planet: (3.303e23, 2439700), (5.976e24, ("blue", True)), -0.5"#
        ),
        "{error}"
    );
    // Python pickles by value what does not say otherwise.
    let error = load::<Compass>(b"\x80\x02cenum_models\nCompass\nK\x01\x85R.").unwrap_err();
    assert!(
        error.starts_with(
            "found int 1, expected the name of a member of enum_models.Compass, \
             as no variant says its `value`: NORTH, SOUTH"
        ),
        "{error}"
    );
    let error = load::<Compass>(
        b"\x80\x02c__builtin__\ngetattr\ncenum_models\nCompass\nX\x04\0\0\0EAST\x86R.",
    );
    let error = error.unwrap_err();
    assert!(
        error.starts_with("found enum_models.Compass.EAST, expected one of NORTH, SOUTH"),
        "{error}"
    );
    let error = load::<Colour>(b"\x80\x02cenum_models\nColour\n)R.").unwrap_err();
    assert!(error.starts_with("found 0 constructor arguments, expected 1"), "{error}");
    let error = load::<Colour>(b"\x80\x02cother\nColour\nK\x01\x85R.").unwrap_err();
    assert!(error.contains("expected enum_models.Colour object"), "{error}");
}

/// A variant without a field stands for others when reading only.
#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(module = "enum_models", name = "Colour", enum)]
enum Some {
    #[reduce(name = "RED")]
    Red = 1,
    #[reduce(other)]
    Other,
}

#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(module = "enum_models", name = "Shape")]
enum Known {
    Disc(u8),
    #[reduce(other)]
    Other,
}

#[test]
fn units_that_stand_for_others() {
    assert_eq!(load(b"\x80\x02cenum_models\nColour\nK\x07\x85R."), Ok(Some::Other));
    let by_name = b"\x80\x02c__builtin__\ngetattr\ncenum_models\nColour\nX\x05\0\0\0GREEN\x86R.";
    assert_eq!(load(by_name), Ok(Some::Other));
    assert_eq!(load(b"\x80\x02K\x01."), Ok(Known::Other));
    assert_eq!(load(b"\x80\x02cm\nCone\nK\x01\x85R."), Ok(Known::Other));
    assert_eq!(
        load(b"\x80\x04\x8c\x0benum_models\x8c\nShape.Disc\x93K\x01\x85R."),
        Ok(Known::Disc(1))
    );
    // A known class with a wrong part is an error, and nothing else.
    let error =
        load::<Known>(b"\x80\x04\x8c\x0benum_models\x8c\nShape.Disc\x93N\x85R.").unwrap_err();
    assert!(error.starts_with("found None, expected u8"), "{error}");
    for error in [to_vec(&Some::Other).unwrap_err(), to_vec(&Known::Other).unwrap_err()] {
        let expected = "found `Other`, which stands for what has no variant, expected a variant that holds what it stands for";
        assert_eq!(error.to_string(), expected);
    }
}
