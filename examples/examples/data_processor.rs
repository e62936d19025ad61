//! Constructor, arguments and state, and a cache that stays at home.
//!
//! In Python, the reducer returns three things, `(DataProcessor, (p.name,), {"name": p.name})`: what
//! to call, with what, and what `__setstate__` gets. (There may be up to six, the others being list
//! items, dict items and a setter for the state; or a single string, the name of a global. The
//! tutorial this follows knows only the first two.)

use std::collections::HashMap;

use pickle_core::Reduce;
use pickle_examples::{Result, ask_python};

#[derive(Debug, Reduce)]
#[reduce(module = "tutorial")]
struct DataProcessor {
    // `ctor` makes it an argument. `state` hands it to `__setstate__` too: this class wants it there.
    #[reduce(ctor, state)]
    name: String,
    // Not in the pickle. Loading makes it anew, with `Default`.
    #[reduce(skip)]
    cache: HashMap<String, String>,
}

impl DataProcessor {
    fn process(&mut self, item: &str) -> &str {
        self.cache.entry(item.to_owned()).or_insert_with(|| item.to_uppercase())
    }
}

fn main() -> Result {
    let mut processor = DataProcessor { name: "shout".into(), cache: HashMap::new() };
    processor.process("hello");
    processor.process("world");
    println!("Rust    {} has {} cached items", processor.name, processor.cache.len());

    let ours = pickle_core::to_vec(&processor)?;
    let theirs = ask_python(
        &ours,
        r#"
processor = pickle.loads(ours)
print("%r starts with an empty cache" % processor)
processor.process("spam")
print("%r after some work" % processor)
processor.name = "whisper"
theirs = pickle.dumps(processor)
"#,
        "data_processor.pkl",
    )?;

    let back: DataProcessor = pickle_core::from_slice(&theirs)?;
    println!("Rust    {} has {} cached items", back.name, back.cache.len());
    assert_eq!(back.name, "whisper");
    assert!(back.cache.is_empty());
    Ok(())
}
