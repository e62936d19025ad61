//! A reducer for a type one does not own, from the outside: what `copyreg.pickle` is for.
//!
//! `Uuid` comes from another crate, which knows nothing of pickles; `uuid.UUID` comes with Python.

use pickle_core::{Class, PickleOptions, Reduce, Registry, UnpickleOptions};
use pickle_examples::{Result, ask_python};
use uuid::Uuid;

// What must be importable on the other side is the *callable* of the reduction. Registering makes
// nothing portable by itself, so the registry names it.
static UUID: Class = Class::new("uuid", "UUID");

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "orders")]
struct Order {
    #[reduce(with = pickle_core::registered)]
    id: Uuid,
    item: String,
}

fn main() -> Result {
    // There is no global table: who pickles passes the registry in.
    let mut registry = Registry::new();
    registry.register(
        &UUID,
        |id: &Uuid| (id.simple().to_string(),),
        |(digits,): (String,)| Uuid::parse_str(&digits),
    );
    // The *exact* type counts, in Python too: a subclass of `UUID` does not inherit the reducer, and
    // here neither `Order`, which has one of its own, nor `uuid::NonNilUuid` would.
    println!("Rust    knows Uuid: {}", registry.knows::<Uuid>());
    println!("Rust    knows NonNilUuid: {}", registry.knows::<uuid::NonNilUuid>());

    let order = Order { id: Uuid::from_u128(0x1234_5678), item: "spam".into() };
    println!("Rust    {order:?}");
    let error = pickle_core::to_vec(&order).err().ok_or("pickled without a registry")?;
    println!("Rust    without the registry: {error}");

    let ours = PickleOptions::new().registry(&registry).to_vec(&order)?;
    let theirs = ask_python(
        &ours,
        r#"
import copyreg, uuid
copyreg.pickle(uuid.UUID, lambda id: (uuid.UUID, (id.hex,)))
order = pickle.loads(ours)
print("%r: %r" % (order.id, order.item))
order.id = uuid.UUID(int=order.id.int + 1)
theirs = pickle.dumps(order)
"#,
        "registry.pkl",
    )?;

    let back: Order = UnpickleOptions::new().registry(&registry).from_slice(&theirs)?;
    println!("Rust    {back:?}");
    assert_eq!(back.id, Uuid::from_u128(0x1234_5679));
    Ok(())
}
