//! A panic inside of a user's hook goes through, and leaves everything usable or clearly finished.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should panic")]

use std::cell::Cell;
use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use pickle_core::{
    Class, Graph, PickleBuffer, PickleOptions, Pickler, Placement, Protocol, Reduce, Registered,
    Registry, Route, UnpickleOptions, Unpickler,
};

/// The hooks that write panic at this number, those that read at the next.
const WRITING: u32 = 13;
const READING: u32 = 14;

fn hook(number: u32, fatal: u32) -> u32 {
    assert_ne!(number, fatal, "a hook panics");
    number
}

#[derive(Debug, Clone, PartialEq)]
struct Ticket(u32);

static TICKET: Class = Class::new("shop", "Ticket");

/// Has `__getstate__` and `__setstate__`.
#[derive(Debug, Clone, Default, PartialEq, Reduce)]
#[reduce(module = "shop", getstate = Counter::get, setstate = Counter::set)]
struct Counter {
    count: u32,
}

impl Counter {
    fn get(&self) -> (u32,) {
        (hook(self.count, WRITING),)
    }

    fn set(&mut self, (count,): (u32,)) {
        self.count = hook(count, READING);
    }
}

/// Is made by a function, and writes a field by one.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "shop", ctor = Made::new, after = Made::after)]
struct Made {
    #[reduce(ctor)]
    number: u32,
    #[reduce(skip_if = Made::is_written)]
    state: u32,
}

impl Made {
    fn new(number: u32) -> Made {
        Made { number: hook(number, READING), state: 0 }
    }

    fn is_written(state: &u32) -> bool {
        hook(*state, WRITING) == 0
    }

    fn after(&mut self) {
        hook(self.state, READING);
    }
}

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "shop")]
struct Customer {
    id: u32,
}

/// Something of every kind of hook.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "shop")]
struct Order {
    before: Rc<String>,
    ticket: Registered<Ticket>,
    counter: Counter,
    made: Made,
    customer: Customer,
    after: Rc<String>,
}

/// How many numbers an order has.
const PLACES: usize = 5;

/// An order with a number in one place.
fn order(place: usize, number: u32) -> Order {
    let mut numbers = [1; PLACES];
    if let Some(at) = numbers.get_mut(place) {
        *at = number;
    }
    let [ticket, count, made, state, id] = numbers;
    let text = Rc::new("shared".to_owned());
    Order {
        before: text.clone(),
        ticket: Registered(Ticket(ticket)),
        counter: Counter { count },
        made: Made { number: made, state },
        customer: Customer { id },
        after: text,
    }
}

fn registry() -> Registry {
    let mut registry = Registry::new();
    registry.register(
        &TICKET,
        |ticket: &Ticket| (hook(ticket.0, WRITING),),
        |(number,): (u32,)| Ticket(hook(number, READING)),
    );
    registry.persistent(
        |customer: &Customer| Some(hook(customer.id, WRITING).to_string()),
        |id: String| Customer { id: hook(id.parse().unwrap(), READING) },
    );
    registry
}

fn panics<T>(run: impl FnOnce() -> T) {
    let message = match catch_unwind(AssertUnwindSafe(run)) {
        Ok(_) => panic!("no hook panicked"),
        Err(message) => message.downcast::<String>().map_or_else(|_| String::new(), |it| *it),
    };
    assert!(message.contains("a hook panics"), "{message}");
}

#[test]
fn while_writing() {
    let registry = registry();
    for protocol in Protocol::ALL {
        let options = PickleOptions::new().protocol(protocol).registry(&registry);
        let good = order(PLACES, 0);
        let expected = options.to_vec(&good).unwrap();
        // The constructor's argument is written without a hook.
        for place in (0..PLACES).filter(|&place| place != 2) {
            let bad = order(place, WRITING);
            panics(|| options.to_vec(&bad));
            let mut buffer = b"before".to_vec();
            panics(|| options.to_buffer(&mut buffer, &bad));
            assert!(buffer.is_empty(), "the buffer is lost, as documented");
            options.to_buffer(&mut buffer, &good).unwrap();
            assert_eq!(buffer, expected, "nothing of the panic is left");

            let mut pickler = Pickler::with_options(Vec::new(), options);
            pickler.dump(&good).unwrap();
            panics(|| pickler.dump(&bad));
            let error = pickler.dump(&good).unwrap_err().to_string();
            assert_eq!(error, "found a stream that ends inside a pickle, expected a new one");
            assert_eq!(pickler.into_inner(), expected);
        }
    }
}

