//! A worker of a Python `Executor`: Python submits functions, they run in Rust.
//!
//! Python's pool (`examples/python/rust_pool.py`) starts this program with `--worker`, and feeds it
//! calls through its standard input. A function travels by its name, and each has arguments and a
//! result of its own types.

use std::env;
use std::fs;
use std::io::{self, BufReader, Read, Write};
use std::sync::Arc;

use pickle_core::types::{Counter, Exception};
use pickle_core::{
    Function, Global, NodeRef, ReconstructOwned, Reduce, Registry, UnpickleOptions, Unpickler,
    Value,
};
use pickle_examples::{Result, finish_python, read_golden, start_python, update_golden};

/// Makes the answer to the call of this number, with these arguments, and pickles it.
#[derive(Clone)]
struct Task(Arc<Run>);
type Run = dyn Fn(u64, NodeRef<'_, '_>) -> Result<Vec<u8>> + Send + Sync;
type Outcome<T> = Result<T, Exception>;

#[derive(Reduce)]
#[reduce(module = "rust_pool")]
struct Answer<R> {
    id: u64,
    result: Option<R>,
    exception: Option<Exception>,
}

fn count_words((text,): (String,)) -> Outcome<Counter<String>> {
    let mut counts: Vec<(String, i64)> = Vec::new();
    for word in text.split_whitespace() {
        match counts.iter_mut().find(|(known, _)| known == word) {
            Some((_, count)) => *count += 1,
            None => counts.push((word.to_owned(), 1)),
        }
    }
    Ok(Counter(counts))
}

fn prime_factors((number,): (u64,)) -> Outcome<Vec<u64>> {
    if number == 0 {
        return Err(exception("ValueError", "zero has no prime factors"));
    }
    let (mut rest, mut factors) = (number, Vec::new());
    let mut divisor = 2;
    while divisor <= rest / divisor {
        if rest % divisor == 0 {
            factors.push(divisor);
            rest /= divisor;
        } else {
            divisor += 1;
        }
    }
    factors.extend((rest > 1).then_some(rest));
    Ok(factors)
}

fn exception(class: &str, message: impl ToString) -> Exception {
    Exception::new(Global::new("builtins", class), [message.to_string().into()])
}

fn answer<R: Reduce>(id: u64, outcome: Outcome<R>) -> Result<Vec<u8>> {
    let (result, exception) = match outcome {
        Ok(result) => (Some(result), None),
        Err(exception) => (None, Some(exception)),
    };
    Ok(pickle_core::to_vec(&Answer { id, result, exception })?)
}

/// Makes a task of a function with typed arguments and a typed result.
fn task<A: ReconstructOwned + 'static, R: Reduce + 'static>(run: fn(A) -> Outcome<R>) -> Task {
    Task(Arc::new(move |id, args| {
        let args = UnpickleOptions::new().from_node(args);
        answer(id, args.map_err(|error| exception("TypeError", error)).and_then(run))
    }))
}

fn registry() -> Registry {
    let mut registry = Registry::new();
    registry
        .function(Function::<Task>::new("textwork", "count_words", task(count_words)))
        .function(Function::<Task>::new("textwork", "prime_factors", task(prime_factors)));
    registry
}

/// Answers one call, `{id, function, args}`. A function that is not ours is the caller's mistake.
fn call(call: NodeRef<'_, '_>, options: &UnpickleOptions<'_>) -> Result<Vec<u8>> {
    let id = options.from_node(call.at("id")?)?;
    match options.from_node::<Function<Task>>(call.at("function")?) {
        Ok(function) => (function.0)(id, call.at("args")?),
        Err(error) => answer::<()>(id, Err(exception("NotImplementedError", error))),
    }
}

/// Answers the calls that come in, until there are no more.
fn work(calls: impl Read, mut answers: impl Write) -> Result {
    let registry = registry();
    let options = UnpickleOptions::new().registry(&registry);
    let mut calls = Unpickler::new(calls);
    while !calls.at_end()? {
        let graph = calls.load_graph()?;
        answers.write_all(&call(graph.root(), &options)?)?;
        answers.flush()?;
    }
    Ok(())
}

fn main() -> Result {
    if env::args().nth(1).is_some_and(|argument| argument == "--worker") {
        return work(io::stdin().lock(), io::stdout().lock());
    }
    let worker = env::current_exe()?;
    let record = tempfile::NamedTempFile::new()?;
    let arguments = [worker.as_os_str(), record.path().as_os_str()];
    let Some(mut python) = start_python("textwork.py", &arguments)? else {
        let mut answers = Vec::new();
        work(&*read_golden("pool.calls")?, &mut answers)?;
        for answer in Unpickler::new(&*answers).iter::<Answer<Value>>() {
            let Answer { id, result, exception } = answer?;
            println!("Rust    answers call {id} with {result:?}, {exception:?}");
        }
        return Ok(());
    };
    let printed = BufReader::new(python.stdout.take().ok_or("no standard output")?);
    finish_python(python, printed)?;
    update_golden("pool.calls", &fs::read(record.path())?)
}
