//! Base classes: their attributes in the order that picklers write, and in all others.

use super::*;

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "zoo")]
struct Animal {
    legs: u8,
    #[reduce(default)]
    names: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "zoo", deny_unknown)]
struct Pet<B> {
    #[reduce(flatten)]
    animal: B,
    #[reduce(alias = "keeper")]
    owner: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "zoo")]
struct Place {
    x: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "zoo")]
struct Dog {
    #[reduce(flatten)]
    pet: Pet<Animal>,
    #[reduce(flatten)]
    place: Place,
    friend: Option<Box<Dog>>,
    #[reduce(default)]
    tricks: u8,
}

/// All attributes are those of bases.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "zoo")]
struct Cat {
    #[reduce(flatten)]
    pet: Pet<Animal>,
}

fn animal(legs: u8) -> Animal {
    Animal { legs, names: vec!["n".to_owned(); usize::from(legs % 3)] }
}

fn pet(legs: u8) -> Pet<Animal> {
    Pet { animal: animal(legs), owner: (legs > 1).then_some(300) }
}

fn dog(legs: u8) -> Dog {
    let friend = (legs > 2).then(|| Box::new(dog(legs - 1)));
    Dog { pet: pet(legs), place: Place { x: Some(1.5) }, friend, tricks: legs }
}

#[test]
fn are_predicted() {
    type All = (Vec<Dog>, Vec<Cat>, Vec<Pet<Animal>>, Vec<Animal>, Vec<Rc<Dog>>, Vec<Dog>);
    let shared = Rc::new(dog(4));
    let value: All = (
        (0..5).map(dog).collect(),
        (0..5).map(|legs| Cat { pet: pet(legs) }).collect(),
        (0..5).map(pet).collect(),
        (0..5).map(animal).collect(),
        vec![shared.clone(), Rc::new(dog(1)), shared],
        (0..5).map(dog).collect(),
    );
    agree_on(&value);
    let predictive = UnpickleOptions::new().route(Route::Predictive);
    for protocol in [Protocol::V2, Protocol::V3, Protocol::V4, Protocol::V5] {
        let options = PickleOptions::new().protocol(protocol);
        let ours = options.to_vec(&value).unwrap();
        let graph = Graph::from_slice(&ours).unwrap();
        let cpython = options.profile(Profile::CPythonC).graph_to_vec(&graph).unwrap();
        for pickle in [ours, cpython] {
            assert_eq!(predictive.from_slice::<All>(&pickle).unwrap(), value, "{protocol}");
        }
    }
}

/// Instances of the base and of the class that take turns.
#[test]
fn beside_their_own_instances() {
    let value: Vec<_> = (0..20).map(|legs| (animal(legs), pet(legs), dog(legs % 3))).collect();
    agree_on(&value);
    let predictive = UnpickleOptions::new().route(Route::Predictive);
    let pickle = to_vec(&value).unwrap();
    assert_eq!(predictive.from_slice::<Vec<(Animal, Pet<Animal>, Dog)>>(&pickle).unwrap(), value);
}

/// A base is attributes, whatever the registry says about its type elsewhere.
#[test]
fn that_the_registry_knows() {
    let mut registry = Registry::new();
    registry.persistent(|_: &Animal| Some(7u8), |_: u8| animal(9));
    let value = (vec![dog(1), dog(4)], animal(9));
    let pickle = PickleOptions::new().registry(&registry).to_vec(&value).unwrap();
    let options = UnpickleOptions::new().registry(&registry);
    assert_eq!(load_with::<(Vec<Dog>, Animal)>(options, &pickle), Ok(value));
}

/// A name that two structs ask for is given to both.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "zoo")]
struct Twice {
    #[reduce(flatten)]
    animal: Animal,
    legs: Option<u8>,
}

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "zoo")]
struct Renamed {
    #[reduce(alias = "legs")]
    feet: Option<u8>,
}

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "zoo")]
struct ByAlias {
    #[reduce(flatten)]
    animal: Animal,
    #[reduce(flatten)]
    renamed: Renamed,
}

/// Two bases with one base.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "zoo")]
struct Diamond {
    #[reduce(flatten)]
    pet: Pet<Place>,
    #[reduce(flatten)]
    place: Place,
    legs: Option<u8>,
}

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "zoo")]
struct Lenient {
    #[reduce(flatten)]
    place: Place,
    #[reduce(flatten)]
    renamed: Renamed,
    owner: Option<u8>,
}

/// Attributes in every order, absent, twice, and unknown ones, in two instances.
#[test]
fn in_any_order() {
    const NAMES: [&[u8]; 6] =
        [b"\x04legs", b"\x05names", b"\x05owner", b"\x01x", b"\x04feet", b"\x06keeper"];
    const VALUES: [&[u8]; 6] = [b"K\x03", b"]", b"K\x05", b"N", b"N", b"K\x06"];
    let attributes = |mut order: usize| {
        let mut pickle = Vec::new();
        while order > 0 {
            let at = order % 7;
            order /= 7;
            if let (Some(name), Some(value)) = (NAMES.get(at), VALUES.get(at)) {
                pickle.extend([b"\x8c", *name, b"\x94", *value].concat());
            }
        }
        pickle
    };
    for order in 0..7usize.pow(5) {
        let body = attributes(order);
        for name in ["Twice", "ByAlias", "Diamond", "Lenient", "Pet"] {
            let pickle = [b"\x80\x04czoo\n", name.as_bytes(), b"\n)\x81}(", &body, b"ub."];
            let pickle = pickle.concat();
            match name {
                "Twice" => drop(load::<Twice>(&pickle)),
                "ByAlias" => drop(load::<ByAlias>(&pickle)),
                "Diamond" => drop(load::<Diamond>(&pickle)),
                "Lenient" => drop(load::<Lenient>(&pickle)),
                _ => drop(load::<Pet<Animal>>(&pickle)),
            }
        }
    }
}

#[test]
fn that_are_ambiguous() {
    agree_on(&vec![Twice { animal: animal(4), legs: Some(4) }; 3]);
    let renamed = Renamed { feet: None };
    agree_on(&vec![ByAlias { animal: animal(4), renamed }; 3]);
    let place = || Place { x: Some(0.5) };
    let pet = Pet { animal: place(), owner: None };
    agree_on(&vec![Diamond { pet, place: place(), legs: None }; 3]);
}
