//! Base classes.

use super::*;

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "construction_models", deny_unknown)]
struct Animal {
    legs: u8,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "construction_models", after = Pet::check)]
struct Pet {
    #[reduce(flatten)]
    animal: Animal,
    owner: Option<u8>,
}

impl Pet {
    fn check(&mut self) -> Result<(), String> {
        if self.owner == Some(0) { Err("nobody owns it".into()) } else { Ok(()) }
    }
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "construction_models", deny_unknown)]
struct Dog<B> {
    tricks: Vec<u16>,
    #[reduce(flatten)]
    pet: B,
}

#[test]
fn agree_with_python() {
    let pet = |legs| Pet { animal: Animal { legs }, owner: Some(2) };
    let dog = |tricks| Dog { tricks, pet: pet(3) };
    agree_on_instances(&[
        row(vec![pet(4), pet(3)], "[Pet(4, 2), Pet(3, 2)]", SETUP, (2, 7)),
        row(vec![dog(vec![1]), dog(vec![])], "[Dog(3, 2, [1]), Dog(3, 2, [])]", SETUP, (2, 7)),
    ]);
}

/// What is in its slots comes from the base.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "construction_models", state = "slots")]
struct Pixel {
    x: i32,
    y: i32,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "construction_models", state = "slots")]
struct Tagged {
    #[reduce(flatten)]
    pixel: Pixel,
    tag: u8,
}

#[test]
fn with_slots_agree_with_python() {
    let pixel = |x, y| Pixel { x, y };
    let tagged = |tag| Tagged { pixel: pixel(2, 3), tag };
    agree_on_instances(&[
        row(tagged(1), "Tagged(2, 3, 1)", SETUP, (2, 7)),
        row(
            (vec![tagged(1), tagged(4)], pixel(5, 6)),
            "([Tagged(2, 3, 1), Tagged(2, 3, 4)], Pixel(5, 6))",
            SETUP,
            (2, 7),
        ),
    ]);
}

#[test]
fn names_are_written_once_and_instances_of_a_base_stay_instances() {
    let pet = || Pet { animal: Animal { legs: 4 }, owner: None };
    let value = (vec![pet(), pet(), pet()], Animal { legs: 2 }, vec![pet()], Animal { legs: 3 });
    let pickle = to_vec(&value).unwrap();
    assert_eq!(load(&pickle), Ok(value));
    // Once for the base, once for the class itself.
    let count = pickle.windows(5).filter(|bytes| bytes == b"\x04legs").count();
    assert_eq!(count, 2);
}

#[test]
fn errors_are_those_of_the_whole() {
    let head = b"\x80\x02cconstruction_models\nDog\n)\x81}(X\x06\0\0\0tricks]";
    let pickle = |tail: &[u8]| [&head[..], tail, b"ub."].concat();
    let error = |tail: &[u8]| load::<Dog<Pet>>(&pickle(tail)).unwrap_err();
    let found = error(b"X\x05\0\0\0ownerN");
    assert!(found.starts_with("found no attribute `legs`, expected one"), "{found}");
    let found = error(b"X\x05\0\0\0ownerNX\x04\0\0\0legsK\x01X\x04\0\0\0tailK\x01");
    assert!(found.contains("\"tail\"") || found.contains("tail"), "{found}");
    let found = error(b"X\x05\0\0\0ownerK\0X\x04\0\0\0legsK\x01");
    assert!(found.starts_with("nobody owns it, in Dog"), "{found}");
    let found = error(b"X\x05\0\0\0ownerNX\x04\0\0\0legs]");
    assert!(found.starts_with("found list of 0, expected u8, in Dog.legs"), "{found}");
    assert!(from_slice::<Dog<Pet>>(&pickle(b"X\x05\0\0\0ownerNX\x04\0\0\0legsK\x04")).is_ok());
}

/// Values without names would be those of the class and of its base at once.
#[test]
fn a_state_without_names_is_an_error() {
    for (state, found) in [(&b"]K\x07a"[..], "list of 1"), (b"K\x07\x85", "tuple of 1")] {
        let pickle = [b"\x80\x02cconstruction_models\nPet\n)\x81", state, b"b."].concat();
        let expected = format!("found {found}, expected dict, the state of an object, in Pet");
        let error = load::<Pet>(&pickle).unwrap_err();
        assert!(error.starts_with(&expected), "{error}");
    }
}

/// The first constructor fails, the second one makes the base.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "construction_models", ctor = Tried::first, ctor = Tried::second)]
struct Tried {
    x: u8,
    #[reduce(skip)]
    by: u8,
}

impl Tried {
    fn first() -> Result<Tried, String> {
        Err("the first fails".into())
    }

    fn second() -> Tried {
        Tried { x: 0, by: 2 }
    }
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "construction_models")]
struct Around {
    #[reduce(flatten)]
    tried: Tried,
    y: u8,
}

#[test]
fn a_base_is_made_by_whichever_constructor_works() {
    let pickle =
        b"\x80\x02cconstruction_models\nAround\n)\x81}(X\x01\0\0\0xK\x05X\x01\0\0\0yK\x06ub.";
    let tried = Tried { x: 5, by: 2 };
    assert_eq!(load::<Around>(pickle), Ok(Around { tried, y: 6 }));
}
