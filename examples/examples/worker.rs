//! A worker for a Python program that distributes its work with `multiprocessing.connection`.
//!
//! Python listens on a socket and demands a key; the worker connects, takes `Job`s and answers with
//! `Invoice`s, or with an exception that Python raises.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Cursor, Read, Write};
use std::net::TcpStream;
use std::rc::Rc;

use pickle_core::types::Exception;
use pickle_core::{Global, Reduce};
use pickle_examples::{
    Connection, Recorder, Result, finish_python, read_golden, start_python, update_golden,
};

/// The longest message that we take.
const LONGEST: u64 = 1 << 20;

#[derive(Reduce)]
#[reduce(module = "warehouse")]
struct Item {
    name: String,
    price: f64,
}

/// A thousand times the same item is one item, here as there.
#[derive(Reduce)]
#[reduce(module = "warehouse")]
struct Job {
    id: u32,
    items: Vec<Rc<Item>>,
}

#[derive(Reduce)]
#[reduce(module = "warehouse")]
struct Invoice {
    job: u32,
    total: f64,
}

fn work(job: &Job) -> Result<Invoice, Exception> {
    let Some(first) = job.items.first() else {
        let class = Global::new("builtins", "ValueError");
        return Err(Exception::new(class, [format!("job {} has no items", job.id).into()]));
    };
    let same = job.items.iter().all(|item| Rc::ptr_eq(item, first));
    let items = if same { format!("one item, {}", first.name) } else { "many items".to_owned() };
    println!("Rust    job {} of {} has {items}", job.id, job.items.len());
    Ok(Invoice { job: job.id, total: job.items.iter().map(|item| item.price).sum() })
}

/// Works until the other side has closed.
fn serve<R: Read, W: Write>(connection: &mut Connection<R, W>) -> Result {
    while let Some(message) = connection.receive_bytes(LONGEST)? {
        let job: Job = pickle_core::from_slice(&message)?;
        match work(&job) {
            Ok(invoice) => connection.send(&invoice)?,
            Err(exception) => connection.send(&exception)?,
        }
    }
    Ok(())
}

fn main() -> Result {
    let Some(mut python) = start_python("warehouse.py", &[] as &[&OsStr])? else {
        return serve(&mut Connection::new(Cursor::new(read_golden("worker.frames")?), io::sink()));
    };
    let mut printed = BufReader::new(python.stdout.take().ok_or("no standard output")?);
    let mut port = String::new();
    printed.read_line(&mut port)?;
    let port = port.trim().parse()?;

    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    Connection::new(&stream, &stream).authenticate(b"spam and eggs")?;
    println!("Rust    connected and authenticated");
    let mut recorder = Recorder::new(&stream);
    serve(&mut Connection::new(&mut recorder, &stream))?;
    update_golden("worker.frames", &recorder.recorded)?;

    finish_python(python, printed)
}
