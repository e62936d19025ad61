//! The symbolic machine: a pickle machine whose values are what is known about objects.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use foldhash::quality::RandomState;

use crate::error::{Error, Result};
use crate::opcode::{Argument, Opcode};
use crate::protocol::Protocol;
use crate::tools::audit::operands::{self, Raw};
use crate::tools::audit::value::{self, Heap, Id, Name, Value};
use crate::tools::audit::{Action, Audit, Auditor, Finding, Judgement, Verdict};
use crate::wire::long::{self, Notation, Whole};

/// An index of the memo. `pickle.py` takes any integer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Small(i64),
    Large(Box<[u8]>),
}

type Memo = HashMap<Key, Id, RandomState>;

/// Audits one pickle after the other.
///
/// A reader may forget the memo after each, as `pickle.load` does, or keep it, as one `Unpickler`
/// does. What one of the two would do is reported.
pub(super) fn run_all(auditor: &Auditor, input: &[u8], within: &[usize], audit: &mut Audit) {
    let mut heap = Heap::default();
    let mut memo = Memo::default();
    let mut begin = 0;
    while begin == 0 || begin < input.len() {
        let mut found = Audit::default();
        let machine = Machine::new(auditor, input, begin, within, &mut heap, &mut found);
        let mut end = machine.run(Memo::default());
        if memo.is_empty() {
            memo = end.memo;
        } else {
            let mut again = Audit::default();
            let mut machine = Machine::new(auditor, input, begin, within, &mut heap, &mut again);
            machine.second = true;
            let kept = machine.run(memo);
            memo = kept.memo;
            if end.result.is_err() {
                end.result = kept.result;
            }
            found.add_new(again, auditor.findings);
        }
        let is_empty = found.findings.is_empty() && found.left_out == 0;
        if begin > 0 && end.result.is_err() && is_empty {
            audit.trailing = Some(begin..input.len());
            return;
        }
        audit.pickles += 1;
        audit.add(found, auditor.findings);
        match end.result {
            Ok(end) => begin = end,
            Err(error) => {
                audit.error.get_or_insert(error);
                return;
            }
        }
    }
}

impl Audit {
    /// Adds what was found later.
    fn add(&mut self, later: Audit, most: usize) {
        self.left_out += later.left_out;
        self.worst = self.worst.max(later.worst);
        for finding in later.findings {
            self.note(finding.verdict, most, || finding);
        }
    }

    /// Adds what was found when the same instructions ran with another memo.
    fn add_new(&mut self, again: Audit, most: usize) {
        let known: HashSet<(usize, Action, String)> =
            self.findings.iter().map(|it| (it.offset, it.action, it.name.clone())).collect();
        self.worst = self.worst.max(again.worst);
        for finding in again.findings {
            if !known.contains(&(finding.offset, finding.action, finding.name.clone())) {
                self.note(finding.verdict, most, || finding);
            }
        }
    }
}

/// How a pickle ended: behind its `STOP`, or why not; and the memo then.
struct End {
    result: Result<usize>,
    memo: Memo,
}

pub(super) struct Machine<'a, 'de> {
    pub(super) auditor: &'a Auditor,
    input: &'de [u8],
    within: &'a [usize],
    pub(super) heap: &'a mut Heap<'de>,
    audit: &'a mut Audit,
    stack: Vec<Id>,
    /// Heights of the stack.
    marks: Vec<usize>,
    memo: Memo,
    begin: usize,
    /// Where the instruction being run begins.
    here: usize,
    /// Whether this is the second time, so that nested pickles were seen.
    second: bool,
    /// How many entries of states and arguments may still be looked at. A pickle can set one large
    /// state many times.
    pub(super) patience: usize,
    /// What was thought of names; most of them come up often.
    judged: RefCell<HashMap<Name, Judgement, RandomState>>,
}

