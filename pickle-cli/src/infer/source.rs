//! Writes the source of a module.

use std::collections::{BTreeMap, BTreeSet};

use quote::quote;

use super::observe::Seen;
use super::plan::Plan;
use super::shape::Kind;
use super::structs::Printer;
use super::types::Typed;

/// The source of a module with types for what was seen; `root` is the name of that of the roots.
///
/// # Errors
/// What would be written is no Rust, for a name that it does not take.
pub fn module(seen: &Seen, root: &str) -> syn::Result<String> {
    let plan = Plan::new(seen, root);
    let mut printer = Printer::new(&plan);
    let mut items = Vec::new();
    if let (Some(name), Kind::Record(record)) = (plan.root(), &seen.root.kind)
        && record.is_struct()
        && !seen.root.optional
    {
        printer.types.add_record(record.clone(), name.clone());
        items.push(printer.record(name, record));
    } else if let Some(name) = plan.root() {
        printer.types.within(&name.to_string(), "item");
        let Typed { tokens, notes, .. } = printer.types.alone(&seen.root);
        items.push(quote! { #(#[doc = #notes])* pub type #name = #tokens; });
    }
    items.extend(printer.records());
    // Classes are numbered as they are met: what has parts comes before them.
    let mut types: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (classes, name) in plan.unions() {
        let item = printer.union(classes, name);
        let records = printer.records();
        types
            .entry(classes.first().copied())
            .or_default()
            .extend([item].into_iter().chain(records));
    }
    for (id, name, class) in plan.alone() {
        let item = printer.class(id, name, class);
        let records = printer.records();
        types.entry(Some(id)).or_default().extend(item.into_iter().chain(records));
    }
    let has_structs = printer.types.has_records() || !types.is_empty();
    items.extend(types.into_values().flatten());
    let mut imports = printer.types.imports;
    if has_structs {
        imports.insert("pickle_core::Reduce");
    }
    let mut source = header(seen.samples);
    source.push_str(&uses(&imports)?);
    for item in items {
        if !source.ends_with("\n\n") {
            source.push('\n');
        }
        source.push_str(&prettyplease::unparse(&syn::parse2(item)?));
    }
    Ok(source)
}

/// A `use` for each module.
fn uses(paths: &BTreeSet<&str>) -> syn::Result<String> {
    let mut modules: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (module, name) in paths.iter().filter_map(|path| path.rsplit_once("::")) {
        modules.entry(module).or_default().push(name);
    }
    let mut trees: Vec<_> = modules
        .into_iter()
        .map(|(module, names)| match &names[..] {
            [name] => format!("{module}::{name}"),
            names => format!("{module}::{{{}}}", names.join(", ")),
        })
        .collect();
    trees.sort();
    let trees: Vec<syn::UseTree> =
        trees.iter().map(|tree| syn::parse_str(tree)).collect::<syn::Result<_>>()?;
    Ok(prettyplease::unparse(&syn::parse2(quote!(#(use #trees;)*))?))
}

fn header(samples: usize) -> String {
    let pickles = if samples == 1 { "a pickle".to_owned() } else { format!("{samples} pickles") };
    format!("// Inferred by `pickle infer` from {pickles}; others may hold more.\n\n")
}
