//! A class whose constructor changed: old pickles load, new ones are written.
//!
//! Long ago it was `Config("theme", "dark")`, one setting each. Today it is `Config({…})`. The
//! tutorial this follows tells the two apart by `value is not None` and so loses data: what was
//! `Config({"proxy": None})` comes back as `{"value": "proxy"}`. Here the number of arguments
//! decides, and only the new form is written, so nothing is lost.

use std::collections::BTreeMap;

use pickle_core::{Kind, Loader, Reconstruct, Reduce, Saver};
use pickle_examples::{Result, ask_python};

// The first `ctor` is for the argument list of today, which the fields marked `ctor` spell out. The
// others are tried in turn when that one does not fit; their parameters say what they take.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "tutorial", ctor = Config::new, ctor = Config::with_one_setting)]
struct Config {
    #[reduce(ctor)]
    settings: BTreeMap<String, Setting>,
}

impl Config {
    fn new(settings: BTreeMap<String, Setting>) -> Config {
        Config { settings }
    }

    fn with_one_setting(name: String, value: Setting) -> Config {
        Config::new(BTreeMap::from([(name, value)]))
    }
}

/// The value of a setting: any of a few plain types, so it is no class of its own in Python. That is
/// what writing the two traits by hand is for.
#[derive(Debug, PartialEq)]
enum Setting {
    None,
    Flag(bool),
    Number(i64),
    Text(String),
}

impl Reduce for Setting {
    fn reduce(&self, saver: &mut Saver<'_>) -> pickle_core::Result<()> {
        match self {
            Setting::None => saver.save(&()),
            Setting::Flag(flag) => saver.save(flag),
            Setting::Number(number) => saver.save(number),
            Setting::Text(text) => saver.save(text),
        }
    }
}

impl<'de> Reconstruct<'de> for Setting {
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> pickle_core::Result<Setting> {
        match loader.peek()? {
            Kind::None => loader.load().map(|()| Setting::None),
            Kind::Bool => loader.load().map(Setting::Flag),
            Kind::Int => loader.load().map(Setting::Number),
            Kind::Str => loader.load().map(Setting::Text),
            _ => Err(loader.mismatch("None, a bool, an int or a str")),
        }
    }
}

fn main() -> Result {
    // What programs of long ago left behind: protocol 0, which is text, and two arguments.
    let old = b"ctutorial\nConfig\n(Vproxy\nNtR.";
    let config: Config = pickle_core::from_slice(old)?;
    println!("Rust    the old pickle {} holds {config:?}", old.escape_ascii());
    assert_eq!(config, Config::with_one_setting("proxy".into(), Setting::None));

    let mut settings = config.settings;
    settings.insert("theme".into(), Setting::Text("dark".into()));
    settings.insert("timeout".into(), Setting::Number(30));
    let config = Config::new(settings);
    println!("Rust    {} settings now", config.settings.len());

    let ours = pickle_core::to_vec(&config)?;
    let theirs = ask_python(
        &ours,
        r#"
config = pickle.loads(ours)
print(config)
config.settings["debug"] = True
del config.settings["timeout"]
theirs = pickle.dumps(config)
"#,
        "config.pkl",
    )?;

    let back: Config = pickle_core::from_slice(&theirs)?;
    println!("Rust    {back:?}");
    assert_eq!(back.settings.get("proxy"), Some(&Setting::None));
    assert_eq!(back.settings.get("debug"), Some(&Setting::Flag(true)));
    assert_eq!(back.settings.len(), 3);
    Ok(())
}