impl<'a, 'de> Machine<'a, 'de> {
    fn new(
        auditor: &'a Auditor,
        input: &'de [u8],
        begin: usize,
        within: &'a [usize],
        heap: &'a mut Heap<'de>,
        audit: &'a mut Audit,
    ) -> Machine<'a, 'de> {
        Machine {
            auditor,
            input,
            within,
            heap,
            audit,
            stack: Vec::new(),
            marks: Vec::new(),
            memo: Memo::default(),
            begin,
            here: begin,
            second: false,
            patience: input.len().saturating_mul(8).saturating_add(1 << 16),
            judged: RefCell::default(),
        }
    }

    fn run(mut self, memo: Memo) -> End {
        self.memo = memo;
        let result = self.run_to_stop().map_err(|error| error.at(self.here));
        End { result, memo: self.memo }
    }

    fn run_to_stop(&mut self) -> Result<usize> {
        let mut next = self.begin;
        loop {
            self.here = next;
            let instruction = operands::read(self.input, next)?;
            next += instruction.length;
            if instruction.opcode == Opcode::Stop {
                self.pop()?;
                return Ok(next);
            }
            self.step(instruction.opcode, instruction.operand)?;
        }
    }

    /// What to think of a name.
    pub(super) fn judge(&self, name: &Name) -> Judgement {
        if let Some(judgement) = self.judged.borrow().get(name) {
            return judgement.clone();
        }
        let judgement = self.auditor.policy.judge(name);
        self.judged.borrow_mut().insert(name.clone(), judgement.clone());
        judgement
    }

    /// Reports what Python does here.
    pub(super) fn note(
        &mut self,
        action: Action,
        name: &Name,
        args: &[Id],
        (verdict, reason): Judgement,
    ) {
        let (offset, within, heap) = (self.here, self.within, &*self.heap);
        self.audit.note(verdict, self.auditor.findings, || Finding {
            offset,
            within: within.to_vec(),
            action,
            name: name.text(),
            args: if action == Action::Import { String::new() } else { heap.preview(args) },
            verdict,
            reason,
        });
    }

    fn step(&mut self, opcode: Opcode, operand: Raw<'de>) -> Result<()> {
        match opcode {
            Opcode::Stop | Opcode::Frame => Ok(()),
            Opcode::Proto => match operand {
                Raw::Word(number) if number > Protocol::HIGHEST as u64 => {
                    Err(Error::malformed(format!("protocol {number}"), "a protocol up to 5"))
                }
                _ => Ok(()),
            },
            Opcode::Mark => {
                self.marks.push(self.stack.len());
                Ok(())
            }
            Opcode::Pop if self.stack.len() <= self.floor() => self.pop_mark().map(drop),
            Opcode::Pop => self.pop().map(drop),
            Opcode::PopMark => self.take_to_mark().map(drop),
            Opcode::Dup => {
                let top = self.top()?;
                self.push(top)
            }
            Opcode::Put | Opcode::BinPut | Opcode::LongBinPut => {
                let (key, top) = (key(operand)?, self.top()?);
                self.memo.insert(key, top);
                Ok(())
            }
            Opcode::Memoize => {
                let (key, top) = (Key::Small(self.memo.len() as i64), self.top()?);
                self.memo.insert(key, top);
                Ok(())
            }
            Opcode::Get | Opcode::BinGet | Opcode::LongBinGet => {
                let found = self.memo.get(&key(operand)?).copied();
                self.push(found.ok_or_else(|| {
                    Error::malformed("a memo index", "an index that was stored before")
                })?)
            }
            Opcode::Global
            | Opcode::StackGlobal
            | Opcode::Ext1
            | Opcode::Ext2
            | Opcode::Ext4
            | Opcode::PersId
            | Opcode::BinPersId => self.import_instruction(opcode, operand),
            Opcode::Reduce | Opcode::NewObj | Opcode::NewObjEx | Opcode::Inst | Opcode::Obj => {
                self.call_instruction(opcode, operand)
            }
            Opcode::Build => {
                let state = self.pop()?;
                let object = self.top()?;
                self.set_state(object, state);
                Ok(())
            }
            _ => self.data_instruction(opcode, operand),
        }
    }

