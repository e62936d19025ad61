//! Any pickle as JSON or MessagePack, and JSON as a pickle: `to_json [FILE]`.
//!
//! With a file, prints it as JSON, whatever its classes are: none of their code is needed, and none
//! is run. Without one, Python writes a pickle of its own objects; a program that knows nothing of
//! Python works on their JSON, and Python takes the result.

use pickle_core::{Graph, Value};
use pickle_examples::{Result, ask_python};
use serde_json::{Value as Json, json};

const ORDERS: &str = r#"
from datetime import date
from decimal import Decimal
from shop import Customer, Order

customer = Customer("Ada", tags={"vip"})
orders = [
    Order(1, customer, Decimal("19.90"), date(2024, 2, 29)),
    Order(2, customer, Decimal("5.00"), date(2024, 3, 1)),
]
theirs = pickle.dumps(orders, 2)
"#;

const SUMMARY: &str = r#"
summary = pickle.loads(ours)
print("{customers[0]} ordered {count} times, for {total:.2f}".format(**summary))
"#;

fn main() -> Result {
    if let Some(file) = std::env::args_os().nth(1) {
        let pickle = std::fs::read(file)?;
        println!("{}", serde_json::to_string_pretty(&Graph::from_slice(&pickle)?)?);
        return Ok(());
    }

    // Both orders have the same customer. JSON has no identity: it is written twice.
    let pickle = ask_python(&[], ORDERS, "to_json.pkl")?;
    let orders = Graph::from_slice(&pickle)?;
    println!("Rust    {}", serde_json::to_string(&orders)?);
    let packed = rmp_serde::to_vec(&orders)?;
    println!("Rust    {} bytes as a pickle, {} as MessagePack", pickle.len(), packed.len());

    // Only what is wanted: a place in the pickle is as good as the whole.
    let first = orders.root().at("[0].customer.name")?;
    println!("Rust    the first customer is {}", serde_json::to_string(&first)?);

    let orders = serde_json::to_value(&orders)?;
    let summary = summarize(&orders).ok_or("found no orders in the JSON")?;
    println!("Rust    {summary}");

    // And back: a list is a list and an object a dict.
    let summary: Value = serde_json::from_value(summary)?;
    ask_python(&pickle_core::to_vec(&summary)?, SUMMARY, "to_json_summary.pkl")?;
    Ok(())
}

/// What a program for JSON does: an instance is its `class`, the arguments `args` of its constructor
/// and its `state`.
fn summarize(orders: &Json) -> Option<Json> {
    let mut total = 0.0;
    let mut customers = Vec::new();
    let orders = orders.as_array()?;
    for order in orders {
        let order = order.get("state")?;
        let price = order.get("price")?.get("args")?.get(0)?.as_str()?;
        total += price.parse::<f64>().ok()?;
        let name = order.get("customer")?.get("state")?.get("name")?;
        if !customers.contains(name) {
            customers.push(name.clone());
        }
    }
    Some(json!({"count": orders.len(), "total": total, "customers": customers}))
}
