//! Streams of instructions that keep to what is on the stack, so they reach deep states.

use std::collections::BTreeMap;

use arbitrary::{Result, Unstructured};
use pickle_core::opcode::{Argument, op};
use pickle_core::{Opcode, Protocol};

/// How many instructions are drawn; each may bring the operands that it needs.
const STEPS: usize = 200;

/// What the generator knows of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A number, `None`, bytes, a buffer that is read-only.
    Atom,
    Text,
    Buffer,
    /// What no dict takes as a key.
    ByteArray,
    List,
    Dict,
    Set,
    Tuple {
        hashable: bool,
    },
    FrozenSet,
    Global,
    Object,
}

impl Kind {
    fn is_hashable(self) -> bool {
        !matches!(
            self,
            Kind::List | Kind::Dict | Kind::Set | Kind::ByteArray | Kind::Tuple { hashable: false }
        )
    }

    fn is_callable(self) -> bool {
        matches!(self, Kind::Global | Kind::Object)
    }
}

/// What an instruction wants below it.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    Any,
    Hashable,
    Text,
    Callable,
    Tuple,
    Dict,
    Object,
    /// A list, or an object that is extended like one.
    List,
    /// A dict, or an object that takes entries.
    Mapping,
    Buffer,
}

impl Wanted {
    fn takes(self, kind: Kind) -> bool {
        match self {
            Wanted::Any => true,
            Wanted::Hashable => kind.is_hashable(),
            Wanted::Text => kind == Kind::Text,
            Wanted::Callable => kind.is_callable(),
            Wanted::Tuple => matches!(kind, Kind::Tuple { .. }),
            Wanted::Dict => kind == Kind::Dict,
            Wanted::Object => kind == Kind::Object,
            Wanted::List => matches!(kind, Kind::List | Kind::Object),
            Wanted::Mapping => matches!(kind, Kind::Dict | Kind::Object),
            Wanted::Buffer => matches!(kind, Kind::Buffer | Kind::ByteArray),
        }
    }

    /// An instruction that makes one.
    fn maker(self) -> Opcode {
        match self {
            Wanted::Any | Wanted::Hashable => Opcode::BinInt1,
            Wanted::Text => Opcode::ShortBinUnicode,
            Wanted::Callable => Opcode::Global,
            Wanted::Tuple => Opcode::EmptyTuple,
            Wanted::Dict | Wanted::Mapping => Opcode::EmptyDict,
            Wanted::Object => Opcode::Reduce,
            Wanted::List => Opcode::EmptyList,
            Wanted::Buffer => Opcode::NextBuffer,
        }
    }
}

const TEXTS: &[&[u8]] = &[
    b"",
    b"a",
    b"x",
    b"y",
    b"name",
    b"shapes",
    b"Point",
    b"os",
    b"system",
    b"latin1",
    b"builtins",
    "é\u{1F40D}".as_bytes(),
    b"\xed\xa0\x80",
    b"a line\nand\\another\r\0",
    b"0123456789012345678901234567890123456789012345678901234567890123456789",
];

const GLOBALS: &[(&[u8], &[u8])] = &[
    (b"shapes", b"Point"),
    (b"shapes", b"Labelled"),
    (b"shapes", b"Shape.Rect"),
    (b"builtins", b"set"),
    (b"builtins", b"getattr"),
    (b"builtins", b"bytearray"),
    (b"__builtin__", b"object"),
    (b"__builtin__", b"xrange"),
    (b"copy_reg", b"_reconstructor"),
    (b"copyreg", b"__newobj_ex__"),
    (b"_codecs", b"encode"),
    (b"collections", b"OrderedDict"),
    (b"collections", b"deque"),
    (b"functools", b"partial"),
    (b"datetime", b"datetime"),
    (b"numpy.core.multiarray", b"_reconstruct"),
    (b"m\xc3\xa9", b"A.b"),
    (b"", b""),
];

const LINES: &[(Opcode, &[&[u8]])] = &[
    (Opcode::Int, &[b"0", b"00", b"01", b"-7", b"9223372036854775808", b"0x1f", b" 5", b"+3"]),
    (Opcode::Long, &[b"0L", b"5", b"-170141183460469231731687303715884105729L", b"0b11L"]),
    (Opcode::Float, &[b"0.5", b"-0.0", b"nan", b"inf", b"1e400", b"1_0.5", b"7"]),
    (Opcode::String, &[b"''", b"'a'", b"\"it's\"", b"'\\x00\\377\\n'", b"'\\\n'"]),
    (Opcode::Unicode, &[b"", b"abc", b"\\u00e9", b"\\ud800", b"\\U0001F40D", b"\xe9\\n", b"\r"]),
    (Opcode::PersId, &[b"", b"id", b"7", b"a b"]),
];

