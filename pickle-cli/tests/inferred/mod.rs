//! What `pickle infer` wrote for each of the samples.

use std::path::Path;

use pickle_core::Protocol;

use crate::rewrite;

macro_rules! inferred {
    ($($name:ident)*) => {
        $(
            #[allow(unreachable_pub, reason = "it is written for a library")]
            #[rustfmt::skip]
            mod $name;
        )*

        /// The names of the samples, and the source for them.
        pub(crate) const SOURCES: &[(&str, &str)] = &[
            $((stringify!($name), include_str!(concat!(stringify!($name), ".rs")))),*
        ];

        /// Reads each file of samples into one folder and writes what it holds into another.
        pub(crate) fn rewrite_each(from: &Path, to: &Path, protocol: Protocol) {
            $(rewrite::<$name::Root>(stringify!($name), from, to, protocol);)*
        }
    };
}

inferred! {
    attributes bases branches by_enum by_point classes collections containers corners cycle enums forms
    loops mixed names nested numbers numpy pack records reductions rows shapes shared slots standard
    unlike
}
