//! Templates: records of which every instance takes as many bytes, since they hold floats, bools,
//! bytes and records of those.
//!
//! Once it is known how the classes and names are spelled, all of such a record but its payloads is
//! known. It is compared as a whole, and the payloads are taken at places that the compiler knows.

use std::rc::Rc;

use super::Predictive;
use super::lane::LaneReader;
use super::prediction::Shape;
use super::walk::Walk;
use crate::class::{Class, ClassTable};
use crate::opcode::op;
use crate::reconstruct::Reconstruct;
use crate::wire::record;

/// How many bytes every value of a type takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FixedLen {
    /// If nothing of it is memoized.
    plain: usize,
    /// If all of it is memoized.
    memoized: usize,
    /// How deep it nests.
    levels: usize,
}

impl FixedLen {
    /// A bool.
    pub(crate) const BOOL: Option<FixedLen> = FixedLen::atom(1);
    /// An integer of one byte without a sign.
    pub(crate) const BYTE: Option<FixedLen> = FixedLen::atom(2);
    /// A float.
    pub(crate) const FLOAT: Option<FixedLen> = FixedLen::atom(9);

    /// An instruction of so many bytes.
    const fn atom(len: usize) -> Option<FixedLen> {
        Some(FixedLen { plain: len, memoized: len, levels: 0 })
    }

    /// A record of such values.
    #[must_use]
    pub const fn record(is_dict: bool, fields: &[Option<FixedLen>]) -> Option<FixedLen> {
        let mut sum = FixedLen {
            plain: record::begin(is_dict, false) + record::end(is_dict),
            memoized: record::begin(is_dict, true) + record::end(is_dict),
            levels: 0,
        };
        let mut fields = fields;
        while let [first, rest @ ..] = fields {
            let Some(field) = first else { return None };
            sum.plain += record::NAME + field.plain;
            sum.memoized += record::NAME + field.memoized;
            if field.levels > sum.levels {
                sum.levels = field.levels;
            }
            fields = rest;
        }
        sum.levels += 1;
        Some(sum)
    }

    /// Whether there is a class of which it is known how its instances are spelled.
    pub(super) const fn is_record(self) -> bool {
        self.levels > 0
    }

    const fn len(self, is_memoized: bool) -> usize {
        if is_memoized { self.memoized } else { self.plain }
    }
}

/// What the instances of a class have in common, and where.
#[derive(Debug)]
pub(super) struct Template {
    bytes: Vec<u8>,
    /// Which bits of the bytes count.
    mask: Vec<u8>,
    /// Where what the instance memoizes begins, in the order of the memo.
    memoized: Rc<[u32]>,
    is_memoized: bool,
    /// The address of the function that made it: types of one generic struct have one class.
    part: usize,
}

impl Template {
    /// Whether a record of the same length is spelled so.
    #[inline(always)]
    fn spells(&self, record: &[u8]) -> bool {
        let len = record.len();
        let (Some(bytes), Some(mask)) = (self.bytes.get(..len), self.mask.get(..len)) else {
            return false;
        };
        let parts = record.iter().zip(bytes).zip(mask);
        parts.fold(0, |differs, ((byte, known), mask)| differs | ((byte ^ known) & mask)) == 0
    }

    /// Takes a record that is spelled so, and tells what follows.
    #[inline(always)]
    fn take<'de, T: Reconstruct<'de>, const MEMOIZED: bool>(
        &self,
        fixed: FixedLen,
        rest: &'de [u8],
    ) -> Option<(T, &'de [u8])> {
        let (record, after) = rest.split_at_checked(fixed.len(MEMOIZED))?;
        if !self.spells(record) {
            return None;
        }
        let value = T::reconstruct_fixed(&mut FixedBytes::<MEMOIZED>(record))?;
        Some((value, after))
    }
}

/// A template that is being put together of the shapes of its classes.
#[derive(Debug)]
pub struct TemplateMaker<'t> {
    classes: &'t ClassTable<Shape>,
    bytes: Vec<u8>,
    mask: Vec<u8>,
    memoized: Vec<u32>,
    is_memoized: bool,
}

