//! Reading: the body of `Reconstruct::reconstruct`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ExprPath;
use syn::spanned::Spanned;

use super::{at, default, hierarchy, hints, lane, members, transparent};
use crate::ast::{Arg, Body, Field, Input, Items, Record, Variant};

pub(super) fn body(input: &Input<'_>) -> TokenStream {
    let value = match transparent(input) {
        Some((record, field)) => hints::delegate(record, field),
        None => match &input.body {
            Body::Struct(record) => {
                let lane = lane(input).map(|_| hints::take_lane());
                let object = alternatives(input, record);
                quote!(#lane #object)
            }
            Body::Enum(variants) => match input.attrs.members {
                Some((spelling, _)) => members::reconstruct(input, variants, spelling),
                None => self::variants(input, variants),
            },
        },
    };
    let migrate = migrate(input);
    match &input.attrs.after {
        None => quote!(#migrate #value),
        Some(after) => {
            // A closure, because the value has `?` and early returns of its own.
            let outcome = hook(after, &quote!());
            quote! {
                #migrate
                let mut __value: Self = (|__loader: &mut __L| -> __pickle::Result<Self> {
                    #value
                })(__loader)?;
                #outcome
                __pickle::private::std::result::Result::Ok(__value)
            }
        }
    }
}

/// The step over older generations, after which the object is read from the beginning.
fn migrate(input: &Input<'_>) -> Option<TokenStream> {
    let path = input.attrs.migrate.as_ref()?;
    let classes = match &input.body {
        Body::Struct(_) => quote!(__pickle::private::std::slice::from_ref(&__CLASS)),
        Body::Enum(_) => quote!(&__CLASSES),
    };
    // What it takes and returns has names that point at the path: an error is shown there.
    let object = quote_spanned!(at(path.span())=> __object);
    let outcome = quote_spanned!(at(path.span())=> __outcome);
    let checked = quote_spanned! {at(path.span())=>
        __pickle::private::IntoConstructed::<()>::into_constructed(#outcome)
    };
    Some(quote! {
        let __migrated = __pickle::private::migrate(
            __loader,
            #classes,
            |#object: &mut __pickle::Object| {
                let #outcome = #path(#object);
                #checked
            },
        )?;
        if let __pickle::private::std::option::Option::Some(__value) = __migrated {
            return __pickle::private::std::result::Result::Ok(__value);
        }
    })
}

/// An enum with a class for each variant.
fn variants(input: &Input<'_>, variants: &[Variant<'_>]) -> TokenStream {
    let known = variants.iter().filter_map(|variant| Some((variant.index?, variant)));
    let arms = known.map(|(index, variant)| {
        let ident = variant.ident;
        let class = quote!(&__CLASSES[#index]);
        let cx = Cx { input, record: &variant.record, class, path: quote!(Self::#ident) };
        let object = cx.object(Maker::Literal);
        quote!(#index => { #object })
    });
    let begin = match members::other_class(variants) {
        None => quote!(__loader.begin_variant(&__CLASSES)?),
        Some(other) => quote! {
            match __loader.find_variant(&__CLASSES)? {
                __pickle::private::std::option::Option::Some(__found) => __found,
                __pickle::private::std::option::Option::None => return #other,
            }
        },
    };
    let expected = &input.name;
    quote! {
        let (__variant, mut __object) = #begin;
        match __variant {
            #(#arms)*
            _ => __pickle::private::std::result::Result::Err(__loader.mismatch(#expected)),
        }
    }
}

/// A struct by its constructors, each of which starts over from the whole object.
fn alternatives(input: &Input<'_>, record: &Record<'_>) -> TokenStream {
    let cx = Cx { input, record, class: quote!(&__CLASS), path: quote!(Self) };
    let begin = quote!(let mut __object = __loader.begin_object(&__CLASS)?;);
    let mut ctors = input.attrs.ctors.iter();
    let first = cx.object(ctors.next().map_or(Maker::Literal, Maker::Function));
    let first = quote!(#begin #first);
    let older: Vec<_> = ctors.map(|path| cx.object(Maker::Older(path))).collect();
    let Some(last) = older.last() else { return first };
    let last = quote!(#begin #last);
    // The last one stands alone, and each one before it wraps what comes after.
    let rest = older.iter().rev().skip(1).map(|object| quote!(#begin #object));
    rest.chain([first]).fold(last, |second, first| {
        quote! {
            __loader.either(
                |__loader: &mut __L| -> __pickle::Result<Self> { #first },
                |__loader: &mut __L| -> __pickle::Result<Self> { #second },
            )
        }
    })
}

/// What makes the value of its parts.
#[derive(Clone, Copy)]
enum Maker<'a> {
    /// A struct expression.
    Literal,
    /// A function, called with the `ctor` fields.
    Function(&'a ExprPath),
    /// A function for an older argument list, whose types it tells itself.
    Older(&'a ExprPath),
}

/// One class being read.
struct Cx<'b, 'a> {
    input: &'b Input<'a>,
    record: &'b Record<'a>,
    class: TokenStream,
    /// What a struct expression begins with.
    path: TokenStream,
}

impl Cx<'_, '_> {
    /// From the beginning of `__object` to its end, and the value.
    fn object(&self, maker: Maker<'_>) -> TokenStream {
        let variables = self.variables(maker);
        let arguments = self.arguments(maker);
        let ambiguous = self.ambiguous();
        let wholes = self.wholes();
        let attributes = self.attributes(maker);
        let value = self.value(maker);
        let state = self.state_value();
        quote! {
            #variables
            #arguments
            #ambiguous
            #wholes
            #attributes
            #value
            #state
            __loader.end_object(__object)?;
            __pickle::private::std::result::Result::Ok(__value)
        }
    }

    /// Whether the field is read with this maker.
    fn is_read(field: &Field<'_>, maker: Maker<'_>) -> bool {
        match maker {
            Maker::Literal | Maker::Function(_) => field.role.is_named(),
            Maker::Older(_) => field.role.state,
        }
    }

    /// Whether the field is an argument first and is set again afterwards.
    fn is_set_again(field: &Field<'_>, maker: Maker<'_>) -> bool {
        matches!(maker, Maker::Function(_)) && field.role.state && field.role.arg != Arg::No
    }

    fn variables(&self, maker: Maker<'_>) -> TokenStream {
        let option = quote!(__pickle::private::std::option::Option);
        let fields = self.record.fields.iter().filter(|field| Self::is_read(field, maker));
        let variables = fields.map(|field| {
            let (var, late, ty) = (&field.var, &field.late, field.ty);
            let late = Self::is_set_again(field, maker)
                .then(|| quote!(let mut #late: #option<#ty> = #option::None;));
            quote!(let mut #var: #option<#ty> = #option::None; #late)
        });
        quote!(#(#variables)*)
    }

    /// Whether the arguments are looked at. Attributes follow an empty list without it.
    fn has_arguments(&self) -> bool {
        self.record.is_called()
            || self.input.attrs.getstate.is_some()
            || self.record.fields.iter().any(|field| field.role.items.is_some())
    }

    /// Whether attributes may carry what the arguments do not.
    fn may_be_attributes(&self) -> bool {
        self.record.is_called()
            && self.input.attrs.getstate.is_none()
            && (self.record.all_args().is_some() || !self.record.is_positional())
    }

    fn arguments(&self, maker: Maker<'_>) -> TokenStream {
        if let Maker::Older(path) = maker {
            return quote! {
                let __found =
                    __loader.begin_args(&mut __object, __pickle::private::arity(&#path))?;
                let __outcome =
                    __pickle::private::construct(&#path, __loader, &mut __object, __found)?;
                __loader.end_args(&mut __object)?;
            };
        }
        if !self.has_arguments() {
            return TokenStream::new();
        }
        let some = quote!(__pickle::private::std::option::Option::Some);
        let (count, loads) = match self.record.all_args() {
            Some(field) => {
                let (ty, var) = (field.ty, &field.var);
                let arguments =
                    quote_spanned!(at(field.span)=> <#ty as __pickle::Arguments<'__de>>);
                let count = quote!(#arguments::COUNT);
                let load =
                    quote!(#var = #some(#arguments::load(__loader, &mut __object, __found)?););
                (count, load)
            }
            None => {
                let count = self.record.args().count();
                let loads = self.record.args().map(|field| {
                    let (var, load) = (&field.var, load(field));
                    quote! {
                        __loader.next_arg(&mut __object)?;
                        #var = #some(#load);
                    }
                });
                (quote!(#count), quote!(#(#loads)*))
            }
        };
        let wrong = quote! {
            return __pickle::private::std::result::Result::Err(
                __pickle::private::wrong_arguments(__loader, __found, #count),
            );
        };
        let end = if self.record.keywords().next().is_some() {
            self.keywords()
        } else {
            quote!(__loader.end_args(&mut __object)?;)
        };
        let take = if !self.record.is_called() {
            quote!(if __found != #count { #wrong })
        } else if self.may_be_attributes() {
            quote! {
                if __found == #count {
                    #loads
                } else if __found != 0 {
                    #wrong
                }
            }
        } else {
            quote! {
                if __found != #count {
                    #wrong
                }
                #loads
            }
        };
        quote! {
            let __found = __loader.begin_args(&mut __object, #count)?;
            #take
            #end
        }
    }

    /// The arguments by keyword, which may be any that have a name.
    fn keywords(&self) -> TokenStream {
        let some = quote!(__pickle::private::std::option::Option::Some);
        let parameters =
            self.record.attributes().filter(|(_, field)| field.is_arg() || field.is_keyword());
        let arms = parameters.map(|(index, field)| {
            let assign = assign(field);
            quote!(#index => #assign,)
        });
        let class = &self.class;
        quote! {
            __loader.begin_keywords(&mut __object)?;
            while let #some(__index) = __loader.next_keyword(&mut __object)? {
                match __index {
                    #(#arms)*
                    _ => return __pickle::private::std::result::Result::Err(
                        __pickle::private::unknown_keyword(__loader, #class),
                    ),
                }
            }
        }
    }

    /// An attribute that several structs ask for can only be given to all of them by a loader that
    /// looks at it more than once.
    fn ambiguous(&self) -> Option<TokenStream> {
        self.record.bases().next()?;
        let hierarchy = hierarchy(self.record);
        Some(quote! {
            if const { !#hierarchy.is_unambiguous() } {
                __loader.general_only()?;
            }
        })
    }

    /// The parts without names: items, then bases.
    fn wholes(&self) -> TokenStream {
        let wholes = self.record.wholes().map(|field| {
            let (var, ty) = (&field.var, field.ty);
            let span = at(field.span);
            let load = match field.role.items {
                Some(Items::List) => quote_spanned! {span=>
                    __pickle::private::load_list_items(__loader, &mut __object)?
                },
                Some(Items::Dict) => quote_spanned! {span=>
                    __pickle::private::load_dict_items(__loader, &mut __object)?
                },
                None => quote_spanned! {span=>
                    <#ty as __pickle::private::Base>::load_base(__loader, &mut __object)?
                },
            };
            (field.role.items, quote!(let #var: #ty = #load;))
        });
        let mut wholes: Vec<_> = wholes.collect();
        wholes.sort_by_key(|(items, _)| match items {
            Some(Items::List) => 0,
            Some(Items::Dict) => 1,
            None => 2,
        });
        wholes.into_iter().map(|(_, load)| load).collect()
    }

    fn attributes(&self, maker: Maker<'_>) -> TokenStream {
        if self.input.attrs.getstate.is_some() {
            return TokenStream::new();
        }
        let some = quote!(__pickle::private::std::option::Option::Some);
        let fields = self.record.attributes().filter(|(_, field)| Self::is_read(field, maker));
        let arms: Vec<_> = fields
            .map(|(index, field)| {
                let (var, late, load) = (&field.var, &field.late, load(field));
                if Self::is_set_again(field, maker) {
                    return quote! {
                        #index => {
                            let __attribute = #some(#load);
                            if #var.is_none() { #var = __attribute; } else { #late = __attribute; }
                        }
                    };
                }
                let assign = assign(field);
                quote!(#index => #assign,)
            })
            .collect();
        let other = self.unknown_attribute();
        let next = quote!(__loader.next_attribute(&mut __object)?);
        let walk = if arms.is_empty() {
            quote!(while #next.is_some() { #other; })
        } else {
            quote! {
                while let #some(__index) = #next {
                    match __index {
                        #(#arms)*
                        _ => #other,
                    }
                }
            }
        };
        // Without a state of its own, the type has attributes only where they are the arguments.
        // `deny_unknown` wants to see whatever there is.
        let only_arguments = self.record.is_called()
            && self.record.state().next().is_none()
            && self.input.attrs.deny_unknown.is_none();
        match maker {
            Maker::Literal | Maker::Function(_) if only_arguments => {
                if self.may_be_attributes() {
                    quote!(if __found == 0 { #walk })
                } else {
                    TokenStream::new()
                }
            }
            Maker::Older(_) if only_arguments => TokenStream::new(),
            _ => walk,
        }
    }

    /// What is done about an attribute that is not one of the fields.
    fn unknown_attribute(&self) -> TokenStream {
        // One of a base that comes late is an attribute all the same.
        let late = self.record.bases().next().map(|_| quote!(__loader.general_only()?;));
        if self.input.attrs.deny_unknown.is_none() {
            return match late {
                Some(late) => quote!({ #late __loader.skip()?; }),
                None => quote!(__loader.skip()?),
            };
        }
        let class = &self.class;
        let refuse = quote! {
            return __pickle::private::std::result::Result::Err(
                __pickle::private::unknown_attribute(__loader, #class),
            )
        };
        let mut bases = self.record.bases().map(|field| field.ty).peekable();
        if bases.peek().is_none() {
            return refuse;
        }
        quote! {
            {
                #late
                let __name = __loader.attribute_name();
                if #(!<#bases as __pickle::private::Base>::has_attribute(&__name))&&* {
                    #refuse
                }
                __loader.skip()?
            }
        }
    }

    /// The value of a field from its variable.
    fn take(&self, field: &Field<'_>) -> TokenStream {
        let (var, class) = (&field.var, &self.class);
        if field.is_whole() {
            return quote!(#var);
        }
        let Some(index) = field.index else { return default(field).unwrap_or_default() };
        if let Some(default) = default(field) {
            return quote! {
                match #var {
                    __pickle::private::std::option::Option::Some(__value) => __value,
                    __pickle::private::std::option::Option::None => #default,
                }
            };
        }
        let absent = match &field.attrs.with {
            // What a module reads need not be `Reconstruct`.
            Some(_) => quote!(__pickle::private::std::option::Option::None),
            None => {
                let ty = field.ty;
                quote_spanned! {at(field.span)=>
                    <#ty as __pickle::Reconstruct<'__de>>::absent()
                }
            }
        };
        quote! {
            match #var {
                __pickle::private::std::option::Option::Some(__value) => __value,
                __pickle::private::std::option::Option::None => {
                    __pickle::private::require(#absent, __loader, #class, #index)?
                }
            }
        }
    }

    fn value(&self, maker: Maker<'_>) -> TokenStream {
        let made = match maker {
            Maker::Literal => {
                let path = &self.path;
                let members = self.record.fields.iter().map(|field| {
                    let (member, value) = (&field.member, self.take(field));
                    quote!(#member: #value)
                });
                let mutable = self.input.attrs.getstate.is_some().then(|| quote!(mut));
                return quote!(let #mutable __value = #path { #(#members),* };);
            }
            Maker::Function(path) => match self.record.all_args() {
                Some(field) => {
                    let value = self.take(field);
                    quote!(__pickle::private::Constructor::construct(&#path, #value))
                }
                None => {
                    // Each in a variable of its own, so that the compiler compares the types of
                    // function and fields, and not those of our calls.
                    let vars: Vec<_> = self.record.parameters().map(|field| &field.var).collect();
                    let values = self.record.parameters().map(|field| self.take(field));
                    quote!({
                        #(let #vars = #values;)*
                        #path(#(#vars),*)
                    })
                }
            },
            Maker::Older(_) => quote!(__outcome),
        };
        let sets = self.record.state().map(|field| {
            let member = &field.member;
            let var = if Self::is_set_again(field, maker) { &field.late } else { &field.var };
            quote! {
                if let __pickle::private::std::option::Option::Some(__set) = #var {
                    __value.#member = __set;
                }
            }
        });
        let wholes = self.record.wholes().map(|field| {
            let (member, var) = (&field.member, &field.var);
            quote!(__value.#member = #var;)
        });
        let is_set = self.record.state().next().is_some()
            || self.record.wholes().next().is_some()
            || self.input.attrs.getstate.is_some();
        let mutable = is_set.then(|| quote!(mut));
        let path = match maker {
            Maker::Function(path) | Maker::Older(path) => path.span(),
            Maker::Literal => proc_macro2::Span::call_site(),
        };
        let constructed = quote_spanned! {at(path)=>
            __pickle::private::constructed::<Self, __L>(__made, __loader)?
        };
        quote! {
            let __made = #made;
            let #mutable __value = #constructed;
            #(#wholes)*
            #(#sets)*
        }
    }

    /// The state as one value, handed to `setstate`.
    fn state_value(&self) -> TokenStream {
        let Some(setstate) = &self.input.attrs.setstate else { return TokenStream::new() };
        let set = hook(setstate, &quote!(, __state));
        quote! {
            if __loader.begin_state(&mut __object)? {
                let __state = __loader.load()?;
                #set
            }
        }
    }
}

/// A call of a function of the user's that changes the value, and may fail.
fn hook(path: &ExprPath, arguments: &TokenStream) -> TokenStream {
    // What it returns is bound to a name that points at the path: an error about it is shown there.
    let outcome = quote_spanned!(at(path.span())=> __outcome);
    let constructed = quote_spanned! {at(path.span())=>
        __pickle::private::constructed::<(), __L>(#outcome, __loader)?
    };
    quote! {
        let #outcome = #path(&mut __value #arguments);
        #constructed;
    }
}

/// An expression that reads the value of a field.
pub(super) fn load(field: &Field<'_>) -> TokenStream {
    match &field.attrs.with {
        Some(module) => quote_spanned!(at(module.span())=> #module::reconstruct(__loader)?),
        None => {
            let ty = field.ty;
            quote_spanned! {at(field.span)=>
                <#ty as __pickle::Reconstruct<'__de>>::reconstruct(__loader)?
            }
        }
    }
}

/// An expression that reads the value of a field whose name comes by itself.
fn assign(field: &Field<'_>) -> TokenStream {
    let (var, load) = (&field.var, load(field));
    let assign = quote!(#var = __pickle::private::std::option::Option::Some(#load));
    if field.attrs.aliases.is_empty() {
        return assign;
    }
    // A dict keeps the place of a key that comes again, so the name that comes last in a pickle need
    // not be the last in the dict.
    quote! {{
        if #var.is_some() {
            __loader.general_only()?;
        }
        #assign;
    }}
}