/// A pickle, mostly a valid one, that the entropy describes.
///
/// # Errors
/// When the entropy is not enough for a single value.
pub fn pickle(entropy: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let mut generator = Generator::default();
    let protocol = *entropy.choose(&Protocol::ALL)?;
    // Every so often something goes wrong on purpose.
    let is_wild = entropy.ratio(1, 12)?;
    // All values stand side by side, so a part can be left out of a pickle that fails.
    if entropy.ratio(3, 4)? {
        generator.write(Opcode::Mark, entropy)?;
        generator.kept = 1;
    }
    for _ in 0..STEPS {
        if entropy.is_empty() {
            break;
        }
        let opcode = *entropy.choose(Opcode::ALL)?;
        if is_wild && entropy.ratio(1, 24)? {
            generator.write(opcode, entropy)?;
        } else {
            generator.step(opcode, entropy)?;
        }
    }
    generator.finish(entropy)?;
    let Generator { out, .. } = generator;
    framed(&out, protocol, entropy)
}

/// With its header, and in frames that may end anywhere between two instructions.
fn framed(body: &[u8], protocol: Protocol, entropy: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    if protocol >= Protocol::V2 || entropy.ratio(1, 4)? {
        out.extend([op::PROTO, protocol as u8]);
    }
    if protocol >= Protocol::V4 && entropy.ratio(3, 4)? {
        let length = match entropy.int_in_range(0..=15)? {
            0 => body.len().saturating_sub(1),
            1 => body.len() + 1,
            _ => body.len(),
        };
        out.push(op::FRAME);
        out.extend((length as u64).to_le_bytes());
    }
    out.extend_from_slice(body);
    Ok(out)
}

#[derive(Debug, Default)]
struct Generator {
    out: Vec<u8>,
    stack: Vec<Kind>,
    /// Heights of the stack.
    marks: Vec<usize>,
    /// How many marks stay until the end.
    kept: usize,
    memo: BTreeMap<u32, Kind>,
}

impl Generator {
    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    /// The values from a height on; none when something that went wrong took them.
    fn above(&self, height: usize) -> &[Kind] {
        self.stack.get(height..).unwrap_or_default()
    }

    /// The last mark that may be used up.
    fn mark(&self) -> Option<usize> {
        self.marks.get(self.kept..)?.last().copied()
    }

    /// How many values an instruction may take.
    fn reach(&self) -> usize {
        self.stack.len().saturating_sub(self.floor())
    }

    /// Sees to it that such values are on top of the stack.
    fn need(&mut self, wanted: &[Wanted], entropy: &mut Unstructured<'_>) -> Result<()> {
        let from = self.stack.len().checked_sub(wanted.len());
        let fits = from.filter(|&from| from >= self.floor()).is_some_and(|from| {
            self.stack[from..].iter().zip(wanted).all(|(&kind, wanted)| wanted.takes(kind))
        });
        if !fits {
            for wanted in wanted {
                self.step(wanted.maker(), entropy)?;
            }
        }
        Ok(())
    }

    /// Sees to it that there is a mark, with such values above it, and that value below.
    fn need_mark(
        &mut self,
        below: Option<Wanted>,
        fits: impl Fn(&[Kind]) -> bool,
        entropy: &mut Unstructured<'_>,
    ) -> Result<()> {
        if let Some(mark) = self.mark() {
            let outer = self.marks.len().checked_sub(2).map_or(0, |place| self.marks[place]);
            let target = mark.checked_sub(1).filter(|&place| place >= outer);
            let has_target = below.is_none_or(|wanted| {
                target
                    .and_then(|place| self.stack.get(place))
                    .is_some_and(|&kind| wanted.takes(kind))
            });
            if has_target && fits(self.above(mark)) {
                return Ok(());
            }
        }
        if let Some(below) = below {
            self.need(&[below], entropy)?;
        }
        self.step(Opcode::Mark, entropy)?;
        for _ in 0..2 * entropy.int_in_range(0..=2)? {
            let atoms = [Opcode::BinInt1, Opcode::NewTrue, Opcode::ShortBinUnicode, Opcode::None];
            let atom = *entropy.choose(&atoms)?;
            self.step(atom, entropy)?;
        }
        Ok(())
    }

