//! Python enums.

use super::{Lines, Page, Scope, comment, docstring};
use crate::error::{Error, Result};
use crate::python::class::EnumDef;
use crate::python::literal::Literal;
use crate::python::names;

impl Page<'_> {
    pub(super) fn enum_def(&mut self, scope: &Scope<'_>, class: &EnumDef) -> Result<Lines> {
        self.runtime.insert("enum".to_owned());
        let base = if class.is_flag() { "enum.IntFlag" } else { "enum.Enum" };
        let head = vec![format!("class {}({base}):", scope.name)];
        let literal =
            |value| Literal::of_value(value, self.home).filter(|value| value.text != "None");
        let has_values = class.members.iter().any(|(_, _, value)| literal(value).is_some());
        let mut members = Vec::new();
        for (name, doc, value) in &class.members {
            names::check_member(name, &scope.path)?;
            let value = match literal(value) {
                Some(value) => value.text,
                // Python counts on from the value before, which need not be a number, to one that
                // another member may have.
                None if class.by_name && has_values => "object()".to_owned(),
                None if class.by_name => "enum.auto()".to_owned(),
                None => {
                    return Err(Error::custom(format!(
                        "found no value of {}.{name}, expected `#[reduce(value = …)]`",
                        scope.path
                    )));
                }
            };
            members.extend(comment(doc));
            members.push(format!("{name} = {value}"));
        }
        let mut blocks = vec![docstring(&class.doc), members];
        if class.by_name {
            self.hints.insert("typing".to_owned());
            blocks.push(lines(&[
                "def __reduce_ex__(self, protocol: typing.Any) -> tuple[typing.Any, ...]:",
                "    return getattr, (self.__class__, self._name_)",
            ]));
        } else if class.other.is_some() && !class.is_flag() {
            self.runtime.insert("typing".to_owned());
            blocks.push(vec![
                "@classmethod".to_owned(),
                format!("def _missing_(cls, value: typing.Any) -> {}:", scope.path),
                "    member = object.__new__(cls)".to_owned(),
                "    member._name_ = str(value)".to_owned(),
                "    member._value_ = value".to_owned(),
                "    known: typing.Any = cls._value2member_map_.setdefault(value, member)"
                    .to_owned(),
                format!("    return typing.cast({:?}, known)", scope.path),
            ]);
        }
        Ok(Lines { head, blocks })
    }
}

fn lines(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}