    /// Instructions that make and fill containers and atoms.
    fn data_instruction(&mut self, opcode: Opcode, operand: Raw<'de>) -> Result<()> {
        match opcode {
            Opcode::None => self.push(Id::NONE),
            Opcode::NewTrue => self.push(Id::TRUE),
            Opcode::NewFalse => self.push(Id::FALSE),
            Opcode::NextBuffer => self.push(Id::BUFFER),
            Opcode::ReadonlyBuffer => self.top().map(drop),
            Opcode::EmptyTuple => self.push_new(Value::Tuple(Vec::new())),
            Opcode::EmptyList => self.push_new(Value::List(Vec::new())),
            Opcode::EmptyDict => self.push_new(Value::Dict(Vec::new())),
            Opcode::EmptySet => self.push_new(Value::Set(Vec::new())),
            Opcode::Tuple1 => self.tuple(1),
            Opcode::Tuple2 => self.tuple(2),
            Opcode::Tuple3 => self.tuple(3),
            Opcode::Tuple => {
                let items = self.take_to_mark()?;
                self.push_new(Value::Tuple(items))
            }
            Opcode::List => {
                let items = self.take_to_mark()?;
                self.push_new(Value::List(items))
            }
            Opcode::Dict => {
                let entries = self.take_to_mark()?;
                self.push_new(Value::Dict(entries))
            }
            Opcode::FrozenSet => {
                let members = self.take_to_mark()?;
                self.push_new(Value::Set(members))
            }
            Opcode::Append => {
                let item = self.pop()?;
                self.fill(Action::Extend, &[item])
            }
            Opcode::Appends => {
                let items = self.take_to_mark()?;
                self.fill(Action::Extend, &items)
            }
            Opcode::SetItem => {
                let value = self.pop()?;
                let key = self.pop()?;
                self.fill(Action::SetItems, &[key, value])
            }
            Opcode::SetItems => {
                let entries = self.take_to_mark()?;
                self.fill(Action::SetItems, &entries)
            }
            Opcode::AddItems => {
                let members = self.take_to_mark()?;
                self.fill(Action::Add, &members)
            }
            _ => self.atom(opcode, operand),
        }
    }

    /// Numbers, text and bytes.
    fn atom(&mut self, opcode: Opcode, operand: Raw<'de>) -> Result<()> {
        let argument = opcode.argument();
        match (argument, operand) {
            (Argument::UInt1 | Argument::UInt2, Raw::Word(number)) => self.push(Id::int(number)),
            (Argument::Int4, Raw::Word(number)) => {
                // A negative one is beyond what is shown.
                self.push(Id::int(number))
            }
            (Argument::DecimalShort, Raw::Data(b"00")) => self.push(Id::FALSE),
            (Argument::DecimalShort, Raw::Data(b"01")) => self.push(Id::TRUE),
            (Argument::DecimalShort | Argument::DecimalLong, Raw::Data(line))
                if line.len() < 12 =>
            {
                let line = line.strip_suffix(b"L").unwrap_or(line);
                let number = long::from_text(line, Notation::Decimal, 12);
                self.push(match number {
                    Ok(Whole::Small(number)) => u64::try_from(number).map_or(Id::NUMBER, Id::int),
                    _ => Id::NUMBER,
                })
            }
            (Argument::Bytes1 | Argument::Bytes4 | Argument::Bytes8, Raw::Data(data))
            | (Argument::ByteArray8, Raw::Data(data)) => {
                self.look_into(data);
                self.push_new(Value::Bytes(Cow::Borrowed(data)))
            }
            (
                Argument::Unicode1
                | Argument::Unicode4
                | Argument::Unicode8
                | Argument::String1
                | Argument::String4
                | Argument::UnicodeLine
                | Argument::StringLine,
                Raw::Data(data),
            ) => {
                let text = operands::text(argument, data);
                match latin1(&text) {
                    Some(bytes) => self.look_into(&bytes),
                    None => self.look_into(&text),
                }
                self.push_new(Value::Text(text))
            }
            _ => self.push(Id::NUMBER),
        }
    }

