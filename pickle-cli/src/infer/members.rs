//! Writes enums for the members of an `enum.Enum`.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::class::{Class, Constant};
use super::names::{self, Names};

/// The enum for a class of which only members were seen.
#[must_use]
pub fn write(name: &Ident, class: &Class) -> TokenStream {
    let by_name = !class.members.is_empty();
    let path = class.path();
    let docs = if by_name {
        vec![format!(" Python's enum `{path}`.")]
    } else {
        vec![
            format!(" Python's `{path}`, by all appearances an enum."),
            " Its members are named here by their values.".to_owned(),
        ]
    };
    let module = &class.module;
    let other_name =
        (*name != class.name).then_some(&class.name).map(|name| quote!(, name = #name));
    let style = if by_name { quote!(enum = "name") } else { quote!(enum) };
    let is_number = matches!(class.constants.first(), Some(Constant::Int(_))) && !by_name;
    let (copy, held) =
        if is_number { (quote!(Copy,), quote!(i64)) } else { (quote!(), quote!(String)) };
    let mut names = Names::default();
    let other = names.pick(["Other".to_owned()]);
    let variants: Vec<_> = if by_name {
        class.members.iter().map(|member| named(member, &mut names)).collect()
    } else {
        class.constants.iter().map(|constant| valued(constant, &mut names)).collect()
    };
    quote! {
        #(#[doc = #docs])*
        #[derive(Debug, Clone, #copy PartialEq, Eq, PartialOrd, Ord, Hash, Reduce)]
        #[reduce(module = #module #other_name, #style)]
        pub enum #name {
            #(#variants,)*
            /// A member that was not found.
            #[reduce(other)]
            #other(#held),
        }
    }
}

fn named(member: &str, names: &mut Names) -> TokenStream {
    let name = names.pick([names::variant(member)]);
    quote!(#[reduce(name = #member)] #name)
}

fn valued(constant: &Constant, names: &mut Names) -> TokenStream {
    match constant {
        Constant::Int(value) => {
            let sign = if *value < 0 { "Minus" } else { "" };
            let name = names.pick([format!("Value{sign}{}", value.unsigned_abs())]);
            let value = Literal::i64_unsuffixed(*value);
            quote!(#[reduce(value = #value)] #name)
        }
        Constant::Str(value) => {
            let name = names.pick([names::variant(value)]);
            quote!(#[reduce(value = #value)] #name)
        }
    }
}
