//! `pickle rename`.

use std::collections::HashSet;

use pickle_core::{Error, Graph, Limits, PickleOptions, Profile};

use crate::cli::{Rename, RenameArgs};
use crate::failure::{Failure, Result};
use crate::{files, show, stream};

/// Writes the pickles of a file with other names for classes, functions and modules.
///
/// # Errors
/// The input is no pickle, or cannot be written with these names, and then nothing is written; or a
/// file cannot be read or written.
pub fn run(args: &RenameArgs) -> Result<()> {
    let (renames, path, output_path) = args.parse()?;
    let input = files::read(path)?;
    let limits = Limits::default().digits(args.read.digits);
    let pickles = stream::read(&input, args.read.all, &limits)
        .map_err(|(offset, error)| Failure::pickle(path, error, offset))?;
    let mut renamer = Renamer { renames: &renames, used: HashSet::new() };
    let mut output = Vec::new();
    let mut failure = None;
    pickles
        .each(|place, offset, graph| {
            let original = input.get(pickles.extent(place)).unwrap_or_default();
            let profile = args.profile.map(Profile::from);
            match renamer.write(graph, original, profile, limits) {
                Ok(pickle) => output.extend(pickle),
                Err(error) => failure = failure.take().or(Some((error, offset))),
            }
            Ok(())
        })
        .map_err(|error| Failure::io(path, error))?;
    if let Some((error, offset)) = failure {
        return Err(Failure::pickle(path, error, offset));
    }
    for rename in renames.iter().filter(|rename| !renamer.used.contains(*rename)) {
        let (file, old) = (path.display(), &rename.old);
        anstream::eprintln!("pickle: {file}: found no class or module of the name {old}");
    }
    show::note_rest(path, &pickles);
    files::write(output_path, &output)
}

struct Renamer<'a> {
    renames: &'a [Rename],
    /// Those that something was renamed by.
    used: HashSet<&'a Rename>,
}

impl Renamer<'_> {
    /// The pickle of a graph with its new names, with the habits of whoever wrote the original.
    fn write(
        &mut self,
        graph: &Graph<'_>,
        original: &[u8],
        profile: Option<Profile>,
        limits: Limits,
    ) -> pickle_core::Result<Vec<u8>> {
        let mut options = PickleOptions::new().protocol(graph.protocol()).limits(limits);
        if let Some(profile) = profile.or_else(|| profile_of(graph, original, &options)) {
            options = options.profile(profile);
        }
        let mut graph = graph.clone();
        let mut failure = None;
        graph.rename_globals(|module, name| match self.renamed(module, name) {
            Ok(renamed) => renamed,
            Err(error) => {
                failure = Some(error);
                None
            }
        })?;
        match failure {
            Some(error) => Err(error),
            None => options.graph_to_vec(&graph),
        }
    }

    /// The new names of a global, by the rename that says most about it.
    fn renamed(
        &mut self,
        module: &str,
        name: &str,
    ) -> pickle_core::Result<Option<(String, String)>> {
        let path = format!("{module}.{name}");
        let fits = |rename: &&Rename| {
            let rest = path.strip_prefix(&rename.old);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let found = self.renames.iter().filter(fits).max_by_key(|rename| rename.old.len());
        let Some(rename) = found else { return Ok(None) };
        self.used.insert(rename);
        if let Some(rest) = module.strip_prefix(&rename.old) {
            return Ok(Some((format!("{}{rest}", rename.new), name.to_owned())));
        }
        // The old name ends within the qualified name; the new one has a name as long.
        let tail = rename.old.get(module.len() + 1..).unwrap_or_default();
        let mut dots = rename.new.rmatch_indices('.').map(|(place, _)| place);
        let dot = dots.nth(tail.split('.').count() - 1).ok_or_else(|| {
            let found = format!("{:?} as the new name of {}", rename.new, rename.old);
            Error::mismatch(found, "a module before it")
        })?;
        let (new_module, new_name) = rename.new.split_at(dot);
        let rest = name.strip_prefix(tail).unwrap_or_default();
        let new_name = new_name.trim_start_matches('.');
        Ok(Some((new_module.to_owned(), format!("{new_name}{rest}"))))
    }
}

/// The profile that writes just the bytes that were read.
fn profile_of(graph: &Graph<'_>, pickle: &[u8], options: &PickleOptions<'_>) -> Option<Profile> {
    let all = [Profile::Canonical, Profile::CPythonC, Profile::CPythonPython, Profile::CPython36];
    all.into_iter().find(|&profile| {
        let written = options.profile(profile).graph_to_vec(graph);
        written.is_ok_and(|written| written == pickle)
    })
}
