//! The Python side of Rust types, generated: dataclasses that pickle as the types do.

use std::collections::{BTreeMap, HashMap};
use std::fs;

use pickle_core::python::Modules;
use pickle_core::types::Date;
use pickle_core::{PythonType, Reduce};
use pickle_examples::{Result, ask_python};

/// A place on the map.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Reduce, PythonType)]
#[reduce(module = "trails")]
struct Place {
    #[reduce(ctor)]
    name: String,
    /// Metres above the sea.
    #[reduce(ctor)]
    height: i32,
}

/// How hard it is.
#[derive(Debug, Clone, PartialEq, Default, Reduce, PythonType)]
#[reduce(module = "trails", enum, rename_all = "UPPERCASE")]
enum Grade {
    #[default]
    Easy = 1,
    Hard,
}

/// A walk from place to place.
#[derive(Debug, Clone, PartialEq, Reduce, PythonType)]
#[reduce(module = "trails")]
struct Trail {
    places: Vec<Place>,
    #[reduce(default)]
    grade: Grade,
    /// The days on which somebody walked it, and who.
    #[reduce(default)]
    log: BTreeMap<Date, Vec<String>>,
    #[reduce(skip)]
    heights: HashMap<Place, i32>,
}

impl Trail {
    fn climb(&self) -> i32 {
        let pairs = self.places.iter().zip(self.places.iter().skip(1));
        pairs.map(|(from, to)| (to.height - from.height).max(0)).sum()
    }
}

fn main() -> Result {
    let modules = Modules::of::<Trail>();
    println!("trails.py, as `Modules::of::<Trail>()` writes it:\n");
    print!("{}", modules.source("trails")?);
    let folder = std::env::temp_dir().join(format!("pickle-trails-{}", std::process::id()));
    modules.write_to(&folder)?;

    let place = |name: &str, height| Place { name: name.to_owned(), height };
    let trail = Trail {
        places: vec![place("Hut", 900), place("Pass", 1700), place("Lake", 1500)],
        grade: Grade::Hard,
        log: BTreeMap::from([(
            Date::new(2024, 6, 30).ok_or("no such day")?,
            vec!["Ada".to_owned()],
        )]),
        heights: HashMap::new(),
    };
    println!("\nRust    {} m up", trail.climb());

    let code = format!(
        r#"
sys.path.insert(0, {folder:?})
import trails

trail = pickle.loads(ours)
print(trail)
trail.places.append(trails.Place("Peak", height=2400))
trail.log.clear()
theirs = pickle.dumps([trail, trails.Trail([])])
"#
    );
    let theirs = ask_python(&pickle_core::to_vec(&trail)?, &code, "python_module.pkl")?;
    let trails: Vec<Trail> = pickle_core::from_slice(&theirs)?;
    for trail in &trails {
        println!("Rust    {trail:?}, {} m up", trail.climb());
    }
    fs::remove_dir_all(&folder)?;
    Ok(())
}