#[test]
fn while_reading() {
    let registry = registry();
    for protocol in Protocol::ALL {
        let options = PickleOptions::new().protocol(protocol).registry(&registry);
        let good = order(PLACES, 0);
        for place in 0..PLACES {
            let bad = order(place, READING);
            let pickle = options.to_vec(&bad).unwrap();
            let valid = options.to_vec(&good).unwrap();
            for route in [Route::default(), Route::General] {
                let reader = UnpickleOptions::new().registry(&registry).route(route);
                panics(|| reader.from_slice::<Order>(&pickle));
                assert_eq!(reader.from_slice::<Order>(&valid).unwrap(), good);
                panics(|| reader.from_reader::<_, Order>(&pickle[..]));
            }
            // With and without the memo of the pickles before, the next is read.
            let reader = UnpickleOptions::new().registry(&registry);
            for keep in [false, true] {
                let mut pickler = Pickler::with_options(Vec::new(), options);
                for value in [&good, &bad, &good] {
                    pickler.dump(value).unwrap();
                    if !keep {
                        pickler.clear_memo();
                    }
                }
                let stream = pickler.into_inner();
                let mut unpickler = Unpickler::with_options(&stream[..], reader).keep_memo(keep);
                assert_eq!(unpickler.load::<Order>().unwrap(), good);
                panics(|| unpickler.load::<Order>());
                assert_eq!(unpickler.load::<Order>().unwrap(), good);
                assert!(unpickler.at_end().unwrap());
            }
        }
    }
}

#[test]
fn in_the_callback_for_buffers() {
    let callback = |buffer: &PickleBuffer<'_>| {
        hook(u32::try_from(buffer.len()).unwrap(), WRITING);
        Ok(Placement::OutOfBand)
    };
    let options = PickleOptions::new().protocol(Protocol::V5).buffer_callback(&callback);
    panics(|| options.to_vec(&PickleBuffer::new(&[0; WRITING as usize][..])));
    let pickle = options.to_vec(&PickleBuffer::new(&b"ab"[..])).unwrap();
    assert_eq!(pickle, b"\x80\x05\x97.");
}

/// A stream that panics once at an offset, when it is read or written.
struct Mine<T> {
    stream: T,
    left: Cell<u32>,
}

impl<T> Mine<T> {
    fn step(&self) {
        let left = self.left.get();
        self.left.set(left.wrapping_sub(1));
        hook(left, 0);
    }
}

impl<T: Read> Read for Mine<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.step();
        let len = buffer.len().min(1);
        buffer.get_mut(..len).map_or(Ok(0), |buffer| self.stream.read(buffer))
    }
}

impl<T: Write> Write for Mine<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.step();
        let (first, _) = bytes.split_at(bytes.len().min(1));
        self.stream.write(first)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// A panic of the stream loses nothing of what was read before it; what was being written ends
/// there.
#[test]
fn in_the_stream() {
    let value = (Rc::new("shared".to_owned()), vec![1.5; 3]);
    for protocol in Protocol::ALL {
        let options = PickleOptions::new().protocol(protocol);
        let pickle = options.to_vec(&value).unwrap();
        for left in 0..u32::try_from(pickle.len()).unwrap() {
            let stream = Mine { stream: &pickle[..], left: Cell::new(left) };
            let mut unpickler = Unpickler::new(stream);
            panics(|| unpickler.load_graph().map(|_| ()));
            assert!(*unpickler.load_graph().unwrap() == Graph::from_slice(&pickle).unwrap());

            let stream = Mine { stream: Vec::new(), left: Cell::new(left) };
            let mut pickler = Pickler::with_options(stream, options);
            panics(|| pickler.dump(&value));
            let error = pickler.dump(&value).unwrap_err().to_string();
            assert_eq!(error, "found a stream that ends inside a pickle, expected a new one");
            assert_eq!(pickler.into_inner().stream, pickle[..left as usize]);
        }
    }
}
