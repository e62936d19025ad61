//! A file that stays open: it is left out of the pickle, and opened again after loading.
//!
//! In Python, `__getstate__` drops the file and `__setstate__` opens it. The other attributes need
//! no reducer, wherever they were set: by default an instance is pickled with all it has.

use std::fs::{self, File};
use std::io::Write;

use pickle_core::Reduce;
use pickle_examples::{Result, ask_python};

// Without `ctor` fields, loading in Python does not run `__init__`: the object is made bare and then
// given its state. That is how Python pickles by default, too.
#[derive(Reduce)]
#[reduce(module = "tutorial", after = LogBuffer::reopen)]
struct LogBuffer {
    filename: String,
    pending: Vec<String>,
    #[reduce(skip)]
    file: Option<File>,
}

impl LogBuffer {
    fn open(filename: &str) -> Result<LogBuffer, String> {
        let (filename, pending) = (filename.into(), Vec::new());
        let mut buffer = LogBuffer { filename, pending, file: None };
        buffer.reopen()?;
        Ok(buffer)
    }

    // Called when everything else is loaded. An error here is an error of loading.
    fn reopen(&mut self) -> Result<(), String> {
        let file = File::options().append(true).create(true).open(&self.filename);
        self.file = Some(file.map_err(|error| format!("cannot open {}: {error}", self.filename))?);
        Ok(())
    }

    fn write(&mut self, line: &str) {
        self.pending.push(line.into());
    }

    fn flush(&mut self) -> Result {
        let file = self.file.as_mut().ok_or("the file is not open")?;
        for line in self.pending.drain(..) {
            writeln!(file, "{line}")?;
        }
        Ok(())
    }
}

fn main() -> Result {
    // Both sides open `app.log` in the current folder, so let that be one of our own.
    let folder = std::env::temp_dir().join(format!("pickle-log-buffer-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    std::env::set_current_dir(&folder)?;

    let mut buffer = LogBuffer::open("app.log")?;
    buffer.write("written by Rust");
    println!("Rust    {} has {:?} pending", buffer.filename, buffer.pending);

    let ours = pickle_core::to_vec(&buffer)?;
    let theirs = ask_python(
        &ours,
        r#"
buffer = pickle.loads(ours)
print("%r has %s open again" % (buffer, buffer._file.name))
buffer.flush()
buffer.write("buffered by Python")
theirs = pickle.dumps(buffer)
"#,
        "log_buffer.pkl",
    )?;

    let mut back: LogBuffer = pickle_core::from_slice(&theirs)?;
    println!("Rust    {} has {:?} pending", back.filename, back.pending);
    back.flush()?;
    println!("Rust    app.log now says {:?}", fs::read_to_string("app.log")?);

    // When the hook fails, so does loading. The error says where in the pickle it happened.
    back.filename = "no/such/folder/app.log".into();
    let error = pickle_core::from_slice::<LogBuffer>(&pickle_core::to_vec(&back)?);
    println!("Rust    {}", error.err().ok_or("loaded a buffer without its folder")?);

    std::env::set_current_dir(std::env::temp_dir())?;
    fs::remove_dir_all(&folder)?;
    Ok(())
}