/// How a type adds what it is to a template.
type Part = fn(&mut TemplateMaker<'_>) -> Option<()>;

impl TemplateMaker<'_> {
    pub(crate) fn bool(&mut self) -> Option<()> {
        self.atom(op::NEWTRUE, !(op::NEWTRUE ^ op::NEWFALSE), 0)
    }

    pub(crate) fn byte(&mut self) -> Option<()> {
        self.atom(op::BININT1, 0xff, 1)
    }

    pub(crate) fn float(&mut self) -> Option<()> {
        self.atom(op::BINFLOAT, 0xff, 8)
    }

    /// An instruction, the bits of its opcode that count, and how long its payload is.
    fn atom(&mut self, opcode: u8, mask: u8, payload: usize) -> Option<()> {
        self.bytes.push(opcode);
        self.mask.push(mask);
        self.bytes.resize(self.bytes.len() + payload, 0);
        self.mask.resize(self.mask.len() + payload, 0);
        Some(())
    }

    fn spelled(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.mask.resize(self.bytes.len(), 0xff);
    }

    /// An instance of a class with these attributes; `None` unless it is known how it is spelled, and
    /// that is the shortest way.
    pub fn record(&mut self, class: &'static Class, fields: &[Part]) -> Option<()> {
        let shape = self.classes.get(class)?;
        let start = u32::try_from(self.bytes.len()).ok()?;
        let header_len = record::begin(class.is_dict, self.is_memoized);
        let is_alike = shape.header_len == header_len && shape.names.len() == fields.len();
        let (instance, state) = shape.memoized_at();
        let is_memoized = (instance != 0, state != 0 || class.is_dict);
        if !is_alike || is_memoized != (self.is_memoized, self.is_memoized || class.is_dict) {
            return None;
        }
        self.spelled(shape.header_bytes().get(..header_len)?);
        if self.is_memoized {
            self.memoized.push(start);
            if !class.is_dict {
                self.memoized.push(start + u32::try_from(state).ok()?);
            }
        }
        for (name, field) in shape.names.iter().zip(fields) {
            self.spelled(&name.spelled()?);
            field(self)?;
        }
        self.spelled(if class.is_dict { &[op::SETITEMS] } else { &[op::SETITEMS, op::BUILD] });
        Some(())
    }
}

/// The bytes of a value that is spelled as its template.
#[derive(Debug)]
pub struct FixedBytes<'b, const MEMOIZED: bool>(&'b [u8]);

impl<'b, const MEMOIZED: bool> FixedBytes<'b, MEMOIZED> {
    /// Goes into a record.
    #[inline(always)]
    pub fn begin(&mut self, is_dict: bool) -> Option<()> {
        self.take(record::begin(is_dict, MEMOIZED)).map(drop)
    }

    /// Passes a name.
    #[inline(always)]
    pub fn name(&mut self) -> Option<()> {
        self.take(record::NAME).map(drop)
    }

    /// Leaves a record.
    #[inline(always)]
    pub fn end(&mut self, is_dict: bool) -> Option<()> {
        self.take(record::end(is_dict)).map(drop)
    }

    #[inline(always)]
    pub(crate) fn bool(&mut self) -> Option<bool> {
        self.atom::<0>().map(|(opcode, _)| opcode == op::NEWTRUE)
    }

    #[inline(always)]
    pub(crate) fn byte(&mut self) -> Option<u8> {
        self.atom().map(|(_, [byte])| byte)
    }

    #[inline(always)]
    pub(crate) fn float(&mut self) -> Option<f64> {
        self.atom().map(|(_, bits)| f64::from_be_bytes(bits))
    }

    /// Takes an instruction: its opcode and its payload.
    #[inline(always)]
    fn atom<const N: usize>(&mut self) -> Option<(u8, [u8; N])> {
        let [opcode] = *self.take(1)?.first_chunk()?;
        Some((opcode, *self.take(N)?.first_chunk()?))
    }

    #[inline(always)]
    fn take(&mut self, len: usize) -> Option<&'b [u8]> {
        let (bytes, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(bytes)
    }
}