    /// Writes an instruction and what it needs.
    fn step(&mut self, opcode: Opcode, entropy: &mut Unstructured<'_>) -> Result<()> {
        use Wanted::{Any, Buffer, Callable, Dict, Hashable, List, Mapping, Object, Text, Tuple};
        let any = |_: &[Kind]| true;
        match opcode {
            Opcode::Stop | Opcode::Frame => return Ok(()),
            Opcode::Pop if self.reach() == 0 && self.mark().is_some() => {
                self.marks.pop();
                self.out.push(opcode as u8);
                return Ok(());
            }
            Opcode::Pop | Opcode::Dup | Opcode::BinPersId => self.need(&[Any], entropy)?,
            Opcode::Put | Opcode::BinPut | Opcode::LongBinPut | Opcode::Memoize => {
                self.need(&[Any], entropy)?;
            }
            Opcode::Get | Opcode::BinGet | Opcode::LongBinGet if self.memo.is_empty() => {
                return self.step(Opcode::Memoize, entropy);
            }
            Opcode::Tuple1 => self.need(&[Any], entropy)?,
            Opcode::Tuple2 => self.need(&[Any; 2], entropy)?,
            Opcode::Tuple3 => self.need(&[Any; 3], entropy)?,
            Opcode::Tuple | Opcode::List | Opcode::PopMark | Opcode::Inst => {
                self.need_mark(None, any, entropy)?;
            }
            Opcode::Dict => self.need_mark(None, are_entries, entropy)?,
            Opcode::FrozenSet => self.need_mark(None, are_members, entropy)?,
            Opcode::Append => self.need(&[List, Any], entropy)?,
            Opcode::Appends => self.need_mark(Some(List), any, entropy)?,
            Opcode::SetItem => self.need(&[Mapping, Hashable, Any], entropy)?,
            Opcode::SetItems => self.need_mark(Some(Mapping), are_entries, entropy)?,
            Opcode::AddItems => self.need_set(entropy)?,
            Opcode::StackGlobal => self.need(&[Text, Text], entropy)?,
            Opcode::Reduce | Opcode::NewObj => self.need(&[Callable, Tuple], entropy)?,
            Opcode::NewObjEx => self.need(&[Callable, Tuple, Dict], entropy)?,
            Opcode::Obj => {
                let is_call = |items: &[Kind]| items.first().is_some_and(|it| it.is_callable());
                if !self.mark().is_some_and(|mark| is_call(self.above(mark))) {
                    self.step(Opcode::Mark, entropy)?;
                    self.step(Opcode::Global, entropy)?;
                }
            }
            Opcode::Build => self.need(&[Object, Any], entropy)?,
            Opcode::ReadonlyBuffer => self.need(&[Buffer], entropy)?,
            _ => {}
        }
        self.write(opcode, entropy)
    }

    /// A mark above a set.
    fn need_set(&mut self, entropy: &mut Unstructured<'_>) -> Result<()> {
        self.step(Opcode::EmptySet, entropy)?;
        self.step(Opcode::Mark, entropy)?;
        for _ in 0..entropy.int_in_range(0..=3)? {
            self.step(Opcode::BinInt1, entropy)?;
        }
        Ok(())
    }

