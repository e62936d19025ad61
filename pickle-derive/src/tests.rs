//! What the derive writes, for one input of each form. `cargo insta review` shows a change.

use quote::quote;

/// The expansion, formatted.
fn expand(input: proc_macro2::TokenStream) -> String {
    let expansion = crate::derive(input);
    let file = syn::parse2(expansion.clone());
    file.map_or_else(|error| format!("{error}\n{expansion}"), |file| prettyplease::unparse(&file))
}

macro_rules! snapshots {
    ($($name:ident: { $($input:tt)* })*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(expand(quote!($($input)*)));
        }
    )*};
}

snapshots! {
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