impl<'de> Predictive<'_, 'de> {
    /// Takes a record that is spelled as the last one, and tells what follows.
    #[inline(never)]
    pub(super) fn take_fixed<T: Reconstruct<'de>>(
        &mut self,
        fixed: FixedLen,
        rest: &'de [u8],
        levels: usize,
    ) -> Option<(T, &'de [u8])> {
        if levels < fixed.levels || self.in_key {
            return None;
        }
        let class = T::classes().first()?;
        let part = T::fixed_template as Part as usize;
        match self.classes.get(class)?.template.as_ref() {
            Some(template) if template.part == part => {
                let (value, after) = if template.is_memoized {
                    template.take::<T, true>(fixed, rest)?
                } else {
                    template.take::<T, false>(fixed, rest)?
                };
                if !self.replaying {
                    self.memo.push_at(self.input.len() - rest.len(), &template.memoized);
                }
                Some((value, after))
            }
            _ => {
                // For the next one.
                self.template::<T>(class, fixed);
                None
            }
        }
    }

    /// The template of a class, if it is known how its instances are spelled.
    #[inline(never)]
    fn template<T: Reconstruct<'de>>(
        &mut self,
        class: &'static Class,
        fixed: FixedLen,
    ) -> Option<Rc<Template>> {
        let is_open = self.has_lane;
        let shape = self.classes.get(class).filter(|shape| is_open && !shape.names.is_empty())?;
        let part = T::fixed_template as Part as usize;
        let known = shape.template.as_ref().filter(|template| template.part == part);
        if known.is_some() || shape.templates >= TRIES {
            return known.cloned();
        }
        let mut maker = TemplateMaker {
            classes: &self.classes,
            bytes: Vec::new(),
            mask: Vec::new(),
            memoized: Vec::new(),
            is_memoized: shape.memoizes(),
        };
        let made = T::fixed_template(&mut maker);
        let TemplateMaker { bytes, mask, memoized, is_memoized, .. } = maker;
        let is_whole = made.is_some() && bytes.len() == fixed.len(is_memoized);
        let memoized = memoized.into();
        let template = Template { bytes, mask, memoized, is_memoized, part };
        let template = is_whole.then(|| Rc::new(template));
        let shape = self.classes.get_mut(class)?;
        shape.templates += 1;
        shape.template.clone_from(&template);
        template
    }
}

/// How often a template is made for a class whose instances do not stay as they were.
const TRIES: u8 = 8;

impl<'de> LaneReader<'_, '_, 'de> {
    /// Takes the items of a list that are spelled as the last ones, as many as there are in a row.
    #[inline(always)]
    pub(super) fn templated<T: Reconstruct<'de>>(&mut self, walk: &Walk, vec: &mut Vec<T>) {
        if let Some(fixed) = T::FIXED
            && let Some(template) = self.template::<T>(fixed)
        {
            if template.is_memoized {
                self.take_fixed::<T, true>(fixed, &template, walk, vec);
            } else {
                self.take_fixed::<T, false>(fixed, &template, walk, vec);
            }
        }
    }

    #[inline(never)]
    fn take_fixed<T: Reconstruct<'de>, const MEMOIZED: bool>(
        &mut self,
        fixed: FixedLen,
        template: &Template,
        walk: &Walk,
        vec: &mut Vec<T>,
    ) {
        let (start, before) = (self.pos(), vec.len());
        let mut rest = self.rest;
        while let Some((value, after)) = template.take::<T, MEMOIZED>(fixed, rest) {
            if vec.len() == vec.capacity() {
                self.loader.reserve(rest, walk, vec);
            }
            vec.push(value);
            rest = after;
        }
        self.rest = rest;
        if MEMOIZED {
            let count = vec.len() - before;
            self.memoize_run(start, fixed.len(MEMOIZED), count, &template.memoized);
        }
    }

    fn template<T: Reconstruct<'de>>(&mut self, fixed: FixedLen) -> Option<Rc<Template>> {
        let loader = self.loader_for_template(fixed.levels)?;
        loader.template::<T>(T::classes().first()?, fixed)
    }
}