    /// Writes an instruction with an operand, and does to the stack what it does.
    fn write(&mut self, opcode: Opcode, entropy: &mut Unstructured<'_>) -> Result<()> {
        self.out.push(opcode as u8);
        let fetched = self.operand(opcode, entropy)?;
        let above =
            |stack: &[Kind], count: usize| stack[stack.len().saturating_sub(count)..].to_vec();
        let kind = match opcode {
            Opcode::Proto | Opcode::Stop | Opcode::Frame => return Ok(()),
            Opcode::Mark => {
                self.marks.push(self.stack.len());
                return Ok(());
            }
            Opcode::Put | Opcode::BinPut | Opcode::LongBinPut | Opcode::Memoize => return Ok(()),
            Opcode::Pop => return self.drop_top(1),
            Opcode::Append | Opcode::Build => return self.drop_top(1),
            Opcode::SetItem => return self.drop_top(2),
            Opcode::PopMark | Opcode::Appends | Opcode::SetItems | Opcode::AddItems => {
                self.take_to_mark();
                return Ok(());
            }
            Opcode::Dup => self.stack.last().copied().unwrap_or(Kind::Atom),
            Opcode::Get | Opcode::BinGet | Opcode::LongBinGet => fetched.unwrap_or(Kind::Atom),
            Opcode::EmptyTuple => Kind::Tuple { hashable: true },
            Opcode::Tuple1 | Opcode::Tuple2 | Opcode::Tuple3 => {
                let count = usize::from(opcode as u8 - op::TUPLE1) + 1;
                let items = above(&self.stack, count);
                self.drop_top(count)?;
                tuple_of(&items)
            }
            Opcode::Tuple => tuple_of(&self.take_to_mark()),
            Opcode::List | Opcode::Dict | Opcode::FrozenSet | Opcode::Inst | Opcode::Obj => {
                self.take_to_mark();
                match opcode {
                    Opcode::List => Kind::List,
                    Opcode::Dict => Kind::Dict,
                    Opcode::FrozenSet => Kind::FrozenSet,
                    _ => Kind::Object,
                }
            }
            Opcode::EmptyList => Kind::List,
            Opcode::EmptyDict => Kind::Dict,
            Opcode::EmptySet => Kind::Set,
            Opcode::ByteArray8 => Kind::ByteArray,
            Opcode::NextBuffer => Kind::Buffer,
            Opcode::ReadonlyBuffer | Opcode::BinPersId => {
                self.drop_top(1)?;
                if opcode == Opcode::BinPersId { Kind::Global } else { Kind::Atom }
            }
            Opcode::StackGlobal | Opcode::Reduce | Opcode::NewObj => {
                self.drop_top(2)?;
                if opcode == Opcode::StackGlobal { Kind::Global } else { Kind::Object }
            }
            Opcode::NewObjEx => {
                self.drop_top(3)?;
                Kind::Object
            }
            Opcode::Global | Opcode::Ext1 | Opcode::Ext2 | Opcode::Ext4 => Kind::Global,
            Opcode::PersId => Kind::Global,
            Opcode::ShortBinUnicode | Opcode::BinUnicode | Opcode::BinUnicode8 => Kind::Text,
            Opcode::Unicode => Kind::Text,
            _ => Kind::Atom,
        };
        self.stack.push(kind);
        Ok(())
    }

    fn drop_top(&mut self, count: usize) -> Result<()> {
        self.stack.truncate(self.stack.len().saturating_sub(count));
        Ok(())
    }

    fn take_to_mark(&mut self) -> Vec<Kind> {
        let mark = self.marks.pop().unwrap_or(0).min(self.stack.len());
        self.stack.split_off(mark)
    }

    /// Writes what follows the opcode; returns what a `GET` finds.
    fn operand(&mut self, opcode: Opcode, entropy: &mut Unstructured<'_>) -> Result<Option<Kind>> {
        match opcode {
            Opcode::Put | Opcode::BinPut | Opcode::LongBinPut | Opcode::Memoize => {
                self.put(opcode, entropy)?;
                return Ok(None);
            }
            Opcode::Get | Opcode::BinGet | Opcode::LongBinGet => return self.get(opcode, entropy),
            Opcode::Proto => self.out.push(entropy.int_in_range(0..=5)?),
            Opcode::Ext1 => self.out.push(entropy.int_in_range(1..=255)?),
            Opcode::Ext2 => self.out.extend(entropy.int_in_range(1..=u16::MAX)?.to_le_bytes()),
            Opcode::Ext4 => self.out.extend(entropy.int_in_range(1..=i32::MAX)?.to_le_bytes()),
            Opcode::Long1 | Opcode::Long4 => {
                let length = entropy.int_in_range(0..=20_u8)?;
                self.length(opcode.argument(), usize::from(length));
                self.random(usize::from(length), entropy)?;
            }
            Opcode::Global | Opcode::Inst => {
                let mut pair = *entropy.choose(GLOBALS)?;
                // `INST` takes ASCII only.
                if opcode == Opcode::Inst && !pair.0.is_ascii() {
                    pair = GLOBALS[0];
                }
                for line in [pair.0, pair.1] {
                    self.out.extend_from_slice(line);
                    self.out.push(b'\n');
                }
            }
            _ => self.plain_operand(opcode, entropy)?,
        }
        Ok(None)
    }

