//! Structs that are dicts in Python, with the field names for keys.

/// Defines a struct that is written as a dict and read from one, as a user writes it by hand.
macro_rules! dict_record {
    ($(#[$meta:meta])* struct $name:ident $(<$($type:ident),*>)? { $($field:ident: $of:ty,)* }) => {
        $(#[$meta])*
        struct $name $(<$($type),*>)? { $($field: $of,)* }

        impl $(<$($type: Reduce),*>)? Reduce for $name $(<$($type),*>)? {
            fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
                const FIELDS: &[&str] = &[$(stringify!($field)),*];
                let mut dict = saver.begin_dict(FIELDS.len())?;
                $(saver.entry(&mut dict, stringify!($field), &self.$field)?;)*
                saver.end_dict(dict)
            }
        }

        impl<'de, $($($type: Reconstruct<'de>),*)?> Reconstruct<'de> for $name $(<$($type),*>)? {
            fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
                $(let mut $field = None;)*
                let mut entries = loader.begin_dict()?;
                while loader.next_key(&mut entries)? {
                    let key = loader.load_str()?;
                    loader.next_value(&mut entries)?;
                    match &*key {
                        $(stringify!($field) => $field = Some(loader.load()?),)*
                        _ => loader.skip()?,
                    }
                }
                let missing = |name| Error::custom(format!("found no key {name:?}"));
                Ok($name { $($field: $field.ok_or_else(|| missing(stringify!($field)))?,)* })
            }
        }
    };
}

pub(crate) use dict_record;
