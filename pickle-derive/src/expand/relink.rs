//! Filling cells that were left vacant: `Reconstruct::relink`, the same walk as reading.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::reduce::bindings;
use super::{at, is_overridable, is_plain, transparent};
use crate::ast::{Body, Field, Input, Items, Record, Variant};

/// The method, unless that of the trait does: it passes over a value without cells.
pub(super) fn method(input: &Input<'_>) -> TokenStream {
    let may_hold_cells = |record: &&Record<'_>| record.fields.iter().any(is_visited);
    // What was changed on the way is no longer what the pickle has.
    let is_other = input.attrs.members.is_some() || input.attrs.migrate.is_some();
    if is_other || !input.records().iter().any(may_hold_cells) {
        return TokenStream::new();
    }
    let body = match transparent(input) {
        Some((_, field)) => {
            let (ty, member) = (field.ty, &field.member);
            quote_spanned! {at(field.span)=>
                <#ty as __pickle::Reconstruct<'__de>>::relink(&self.#member, __loader)
            }
        }
        None => objects(input),
    };
    // What the registry wrote has another form. Made again and dropped, it is passed over.
    let overridden = is_overridable(input).then(|| {
        quote! {
            if let __pickle::private::std::option::Option::Some(__result) =
                __loader.overridden::<Self>()
            {
                return __result.map(__pickle::private::std::mem::drop);
            }
        }
    });
    quote! {
        fn relink<__L: __pickle::Loader<'__de>>(
            &self,
            __loader: &mut __L,
        ) -> __pickle::Result<()> {
            #overridden
            #body
        }
    }
}

/// Whether there may be cells in the field.
fn is_visited(field: &Field<'_>) -> bool {
    field.is_written() && field.attrs.with.is_none() && !is_plain(field.ty)
}

fn objects(input: &Input<'_>) -> TokenStream {
    match &input.body {
        Body::Struct(record) => {
            let bindings = visited_bindings(record);
            let walk = walk(input, record);
            quote! {
                let Self { #bindings } = self;
                let mut __object = __loader.begin_object(&__CLASS)?;
                #walk
                __loader.end_object(__object)
            }
        }
        Body::Enum(variants) => {
            let known = variants.iter().filter_map(|variant| Some((variant.index?, variant)));
            let arms = known.map(|(index, variant)| {
                let ident = variant.ident;
                let bindings = visited_bindings(&variant.record);
                let walk = walk(input, &variant.record);
                quote!((#index, Self::#ident { #bindings }) => { #walk })
            });
            // A hook may have made another variant of it.
            let begin = match other(variants) {
                None => quote!(__loader.begin_variant(&__CLASSES)?),
                Some(other) => quote! {
                    match __loader.find_variant(&__CLASSES)? {
                        __pickle::private::std::option::Option::Some(__found) => __found,
                        __pickle::private::std::option::Option::None => return #other,
                    }
                },
            };
            quote! {
                let (__variant, mut __object) = #begin;
                match (__variant, self) {
                    #(#arms)*
                    _ => __pickle::private::skip_parts(__loader, &mut __object)?,
                }
                __loader.end_object(__object)
            }
        }
    }
}

/// What is done about a value of another class.
fn other(variants: &[Variant<'_>]) -> Option<TokenStream> {
    let other = variants.iter().find(|variant| variant.attrs.other.is_some())?;
    let ident = other.ident;
    Some(match other.held().filter(|field| is_visited(field)) {
        None => quote!(__loader.skip()),
        Some(field) => {
            let (ty, var) = (field.ty, &field.var);
            let visit = quote_spanned! {at(field.span)=>
                <#ty as __pickle::Reconstruct<'__de>>::relink(#var, __loader)
            };
            quote! {
                match self {
                    Self::#ident(#var) => #visit,
                    _ => __loader.skip(),
                }
            }
        }
    })
}

/// The pattern for the fields that are visited.
fn visited_bindings(record: &Record<'_>) -> TokenStream {
    if record.fields.iter().all(is_visited) {
        return bindings(record);
    }
    let visited = record.fields.iter().filter(|field| is_visited(field)).map(|field| {
        let (member, var) = (&field.member, &field.var);
        quote!(#member: #var)
    });
    quote!(#(#visited,)* ..)
}

/// The parts of one object.
fn walk(input: &Input<'_>, record: &Record<'_>) -> TokenStream {
    let has_cells = record.fields.iter().any(is_visited);
    if !has_cells || record.all_args().is_some() {
        // Arguments of a whole tuple were consumed by the constructor.
        return quote!(__pickle::private::skip_parts(__loader, &mut __object)?;);
    }
    let wholes = wholes(record);
    if input.attrs.getstate.is_some() {
        // What `setstate` made of the state is its own affair.
        return quote! {
            #wholes
            __pickle::private::skip_parts(__loader, &mut __object)?;
        };
    }
    let arguments = record.is_called().then(|| arguments(record));
    let attributes = named(record, &quote!(next_attribute));
    let attributes = if record.is_called() && !record.has_state() {
        quote!(if __found == 0 { #attributes })
    } else {
        attributes
    };
    quote!(#arguments #wholes #attributes)
}

/// The parts that have names.
fn named(record: &Record<'_>, next: &TokenStream) -> TokenStream {
    let arms = record.attributes().filter(|(_, field)| is_visited(field)).map(|(index, field)| {
        let visit = visit(field);
        quote!(#index => #visit,)
    });
    quote! {
        while let __pickle::private::std::option::Option::Some(__index) =
            __loader.#next(&mut __object)?
        {
            match __index {
                #(#arms)*
                _ => __loader.skip()?,
            }
        }
    }
}

/// The parts that have none.
fn wholes(record: &Record<'_>) -> TokenStream {
    let wholes = record.wholes().filter(|field| is_visited(field)).map(|field| {
        let (ty, var, span) = (field.ty, &field.var, at(field.span));
        match field.role.items {
            Some(Items::List) => quote_spanned! {span=>
                __pickle::private::relink_list_items(#var, __loader, &mut __object)?;
            },
            Some(Items::Dict) => quote_spanned! {span=>
                __pickle::private::relink_dict_items(#var, __loader, &mut __object)?;
            },
            None => quote_spanned! {span=>
                __loader.in_base(&mut __object, |__loader: &mut __L| {
                    <#ty as __pickle::Reconstruct<'__de>>::relink(#var, __loader)
                })?;
            },
        }
    });
    quote!(#(#wholes)*)
}

fn arguments(record: &Record<'_>) -> TokenStream {
    let count = record.args().count();
    let visits = record.args().map(|field| {
        let visit = if is_visited(field) { visit(field) } else { quote!(__loader.skip()?) };
        quote! {
            __loader.next_arg(&mut __object)?;
            #visit;
        }
    });
    let end = if record.keywords().next().is_some() {
        let keywords = named(record, &quote!(next_keyword));
        quote!(__loader.begin_keywords(&mut __object)?; #keywords)
    } else {
        quote!(__loader.end_args(&mut __object)?;)
    };
    quote! {
        let __found = __loader.begin_args(&mut __object, #count)?;
        if __found == #count {
            #(#visits)*
        } else {
            // The argument list of an older constructor.
            for _ in 0..__found {
                __loader.next_arg(&mut __object)?;
                __loader.skip()?;
            }
        }
        #end
    }
}

fn visit(field: &Field<'_>) -> TokenStream {
    let (ty, var) = (field.ty, &field.var);
    quote_spanned! {at(field.span)=>
        <#ty as __pickle::Reconstruct<'__de>>::relink(#var, __loader)?
    }
}