    /// Operands that say all about the value.
    fn plain_operand(&mut self, opcode: Opcode, entropy: &mut Unstructured<'_>) -> Result<()> {
        if let Some((_, lines)) = LINES.iter().find(|(of, _)| *of == opcode) {
            self.out.extend_from_slice(entropy.choose(lines)?);
            self.out.push(b'\n');
            return Ok(());
        }
        match opcode.argument() {
            Argument::None => Ok(()),
            Argument::UInt1 => self.random(1, entropy),
            Argument::UInt2 => self.random(2, entropy),
            Argument::Int4 | Argument::UInt4 => self.random(4, entropy),
            Argument::Float8 => {
                let numbers = [0.0, -0.0, 1.0, 1.5, f64::NAN, f64::INFINITY, 1e300, 5e-324];
                self.out.extend(entropy.choose(&numbers)?.to_be_bytes());
                Ok(())
            }
            argument => {
                let text = *entropy.choose(TEXTS)?;
                self.length(argument, text.len());
                self.out.extend_from_slice(text);
                Ok(())
            }
        }
    }

    fn length(&mut self, argument: Argument, length: usize) {
        let width = match argument {
            Argument::Bytes8 | Argument::ByteArray8 | Argument::Unicode8 => 8,
            Argument::Bytes4 | Argument::Unicode4 | Argument::String4 | Argument::Long4 => 4,
            _ => 1,
        };
        self.out.extend(&(length as u64).to_le_bytes()[..width]);
    }

    fn random(&mut self, count: usize, entropy: &mut Unstructured<'_>) -> Result<()> {
        for _ in 0..count {
            self.out.push(entropy.arbitrary()?);
        }
        Ok(())
    }

    fn put(&mut self, opcode: Opcode, entropy: &mut Unstructured<'_>) -> Result<()> {
        let top = self.stack.last().copied().unwrap_or(Kind::Atom);
        let mut index = match entropy.int_in_range(0..=7)? {
            0 => 0,
            1 => entropy.int_in_range(0..=300)?,
            2 => entropy.arbitrary()?,
            _ => u32::try_from(self.memo.len()).unwrap_or(u32::MAX),
        };
        match opcode {
            Opcode::Put => self.out.extend(format!("{index}\n").into_bytes()),
            Opcode::BinPut => {
                index %= 256;
                self.out.extend(&index.to_le_bytes()[..1]);
            }
            Opcode::LongBinPut => self.out.extend(index.to_le_bytes()),
            _ => index = u32::try_from(self.memo.len()).unwrap_or(u32::MAX),
        }
        self.memo.insert(index, top);
        Ok(())
    }

    fn get(&mut self, opcode: Opcode, entropy: &mut Unstructured<'_>) -> Result<Option<Kind>> {
        let place = entropy.choose_index(self.memo.len().max(1))?;
        let Some((&index, &kind)) = self.memo.iter().nth(place) else {
            self.out.extend(b"0\n\0\0");
            return Ok(None);
        };
        match opcode {
            Opcode::BinGet if index < 256 => self.out.extend(&index.to_le_bytes()[..1]),
            Opcode::LongBinGet => self.out.extend(index.to_le_bytes()),
            _ => {
                // The byte of the opcode is there already; this one spells any index.
                self.out.pop();
                self.out.push(op::GET);
                self.out.extend(format!("{index}\n").into_bytes());
            }
        }
        Ok(Some(kind))
    }

    /// Makes one value of all that is on the stack, and stops.
    fn finish(&mut self, entropy: &mut Unstructured<'_>) -> Result<()> {
        while !self.marks.is_empty() {
            let closing = if entropy.ratio(1, 2)? { Opcode::Tuple } else { Opcode::List };
            self.write(closing, entropy)?;
        }
        if self.stack.is_empty() {
            self.write(Opcode::None, entropy)?;
        }
        while self.stack.len() > 1 {
            self.write(Opcode::Tuple2, entropy)?;
        }
        self.out.push(op::STOP);
        Ok(())
    }
}

fn tuple_of(items: &[Kind]) -> Kind {
    Kind::Tuple { hashable: items.iter().all(|kind| kind.is_hashable()) }
}

fn are_members(items: &[Kind]) -> bool {
    items.iter().all(|kind| kind.is_hashable())
}

fn are_entries(items: &[Kind]) -> bool {
    items.len().is_multiple_of(2) && items.iter().step_by(2).all(|kind| kind.is_hashable())
}
