//! What the derive writes, for one input of each form. `cargo insta review` shows a change.

use quote::quote;

/// The expansion, formatted.
fn expand(expansion: proc_macro2::TokenStream) -> String {
    let file = syn::parse2(expansion.clone());
    file.map_or_else(|error| format!("{error}\n{expansion}"), |file| prettyplease::unparse(&file))
}

macro_rules! snapshots {
    ($derive:ident; $($name:ident: { $($input:tt)* })*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(expand(crate::$derive(quote!($($input)*))));
        }
    )*};
}

snapshots! {
    derive;
    numbers: {
        #[reduce(module = "shapes")]
        struct Point { x: f64, y: f64 }
    }
    attributes: {
        #[reduce(module = "shapes", rename_all = "camelCase", deny_unknown, alias = "old.Way")]
        struct Path {
            points: Vec<Point>,
            #[reduce(rename = "n", alias = "count", default)]
            len: u64,
            #[reduce(skip_if = String::is_empty, default = String::new)]
            drawn_by: String,
            #[reduce(with = dates)]
            date: Date,
            #[reduce(skip, default = 1.5)]
            scale: f64,
        }
    }
    default_module: {
        struct Empty {}
    }
    unit: {
        #[reduce(module = "m", name = "Outer.Nothing")]
        struct Unit;
    }
    tuple: {
        #[reduce(module = "m", new)]
        struct Fraction(i64, i64);
    }
    constructors: {
        #[reduce(module = "m", ctor = Config::new, ctor = Config::older, after = Config::check)]
        struct Config {
            #[reduce(ctor)]
            host: String,
            #[reduce(ctor, state)]
            port: u16,
            retries: u8,
            #[reduce(skip)]
            cache: Cache,
        }
    }
    whole_arguments: {
        #[reduce(module = "m")]
        struct Vector {
            #[reduce(args)]
            coords: (f64, f64),
            label: String,
        }
    }
    state_value: {
        #[reduce(module = "m", getstate = Stack::state, setstate = Stack::set_state)]
        struct Stack {
            items: Vec<u8>,
            #[reduce(default = 9)]
            limit: u8,
        }
    }
    slots: {
        #[reduce(module = "m", state = "slots")]
        struct Pixel { x: u8, #[reduce(skip_if = is_zero, default)] y: u8 }
    }
    list_of_values: {
        #[reduce(module = "m", state = "list")]
        struct Frozen { #[reduce(ctor)] x: u8, y: Vec<u8>, z: u8 }
    }
    tuple_by_setter: {
        #[reduce(module = "m", init, state = "tuple", state_setter = "m.fill")]
        struct Pair { x: u8, y: Vec<u8> }
    }
    items: {
        #[reduce(module = "m")]
        struct Both {
            #[reduce(dictitems)]
            entries: HashMap<String, Vec<u8>>,
            #[reduce(listitems)]
            items: Vec<Option<u8>>,
            #[reduce(ctor)]
            name: String,
            label: String,
        }
    }
    keywords: {
        #[reduce(module = "m", new, ctor = Colour::new)]
        struct Colour {
            #[reduce(ctor)]
            name: String,
            #[reduce(kw, skip_if = is_opaque, default = 255)]
            alpha: u8,
            #[reduce(kw, state)]
            depth: Vec<u8>,
        }
    }
    bases: {
        #[reduce(module = "m", deny_unknown)]
        struct Dog<B> {
            #[reduce(flatten)]
            pet: B,
            #[reduce(flatten)]
            named: Named,
            tricks: Vec<String>,
        }
    }
    dict: {
        #[reduce(dict, rename_all = "camelCase")]
        struct Row {
            user_id: u32,
            #[reduce(alias = "n")]
            name: String,
        }
    }
    transparent: {
        #[reduce(transparent)]
        struct Metres<T>(T, #[reduce(skip)] PhantomData<T>);
    }
    variants: {
        #[reduce(module = "m", alias = "old.Shape")]
        enum Shape {
            Empty,
            Disc { #[reduce(ctor)] radius: f64, label: String },
            #[reduce(name = "Sq", alias = "Box")]
            Square(f64),
        }
    }
    members_by_value: {
        #[reduce(module = "m", enum, rename_all = "UPPERCASE", alias = "old.Colour")]
        enum Colour {
            Red = 1,
            #[reduce(alias = "LIME")]
            Green,
            #[reduce(value = "b", name = "BLEU")]
            Blue,
            #[reduce(other)]
            Mixed(u32),
        }
    }
    members_by_name: {
        #[reduce(module = "m", enum = "name")]
        enum Compass { North, South, #[reduce(other)] Elsewhere }
    }
    variants_for_others: {
        #[reduce(module = "m")]
        enum Shape { Disc(f64), #[reduce(other)] Unknown(Value) }
    }
    migration: {
        #[reduce(module = "m", migrate = Account::migrate, after = Account::check)]
        struct Account { units: i64 }
    }
    generics: {
        #[reduce(module = "m", crate = crate::pickles)]
        struct Node<'a, T: Clone, U, const N: usize>
        where
            U: Iterator,
        {
            value: T,
            item: U::Item,
            text: &'a str,
            children: Vec<Node<'a, T, U, N>>,
            #[reduce(skip)]
            last: U,
        }
    }
    bounds: {
        #[reduce(module = "m", bound = "T: Both")]
        struct Wrapper<T> { value: T }
    }
    errors: {
        #[reduce(modul = "m")]
        struct Wrapper<'a, T: 'a> { #[reduce(skip, ctor)] value: &'a T }
    }
}

snapshots! {
    python_type;
    python_class: {
        /// A colour.
        ///
        /// Of paint.
        #[reduce(module = "m", new, crate = crate::pickles)]
        struct Colour<T> {
            /// What it is called.
            #[reduce(ctor)]
            name: T,
            #[reduce(kw, default = 255)]
            alpha: u8,
            #[reduce(with = dates)]
            day: Date,
            #[reduce(with = dates, hint = "datetime.date")]
            date: Date,
            #[reduce(skip)]
            cache: Cache,
        }
    }
    python_parts: {
        #[reduce(state = "slots", state_setter = "m.fill", init)]
        struct Stack {
            #[reduce(listitems)]
            items: Vec<u8>,
            #[reduce(flatten)]
            base: Base,
            #[reduce(default)]
            label: String,
        }
    }
    python_state_value: {
        #[reduce(module = "m", getstate = Stack::state, setstate = Stack::set_state)]
        struct Stack { items: Vec<u8> }
    }
    python_variants: {
        /// What can be drawn.
        #[reduce(module = "m")]
        enum Shape { Empty, /** Round. */ Disc(f64), #[reduce(other)] Unknown(Value) }
    }
    python_members: {
        #[reduce(module = "m", enum = "name", rename_all = "UPPERCASE")]
        enum Colour { Red = 1, #[reduce(value = "b")] Blue, #[reduce(other)] Mixed(String) }
    }
    python_transparent: {
        #[reduce(transparent)]
        struct Metres<T>(T);
    }
    python_errors: {
        #[reduce(modul = "m")]
        struct Wrapper<T> { value: T }
    }
}
