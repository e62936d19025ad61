//! Writing: the bodies of `Reduce::reduce` and `Reduce::reduce_lane`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Member;
use syn::spanned::Spanned;

use super::fixed::has_any_length;
use super::{always_inline, at, hierarchy, is_overridable, lane_inline, members, transparent};
use crate::ast::{Body, Field, Input, Items, Record, Style, Variant};
use crate::attr::StateForm;

/// How a field's value is reached: through `self`, or through what a pattern bound.
#[derive(Clone, Copy)]
enum Access {
    Itself,
    Bound,
    /// Through `__this`, in a function of its own.
    This,
}

pub(super) fn body(input: &Input<'_>) -> TokenStream {
    if let Some((_, field)) = transparent(input) {
        return delegate(field);
    }
    match &input.body {
        Body::Struct(record) => object(input, record, &quote!(&__CLASS), Access::Itself),
        Body::Enum(variants) => {
            if let Some((spelling, _)) = input.attrs.members {
                return members::reduce(variants, spelling);
            }
            let arms = variants.iter().map(|variant| {
                let ident = variant.ident;
                let index = match (variant.index, variant.held()) {
                    (Some(index), _) => index,
                    (None, None) => return members::unknown(variant),
                    (None, Some(field)) => {
                        let var = &field.var;
                        let save = quote_spanned!(at(field.span)=> __saver.save(#var));
                        return quote!(Self::#ident(#var) => #save,);
                    }
                };
                let bindings = bindings(&variant.record);
                let class = quote!(&__CLASSES[#index]);
                let object = object(input, &variant.record, &class, Access::Bound);
                quote!(Self::#ident { #bindings } => { #object })
            });
            quote!(match self { #(#arms)* })
        }
    }
}

/// The pattern for the fields that are written.
pub(super) fn bindings(record: &Record<'_>) -> TokenStream {
    let written = record.fields.iter().filter(|field| field.is_written());
    let bindings = written.map(|field| {
        let (member, var) = (&field.member, &field.var);
        quote!(#member: #var)
    });
    let rest = record.fields.iter().any(|field| !field.is_written()).then(|| quote!(..));
    quote!(#(#bindings,)* #rest)
}

/// A transparent struct is its field.
fn delegate(field: &Field<'_>) -> TokenStream {
    let member = &field.member;
    match &field.attrs.with {
        Some(module) => {
            let reduce = quote_spanned!(at(module.span())=> #module::reduce);
            quote!(#reduce(&self.#member, __saver))
        }
        None => {
            let written = written(field, Access::Itself);
            quote_spanned!(at(field.span)=> __saver.save(#written))
        }
    }
}

/// How a type is written in the fast lane, unless all of it is spelled out anyway.
pub(super) fn lane_method(input: &Input<'_>) -> Option<TokenStream> {
    let lane = Lane::new(input)?;
    let inline = lane_inline(input);
    let fixed = fixed(input);
    let (body, records) = match lane {
        Lane::One(body) => (body, None),
        Lane::Many(records) => (
            one_record(input),
            Some(quote! {
                #inline
                fn reduce_records<const __IN_LIST: __pickle::private::std::primitive::bool>(
                    __items: &[Self],
                    __name: __pickle::private::Name,
                    __lane: &mut __pickle::private::LaneWriter<'_, '_>,
                ) -> __pickle::Result<()> {
                    #records
                }

                #[inline]
                fn reduce_items(
                    __items: &[Self],
                    __lane: &mut __pickle::private::LaneWriter<'_, '_>,
                ) -> __pickle::Result<()> {
                    __lane.instances(__items)
                }
            }),
        ),
    };
    Some(quote! {
        #fixed

        #inline
        fn reduce_lane(
            &self,
            __name: __pickle::private::Name,
            __lane: &mut __pickle::private::LaneWriter<'_, '_>,
        ) -> __pickle::Result<()> {
            #body
        }

        #records
    })
}

/// A single instance of a struct.
fn one_record(input: &Input<'_>) -> TokenStream {
    let write = quote! {
        <Self as __pickle::Reduce>::reduce_records::<false>(
            __pickle::private::std::slice::from_ref(self),
            __name,
            __lane,
        )
    };
    let Body::Struct(record) = &input.body else { return write };
    // Instantiations of a generic type share a class, but not a stencil.
    if !is_fixed(input, record) || !is_overridable(input) {
        return write;
    }
    quote!(__lane.record(__name, &__CLASS, self, |__lane| #write))
}

/// What all values have in common, where the length of all fields may be fixed.
fn fixed(input: &Input<'_>) -> Option<TokenStream> {
    let (fixed, fill) = if let Some((_, field)) = transparent(input) {
        let (this, written) = (written(field, Access::This), written(field, Access::Itself));
        (
            quote!(__pickle::private::Fixed::of(|__this: &Self| #this)),
            quote!(__pickle::Reduce::reduce_fixed(#written, __at, __stencil)),
        )
    } else {
        let Body::Struct(record) = &input.body else { return None };
        if !is_fixed(input, record) {
            return None;
        }
        let fields: Vec<_> = record.attributes().map(|(_, field)| field).collect();
        let (is_dict, count) = (input.attrs.dict.is_some(), fields.len());
        let this = fields.iter().map(|field| written(field, Access::This));
        let written = fields.iter().map(|field| written(field, Access::Itself));
        (
            quote! {
                __pickle::private::Fixed::instance(#is_dict, #count)
                    #(.attribute(|__this: &Self| #this))*
            },
            quote! {
                let __at = __stencil.begin(__at, #is_dict, #count);
                #(let __at = __stencil.attribute(__at, #written);)*
                let _ = __at;
            },
        )
    };
    let inline = always_inline();
    Some(quote! {
        #inline
        fn fixed() -> __pickle::private::Fixed {
            #fixed
        }

        #inline
        fn reduce_fixed(
            &self,
            __at: __pickle::private::std::primitive::usize,
            __stencil: &mut __pickle::private::Stencil<'_>,
        ) {
            #fill
        }
    })
}

/// Whether all instances may have the same length: none of the fields is spelled as a type whose
/// values differ in theirs.
fn is_fixed(input: &Input<'_>, record: &Record<'_>) -> bool {
    is_in_lane(input, record)
        && record
            .attributes()
            .all(|(_, field)| field.attrs.with.is_none() && !has_any_length(field.ty))
}

/// What the lane writes.
enum Lane {
    /// One value of the type.
    One(TokenStream),
    /// Instances of a class.
    Many(TokenStream),
}

impl Lane {
    fn new(input: &Input<'_>) -> Option<Lane> {
        if let Some((_, field)) = transparent(input) {
            if field.attrs.with.is_some() {
                return None;
            }
            let written = written(field, Access::Itself);
            return Some(Lane::One(quote_spanned! {at(field.span)=>
                __pickle::Reduce::reduce_lane(#written, __name, __lane)
            }));
        }
        match &input.body {
            Body::Struct(record) => {
                let write = lane_record(input, record, Access::This)?;
                let (is_dict, count) = (input.attrs.dict.is_some(), record.attributes().count());
                Some(Lane::Many(quote! {
                    let mut __items = __items.iter();
                    let mut __records = __lane.records::<#count, __IN_LIST>(__name, &__CLASS, #is_dict);
                    __records.spell_first(&mut __items)?;
                    for __this in __items {
                        #write
                    }
                    let __at = __records.end();
                    __lane.resume(__at);
                    __pickle::private::std::result::Result::Ok(())
                }))
            }
            Body::Enum(variants) => match input.attrs.members {
                Some((spelling, _)) => members::reduce_lane(variants, spelling).map(Lane::One),
                None => lane_variants(input, variants).map(Lane::One),
            },
        }
    }
}

/// The variants of an enum, each of which is an instance of a class of its own.
fn lane_variants(input: &Input<'_>, variants: &[Variant<'_>]) -> Option<TokenStream> {
    let is_dict = input.attrs.dict.is_some();
    let arms: Vec<_> = variants
        .iter()
        .filter_map(|variant| {
            let (ident, index) = (variant.ident, variant.index?);
            let write = lane_record(input, &variant.record, Access::Bound)?;
            let bindings = bindings(&variant.record);
            let count = variant.record.attributes().count();
            Some(quote! {
                Self::#ident { #bindings } => {
                    let __this = self;
                    let mut __records =
                        __lane.records::<#count, false>(__name, &__CLASSES[#index], #is_dict);
                    __records.spell_first(
                        &mut __pickle::private::std::slice::from_ref(self).iter(),
                    )?;
                    #write
                    __records.end()
                }
            })
        })
        .collect();
    let others =
        (arms.len() < variants.len()).then(|| quote!(_ => return __lane.spell(__name, self),));
    (!arms.is_empty()).then(|| {
        quote! {
            let __at = match self { #(#arms)* #others };
            __lane.resume(__at);
            __pickle::private::std::result::Result::Ok(())
        }
    })
}

/// Whether an object is an instance whose attributes are all there, in the order of their names.
fn is_in_lane(input: &Input<'_>, record: &Record<'_>) -> bool {
    is_instance(input, record)
        && record.bases().next().is_none()
        && (1..=64).contains(&record.attributes().count())
        && record.attributes().all(|(_, field)| field.role.state && field.attrs.skip_if.is_none())
}

/// What writes an instance that has all attributes.
fn lane_record(input: &Input<'_>, record: &Record<'_>, access: Access) -> Option<TokenStream> {
    if !is_in_lane(input, record) {
        return None;
    }
    let fields: Vec<_> = record.attributes().map(|(_, field)| field).collect();
    let end = if input.attrs.dict.is_some() { quote!(end_dict) } else { quote!(end) };
    let names: Vec<_> = fields.iter().map(|field| &field.late).collect();
    let count = names.len();
    let attributes = fields.iter().zip(&names).map(|(field, name)| {
        let written = written(field, access);
        quote_spanned! {at(field.span)=>
            __record.attribute(#name, #written)?;
        }
    });
    let some = quote!(__pickle::private::std::option::Option::Some);
    Some(quote! {
        if let #some((mut __record, [#(#names),*])) = __records.begin()? {
            #(#attributes)*
            let __at = __record.#end::<#count>();
            __records.resume(__at);
        }
    })
}

/// A reference to the value of a field.
fn value(field: &Field<'_>, access: Access) -> TokenStream {
    let (member, var) = (&field.member, &field.var);
    match access {
        // `&self.0` with the span of the type, so that a missing trait is shown there.
        Access::Itself => match member {
            Member::Named(ident) => quote_spanned!(at(field.span)=> &self.#ident),
            Member::Unnamed(index) => quote_spanned!(at(field.span)=> &self.#index),
        },
        Access::This => quote_spanned!(at(field.span)=> &__this.#member),
        Access::Bound => quote_spanned!(at(field.span)=> #var),
    }
}

/// A reference to what is written for a field: its value, or a wrapper that calls its module.
fn written(field: &Field<'_>, access: Access) -> TokenStream {
    let value = value(field, access);
    let span = at(field.span);
    match &field.attrs.with {
        Some(module) => {
            let reduce = quote_spanned!(at(module.span())=> #module::reduce);
            quote!(&__pickle::private::With(#value, #reduce))
        }
        // All uses of the field go through one function, and so have one error between them.
        None => quote_spanned!(span=> __pickle::private::reducible(#value)),
    }
}

/// One object, with class, arguments, items and state.
fn object(
    input: &Input<'_>,
    record: &Record<'_>,
    class: &TokenStream,
    access: Access,
) -> TokenStream {
    if is_instance(input, record) {
        let Counted { skips, count } = count_state(record, access);
        let attributes = attributes(record, access);
        let bases = agreement(input, record);
        return quote! {
            #bases
            #skips
            let __instance = __saver.begin_instance(#class, #count)?;
            #attributes
            __saver.end_instance(__instance)
        };
    }
    if is_slotted(input, record) {
        let Counted { skips, count } = count_state(record, access);
        let attributes = attributes(record, access);
        return quote! {
            #skips
            let (__call, __instance) = __saver.begin_slotted(#class, #count)?;
            #attributes
            __saver.end_slotted(__call, __instance)
        };
    }
    let call = call(input, record, class, access);
    let items = items(record, access);
    let state = state(input, record, access);
    let bases = agreement(input, record);
    quote! {
        #bases
        #call
        #items
        #state
    }
}

/// Whether an object is an instance with attributes and nothing else.
fn is_instance(input: &Input<'_>, record: &Record<'_>) -> bool {
    !record.is_called()
        && !record.init
        && record.style != Style::Unit
        && record.form == StateForm::Dict
        && input.attrs.getstate.is_none()
        && input.attrs.state_setter.is_none()
        && record.fields.iter().all(|field| field.role.items.is_none())
}

/// Whether an object is an instance with attributes in slots and nothing else, which may also be a
/// base of another.
fn is_slotted(input: &Input<'_>, record: &Record<'_>) -> bool {
    record.form == StateForm::Slots
        && record.is_only_attributes()
        && input.attrs.getstate.is_none()
        && input.attrs.state_setter.is_none()
}

/// What makes it an error that a base has slots and the struct does not say so: in Python, what a
/// dict of state holds cannot reach them.
fn agreement(input: &Input<'_>, record: &Record<'_>) -> Option<TokenStream> {
    let span = at(record.bases().next()?.span);
    let hierarchy = hierarchy(record);
    // What names no parameter is evaluated by `cargo check` as well.
    Some(if input.derive.generics.params.is_empty() {
        quote_spanned!(span=> const _: () = #hierarchy.assert_slots();)
    } else {
        quote_spanned!(span=> const { #hierarchy.assert_slots() };)
    })
}

/// The state of an object that was made, and the end of both.
fn state(input: &Input<'_>, record: &Record<'_>, access: Access) -> TokenStream {
    if let Some(getstate) = &input.attrs.getstate {
        return quote!(__saver.end_with_state(__call, &#getstate(self)));
    }
    if !record.has_state() {
        return quote!(__saver.end_object(__call));
    }
    if matches!(record.form, StateForm::Tuple | StateForm::List) {
        return values(record, access);
    }
    let Counted { skips, count } = count_state(record, access);
    let attributes = attributes(record, access);
    let is_formed = record.form == StateForm::Slots || input.attrs.state_setter.is_some();
    let (begin, end) = if is_formed {
        (quote!(begin_formed_state), quote!(end_formed_state(__call, __instance)))
    } else {
        (quote!(begin_state), quote!(end_instance(__instance)))
    };
    quote! {
        #skips
        let __instance = __saver.#begin(&__call, #count)?;
        #attributes
        __saver.#end
    }
}

/// A state that is the values without their names.
fn values(record: &Record<'_>, access: Access) -> TokenStream {
    let is_list = record.form == StateForm::List;
    let count = record.state().count();
    let values = record.state().map(|field| {
        let written = written(field, access);
        if is_list {
            quote_spanned!(at(field.span)=> __saver.item(&mut __values, #written)?;)
        } else {
            quote_spanned!(at(field.span)=> __saver.save(#written)?;)
        }
    });
    let (mutable, begin, end) = if is_list {
        (Some(quote!(mut)), quote!(begin_list), quote!(end_list))
    } else {
        (None, quote!(begin_tuple), quote!(end_tuple))
    };
    quote! {
        __saver.begin_state_value(&__call)?;
        let #mutable __values = __saver.#begin(#count)?;
        #(#values)*
        __saver.#end(__values)?;
        __saver.end_state_value(__call)
    }
}

/// What is added to the object as to a container: first to a list, then to a dict.
fn items(record: &Record<'_>, access: Access) -> TokenStream {
    let of = |items: Items, save: TokenStream| {
        let fields = record.fields.iter().filter(move |field| field.role.items == Some(items));
        fields.map(move |field| {
            let value = value(field, access);
            quote_spanned!(at(field.span)=> __pickle::private::#save(#value, __saver)?;)
        })
    };
    let list = of(Items::List, quote!(save_list_items));
    let dict = of(Items::Dict, quote!(save_dict_items));
    quote!(#(#list)* #(#dict)*)
}

/// The callable and its arguments.
fn call(
    input: &Input<'_>,
    record: &Record<'_>,
    class: &TokenStream,
    access: Access,
) -> TokenStream {
    let setter = input.attrs.state_setter.as_ref().map(|_| quote!(.with_setter(&__SETTER)));
    let begin = if record.keywords().next().is_some() {
        quote!(begin_new_ex)
    } else if record.new || !(record.init || record.is_called()) {
        quote!(begin_new)
    } else {
        quote!(begin_call)
    };
    if let Some(field) = record.all_args() {
        let (ty, value) = (field.ty, value(field, access));
        return quote_spanned! {at(field.span)=>
            let mut __call = __saver.#begin(
                #class,
                <#ty as __pickle::private::SaveArguments>::COUNT,
            )?#setter;
            __pickle::private::SaveArguments::save_all(#value, __saver)?;
            __saver.end_call(&mut __call)?;
        };
    }
    let count = record.args().count();
    let args = record.args().map(|field| {
        let written = written(field, access);
        quote_spanned!(at(field.span)=> __saver.save(#written)?;)
    });
    let end = if record.keywords().next().is_some() {
        keywords(record, access)
    } else {
        quote!(__saver.end_call(&mut __call)?;)
    };
    quote! {
        let mut __call = __saver.#begin(#class, #count)?#setter;
        #(#args)*
        #end
    }
}

/// The arguments by keyword.
fn keywords(record: &Record<'_>, access: Access) -> TokenStream {
    let Counted { skips, count } = count(record.keywords().map(|(_, field)| field), 0, access);
    let keywords = record.keywords().map(|(index, field)| attribute(index, field, access));
    quote! {
        #skips
        let __instance = __saver.begin_keywords(&mut __call, #count)?;
        #(#keywords)*
        __saver.end_keywords(&mut __call, __instance)?;
    }
}

/// An expression for a number, and what has to be known before.
struct Counted {
    skips: TokenStream,
    count: TokenStream,
}

/// How many attributes there are.
fn count_state(record: &Record<'_>, access: Access) -> Counted {
    // Those of a base are not counted: two more make it a batch of whatever length.
    let more = if record.bases().next().is_some() { 2 } else { 0 };
    count(record.state(), more, access)
}

/// How many of the fields are written, after asking which are left out.
fn count<'b>(fields: impl Iterator<Item = &'b Field<'b>>, more: usize, access: Access) -> Counted {
    let (optional, always): (Vec<_>, Vec<_>) =
        fields.partition(|field| field.attrs.skip_if.is_some());
    let always = always.len() + more;
    let skips = optional.iter().filter_map(|field| {
        let (skip_if, value, late) =
            (field.attrs.skip_if.as_ref()?, value(field, access), &field.late);
        Some(quote!(let #late = !#skip_if(#value);))
    });
    let lates = optional.iter().map(|field| &field.late);
    let skips = quote!(#(#skips)*);
    let count = quote!(#always #(+ <__pickle::private::std::primitive::usize as __pickle::private::std::convert::From<__pickle::private::std::primitive::bool>>::from(#lates))*);
    Counted { skips, count }
}

/// The attributes, those of the bases first, as a Python `__init__` calls that of its base first.
fn attributes(record: &Record<'_>, access: Access) -> TokenStream {
    let bases = record.bases().map(|field| {
        let (ty, value) = (field.ty, value(field, access));
        quote_spanned! {at(field.span)=>
            <#ty as __pickle::private::Base>::save_base(#value, __saver, &__instance)?;
        }
    });
    let attributes = record.attributes().filter(|(_, field)| field.role.state);
    let attributes = attributes.map(|(index, field)| attribute(index, field, access));
    quote!(#(#bases)* #(#attributes)*)
}

fn attribute(index: usize, field: &Field<'_>, access: Access) -> TokenStream {
    let written = written(field, access);
    let attribute = quote_spanned! {at(field.span)=>
        __saver.attribute(&__instance, #index, #written)?;
    };
    match &field.attrs.skip_if {
        Some(_) => {
            let late = &field.late;
            quote!(if #late { #attribute })
        }
        None => attribute,
    }
}
