//! Three generations of one class: pickles of each, by Python and by us, are read by the struct of
//! today.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::rc::Rc;

use pickle_core::{
    Limits, Object, PickleOptions, Protocol, Reduce, UnpickleOptions, Value, from_slice,
};
use pickle_tests::check::{Row, agree_on_instances, load, row, row_of};

const SETUP: &str = "from construction_models import *";

/// The class as it is today.
#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(module = "construction_models", deny_unknown, migrate = Account::migrate)]
struct Account {
    units: i64,
    cents: u8,
    #[reduce(default = "EUR".to_owned())]
    currency: String,
}

impl Account {
    fn new(units: i64, cents: u8, currency: &str) -> Account {
        Account { units, cents, currency: currency.to_owned() }
    }

    fn migrate(old: &mut Object) -> Result<(), String> {
        let version = old.take_attribute("version").and_then(|version| version.as_i64());
        match version.unwrap_or(1) {
            // All in cents; an instance of today has no `amount`.
            1 => {
                if let Some(amount) = old.take_attribute("amount").and_then(|a| a.as_i64()) {
                    old.set_attribute("units", amount / 100);
                    old.set_attribute("cents", amount % 100);
                }
            }
            2 => {
                let balance = old.take_attribute("balance").ok_or("found no balance")?;
                let part = |place| balance.index(place).cloned().unwrap_or(Value::None);
                old.set_attribute("units", part(0));
                old.set_attribute("cents", part(1));
            }
            other => return Err(format!("found version {other}, expected at most 2")),
        }
        Ok(())
    }
}

mod first {
    #[derive(Debug, pickle_core::Reduce)]
    #[reduce(module = "construction_models")]
    pub(super) struct Account {
        pub(super) amount: i64,
    }
}

mod second {
    #[derive(Debug, pickle_core::Reduce)]
    #[reduce(module = "construction_models")]
    pub(super) struct Account {
        pub(super) balance: (i64, u8),
        pub(super) version: u8,
        pub(super) currency: String,
    }
}

/// An older value, and what it is today.
fn older<T: Reduce>(old: &T, expr: &str, today: Account) -> Row {
    let pickles = Protocol::ALL.map(|p| PickleOptions::new().protocol(p).to_vec(old).unwrap());
    for pickle in &pickles {
        assert_eq!(load(pickle), Ok(today.clone()), "{expr}");
    }
    row_of(&pickles, expr, SETUP, move |pickle| {
        let found = load::<Account>(pickle)?;
        if found == today { Ok(()) } else { Err(format!("{found:?}, expected {today:?}")) }
    })
}

#[test]
fn agree_with_python() {
    let balance = second::Account { balance: (3, 4), version: 2, currency: "USD".to_owned() };
    agree_on_instances(&[
        older(
            &first::Account { amount: 1234 },
            "generation(1, amount=1234)",
            Account::new(12, 34, "EUR"),
        ),
        older(
            &balance,
            "generation(2, balance=(3, 4), currency=u'USD')",
            Account::new(3, 4, "USD"),
        ),
        row(
            vec![Account::new(1, 2, "EUR"), Account::new(-1, 0, "USD")],
            "[Account(1, 2, u'EUR'), Account(-1, 0, u'USD')]",
            SETUP,
            (2, 7),
        ),
    ]);
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "construction_models", after = Customer::check)]
struct Customer {
    accounts: Vec<Account>,
    shared: Rc<Account>,
    again: Rc<Account>,
}

impl Customer {
    fn check(&mut self) -> Result<(), String> {
        if self.accounts.is_empty() { Err("no account".to_owned()) } else { Ok(()) }
    }
}

#[derive(Debug, Reduce)]
#[reduce(module = "construction_models", name = "Customer")]
struct OldCustomer {
    accounts: Vec<first::Account>,
    shared: Rc<first::Account>,
    again: Rc<first::Account>,
}

/// Migration is a matter of each object: those around it, and pointers to it, stay what they are.
#[test]
fn objects_around_are_not_touched() {
    let shared = Rc::new(first::Account { amount: 250 });
    let accounts = vec![first::Account { amount: 5 }, first::Account { amount: 100 }];
    let old = OldCustomer { accounts, shared: Rc::clone(&shared), again: shared };
    for protocol in Protocol::ALL {
        let pickle = PickleOptions::new().protocol(protocol).to_vec(&old).unwrap();
        let found: Customer = from_slice(&pickle).unwrap();
        assert_eq!(found.accounts, [Account::new(0, 5, "EUR"), Account::new(1, 0, "EUR")]);
        assert_eq!(*found.shared, Account::new(2, 50, "EUR"));
        assert!(Rc::ptr_eq(&found.shared, &found.again));
    }
}

/// What is wrong is said at the place in the pickle that was given, not in the one on the way.
#[test]
fn errors_say_where_the_object_is() {
    let error = |state: &[u8]| {
        let head = b"\x80\x02](K\x01cconstruction_models\nAccount\n)\x81}(";
        load::<(u8, Account)>(&[&head[..], state, b"ube."].concat()).unwrap_err()
    };
    let found = error(b"X\x07\0\0\0versionK\x07");
    assert_eq!(found, "found version 7, expected at most 2, in [1] (offset 6)");
    let found = error(b"X\x07\0\0\0versionK\x02X\x07\0\0\0balance](K\x01Ne");
    assert_eq!(found, "found None, expected u8, in [1].cents (offset 6)");
    let found = error(b"X\x05\0\0\0unitsK\x01X\x04\0\0\0centX\x01\0\0\0x");
    assert!(
        found.contains("cent") && found.contains("in [1]") && found.contains("offset 6"),
        "{found}"
    );
    let found = load::<Account>(b"\x80\x02cother\nAccount\n)\x81.").unwrap_err();
    assert!(found.contains("expected construction_models.Account object"), "{found}");
}

/// Objects that migrate within each other are read again at each level, which the limit of
/// replays bounds.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "m", migrate = Chain::migrate)]
struct Chain {
    next: Option<Box<Chain>>,
}

impl Chain {
    fn migrate(_: &mut Object) {}
}

#[test]
fn nested_migrations_are_bounded() {
    let chain = |len| (0..len).fold(None, |next, _| Some(Box::new(Chain { next }))).unwrap();
    let options = PickleOptions::new().protocol(Protocol::V5);
    let short = chain(20);
    assert_eq!(load(&options.to_vec(&short).unwrap()), Ok(short));
    let mut limits = Limits::default();
    limits.replays = 100;
    let unpickle = UnpickleOptions::new().limits(limits);
    let error = unpickle.from_slice::<Chain>(&options.to_vec(&chain(240)).unwrap()).unwrap_err();
    assert!(error.to_string().contains("`Limits::replays` raises it"), "{error}");
}