    /// Looks for a pickle in text or bytes.
    fn look_into(&mut self, data: &[u8]) {
        // The shortest that imports something: `cm\nf\n.`
        let names = |byte: &u8| matches!(byte, b'c' | b'i' | b'P' | b'Q' | 0x82..=0x84 | 0x93);
        let deep = self.within.len() >= self.auditor.depth;
        if self.second || data.len() < 6 || operands::read(data, 0).is_err() {
            return;
        }
        if !data.iter().any(names) {
            return;
        }
        let within: Vec<usize> = self.within.iter().copied().chain([self.here]).collect();
        if deep {
            if data.first() == Some(&(Opcode::Proto as u8)) {
                let reason = "is nested too deep to be looked into".into();
                let name = Name::new("pickle", "");
                self.note(Action::Call, &name, &[], (Verdict::Dangerous, reason));
            }
            return;
        }
        let mut found = Audit::default();
        run_all(self.auditor, data, &within, &mut found);
        let looks = found.error.is_none()
            || found.pickles > 1
            || data.first() == Some(&(Opcode::Proto as u8))
            || found.worst == Verdict::Dangerous;
        if looks {
            self.audit.add(found, self.auditor.findings);
        }
    }

    pub(super) fn add(&mut self, value: Value<'de>) -> Result<Id> {
        self.heap
            .add(value)
            .ok_or_else(|| Error::malformed("more than 2147483648 values", "a smaller pickle"))
    }

    pub(super) fn push(&mut self, id: Id) -> Result<()> {
        self.stack.push(id);
        Ok(())
    }

    pub(super) fn push_new(&mut self, value: Value<'de>) -> Result<()> {
        let id = self.add(value)?;
        self.push(id)
    }

    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    pub(super) fn top(&self) -> Result<Id> {
        match self.stack.last() {
            Some(&top) if self.stack.len() > self.floor() => Ok(top),
            _ => Err(nothing()),
        }
    }

    pub(super) fn pop(&mut self) -> Result<Id> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    fn pop_mark(&mut self) -> Result<usize> {
        self.marks.pop().ok_or_else(|| Error::malformed("no mark on the stack", "one"))
    }

    pub(super) fn take_to_mark(&mut self) -> Result<Vec<Id>> {
        let height = self.pop_mark()?;
        Ok(self.stack.drain(height.min(self.stack.len())..).collect())
    }

    fn tuple(&mut self, length: usize) -> Result<()> {
        let height = self.stack.len().checked_sub(length).filter(|&it| it >= self.floor());
        let items = self.stack.split_off(height.ok_or_else(nothing)?);
        self.push_new(Value::Tuple(items))
    }

    /// The name in two lines of text.
    pub(super) fn lines(first: &[u8], second: &[u8]) -> Rc<Name> {
        Rc::new(Name::new(value::cut(first), value::cut(second)))
    }
}

#[cold]
pub(super) fn nothing() -> Error {
    Error::malformed("nothing on the stack above the last mark", "a value")
}

fn key(operand: Raw<'_>) -> Result<Key> {
    match operand {
        Raw::Data(line) => match long::from_text(line, Notation::Decimal, 4300)? {
            Whole::Small(index) => Ok(Key::Small(index)),
            Whole::Large(index) => Ok(Key::Large(index.as_ref().into())),
        },
        Raw::Word(index) => Ok(Key::Small(i64::try_from(index).unwrap_or(i64::MAX))),
        Raw::Lines(..) => Err(nothing()),
    }
}

/// Text that stands for bytes, as protocols 0 to 2 write them.
fn latin1(text: &[u8]) -> Option<Vec<u8>> {
    if text.is_ascii() {
        return None;
    }
    let text = std::str::from_utf8(text).ok()?;
    text.chars().map(|char| u8::try_from(char).ok()).collect()
}
