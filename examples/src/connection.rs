//! The messages of `multiprocessing.connection`: frames with a pickle in each.

use std::io::{self, Read, Write};

use hmac::{Hmac, Mac};
use md5::Md5;
use pickle_core::{PickleOptions, Reduce};
use sha2::Sha256;

use crate::Result;

const CHALLENGE: &[u8] = b"#CHALLENGE#";
const WELCOME: &[u8] = b"#WELCOME#";
const FAILURE: &[u8] = b"#FAILURE#";
/// How a challenge or an answer of CPython 3.12 and later begins.
const SHA256: &[u8] = b"{sha256}";
/// The longest message of a handshake (`deliver_challenge` of `multiprocessing/connection.py`).
const LONGEST_ANSWER: u64 = 256;

/// One end of a `multiprocessing.connection`, over a socket or any other stream.
pub struct Connection<R, W> {
    reader: R,
    writer: W,
}

impl<R: Read, W: Write> Connection<R, W> {
    /// What is read comes from one stream, what is written goes to another, or to the same.
    pub fn new(reader: R, writer: W) -> Connection<R, W> {
        Connection { reader, writer }
    }

    /// Sends a value, as `Connection.send` does.
    ///
    /// # Errors
    /// When the value cannot be pickled, or the stream fails.
    pub fn send<T: ?Sized + Reduce>(&mut self, value: &T) -> Result {
        self.send_bytes(&PickleOptions::new().to_vec(value)?)
    }

    /// Sends a frame: its length, big-endian, and its bytes. A length of four bytes is signed, and
    /// -1 announces one of eight (`_send_bytes` of `multiprocessing/connection.py`).
    ///
    /// # Errors
    /// When the stream fails.
    pub fn send_bytes(&mut self, bytes: &[u8]) -> Result {
        // Header and bytes go out at once, so that small messages are one packet.
        let mut frame = Vec::with_capacity(bytes.len() + 12);
        match i32::try_from(bytes.len()) {
            Ok(len) => frame.extend(len.to_be_bytes()),
            Err(_) => {
                frame.extend((-1i32).to_be_bytes());
                frame.extend((bytes.len() as u64).to_be_bytes());
            }
        }
        frame.extend(bytes);
        self.writer.write_all(&frame)?;
        Ok(self.writer.flush()?)
    }

    /// Receives the pickle that `Connection.send` sent; `None` when the other side has closed.
    ///
    /// # Errors
    /// When the stream fails or ends within a frame, and when the frame is longer than `longest`.
    pub fn receive_bytes(&mut self, longest: u64) -> Result<Option<Vec<u8>>> {
        let mut header = [0; 4];
        // The other side may close between two frames, and only there.
        if self.reader.read(&mut header[..1])? == 0 {
            return Ok(None);
        }
        self.reader.read_exact(&mut header[1..])?;
        let len = match i32::from_be_bytes(header) {
            -1 => {
                let mut header = [0; 8];
                self.reader.read_exact(&mut header)?;
                u64::from_be_bytes(header)
            }
            len => u64::try_from(len)?,
        };
        if len > longest {
            return Err(format!("found a frame of {len} bytes, expected at most {longest}").into());
        }
        // Memory follows what arrives, not what is announced.
        let mut bytes = Vec::new();
        (&mut self.reader).take(len).read_to_end(&mut bytes)?;
        if (bytes.len() as u64) < len {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        Ok(Some(bytes))
    }

    /// Proves to a `Listener` that we know its key, and lets it prove the same, as `Client` does.
    ///
    /// # Errors
    /// When one side does not know the key, and when the stream fails.
    pub fn authenticate(&mut self, key: &[u8]) -> Result {
        self.answer_challenge(key)?;
        self.deliver_challenge(key)
    }

    fn answer_challenge(&mut self, key: &[u8]) -> Result {
        let message = self.receive_answer()?;
        let challenge = message.strip_prefix(CHALLENGE).ok_or("found no challenge")?;
        // The digest is that of the challenge, and covers its name (`_create_response`).
        let answer = match challenge.starts_with(SHA256) {
            true => [SHA256, &digest::<Hmac<Sha256>>(key, challenge)?].concat(),
            false => digest::<Hmac<Md5>>(key, challenge)?,
        };
        self.send_bytes(&answer)?;
        match self.receive_answer()? == WELCOME {
            true => Ok(()),
            false => Err("the other side has another key".into()),
        }
    }

    fn deliver_challenge(&mut self, key: &[u8]) -> Result {
        let mut random = [0; 40];
        getrandom::fill(&mut random)?;
        let challenge = [SHA256, &random].concat();
        self.send_bytes(&[CHALLENGE, &challenge].concat())?;
        let answer = self.receive_answer()?;
        // Before 3.12, Python takes the name for a part of the challenge, and answers with MD5.
        let right = match answer.strip_prefix(SHA256) {
            Some(answer) => verify::<Hmac<Sha256>>(key, &challenge, answer)?,
            None => verify::<Hmac<Md5>>(key, &challenge, &answer)?,
        };
        self.send_bytes(if right { WELCOME } else { FAILURE })?;
        match right {
            true => Ok(()),
            false => Err("the other side does not know the key".into()),
        }
    }

    fn receive_answer(&mut self) -> Result<Vec<u8>> {
        let answer = self.receive_bytes(LONGEST_ANSWER)?;
        answer.ok_or_else(|| "the other side closed before it knew us".into())
    }
}

fn digest<M: Mac + hmac::digest::KeyInit>(key: &[u8], message: &[u8]) -> Result<Vec<u8>> {
    let mac = <M as Mac>::new_from_slice(key)?.chain_update(message);
    Ok(mac.finalize().into_bytes().to_vec())
}

/// In constant time, whatever the answer is.
fn verify<M: Mac + hmac::digest::KeyInit>(
    key: &[u8],
    message: &[u8],
    answer: &[u8],
) -> Result<bool> {
    Ok(<M as Mac>::new_from_slice(key)?.chain_update(message).verify_slice(answer).is_ok())
}

/// Keeps what is read through it.
pub struct Recorder<R> {
    reader: R,
    /// What was read.
    pub recorded: Vec<u8>,
}

impl<R> Recorder<R> {
    /// Records what this reader gives.
    pub fn new(reader: R) -> Recorder<R> {
        Recorder { reader, recorded: Vec::new() }
    }
}

impl<R: Read> Read for Recorder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.recorded.extend(buffer.iter().take(count));
        Ok(count)
    }
}
