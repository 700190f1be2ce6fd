//! SHA-256 of files: what ties a plan to the file it was made for.

use std::fs::File;
use std::io::{self, Read as _, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::{self, JoinHandle};

use sha2::{Digest as _, Sha256};

use super::ReadError;

/// SHA-256 of a file, in lower-case hexadecimal digits.
///
/// # Errors
/// [`ReadError::File`] when the file cannot be read.
pub fn sha256_of(path: &Path) -> Result<String, ReadError> {
    let mut file = File::open(path).map_err(|source| ReadError::from_io(path, source))?;
    let mut hasher = Sha256::new();
    let mut block = vec![0; 1 << 20];
    loop {
        let n = file.read(&mut block).map_err(|source| ReadError::from_io(path, source))?;
        if n == 0 {
            return Ok(hex(&hasher.finalize()));
        }
        hasher.update(&block[..n]);
    }
}

/// SHA-256 of bytes, in lower-case hexadecimal digits.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Hands everything on, and hashes what was taken.
pub struct HashingWriter<W> {
    out: W,
    hasher: Sha256,
}

impl<W: Write> HashingWriter<W> {
    /// Nothing written yet.
    #[must_use]
    pub fn new(out: W) -> Self {
        Self { out, hasher: Sha256::new() }
    }

    /// SHA-256 of everything written, in lower-case hexadecimal digits.
    #[must_use]
    pub fn finish(self) -> String {
        hex(&self.hasher.finalize())
    }
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.out.write(bytes)?;
        self.hasher.update(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Bytes that are hashed before a thread is worth its while.
const SMALL: u64 = 1 << 20;
/// Bytes that are copied for the thread at a time.
const COPY: usize = 256 << 10;
/// Pieces that wait for it, at most.
const WAITING: usize = 4;

/// Hashes bytes in their order, on a thread of its own where they are many, while whoever hands them on goes on.
pub(super) struct Beside {
    worker: Worker,
    bytes: u64,
    /// Copied, and not handed on yet.
    pending: Vec<u8>,
}

enum Worker {
    Here(Sha256),
    /// No thread is to be had.
    Alone(Sha256),
    There {
        to: SyncSender<Piece>,
        used: Receiver<Vec<u8>>,
        thread: JoinHandle<Sha256>,
    },
}

enum Piece {
    Copied(Vec<u8>),
    Shared(Arc<Vec<u8>>, usize),
}

impl Beside {
    pub fn new() -> Self {
        Self { worker: Worker::Here(Sha256::new()), bytes: 0, pending: Vec::new() }
    }

    /// The next bytes.
    pub fn update(&mut self, mut bytes: &[u8]) {
        self.begin(bytes.len());
        match &mut self.worker {
            Worker::Here(hasher) | Worker::Alone(hasher) => hasher.update(bytes),
            Worker::There { .. } => {
                while !bytes.is_empty() {
                    let (now, rest) = bytes.split_at(bytes.len().min(COPY - self.pending.len()));
                    self.pending.extend_from_slice(now);
                    bytes = rest;
                    if self.pending.len() == COPY {
                        self.hand_on();
                    }
                }
            }
        }
    }

    /// The next bytes, those of a block from `from` on, without a copy.
    pub fn share(&mut self, block: &Arc<Vec<u8>>, from: usize) {
        let bytes = block.get(from..).unwrap_or_default();
        self.begin(bytes.len());
        self.hand_on();
        match &mut self.worker {
            Worker::Here(hasher) | Worker::Alone(hasher) => hasher.update(bytes),
            // Where the thread died, that is told at the end.
            Worker::There { to, .. } => drop(to.send(Piece::Shared(Arc::clone(block), from))),
        }
    }

    /// The hash of everything, in lower-case hexadecimal digits.
    ///
    /// # Errors
    /// The thread died.
    pub fn finish(mut self) -> io::Result<String> {
        self.hand_on();
        let hasher = match self.worker {
            Worker::Here(hasher) | Worker::Alone(hasher) => hasher,
            Worker::There { to, used, thread } => {
                drop((to, used));
                thread.join().map_err(|_| io::Error::other("the thread that hashes died"))?
            }
        };
        Ok(hex(&hasher.finalize()))
    }

    fn begin(&mut self, more: usize) {
        self.bytes += more as u64;
        let Worker::Here(hasher) = &self.worker else { return };
        if self.bytes <= SMALL {
            return;
        }
        let mut moved = hasher.clone();
        let (to, from) = mpsc::sync_channel::<Piece>(WAITING);
        let (back, used) = mpsc::channel();
        let work = move || {
            for piece in from {
                match piece {
                    Piece::Copied(mut bytes) => {
                        moved.update(&bytes);
                        bytes.clear();
                        // Nobody takes it back at the end.
                        let _ = back.send(bytes);
                    }
                    Piece::Shared(block, from) => moved.update(block.get(from..).unwrap_or_default()),
                }
            }
            moved
        };
        self.worker = match thread::Builder::new().name("hash".to_owned()).spawn(work) {
            Ok(thread) => Worker::There { to, used, thread },
            Err(_) => Worker::Alone(hasher.clone()),
        };
    }

    fn hand_on(&mut self) {
        let Worker::There { to, used, .. } = &mut self.worker else { return };
        if self.pending.is_empty() {
            return;
        }
        let fresh = used.try_recv().unwrap_or_else(|_| Vec::with_capacity(COPY));
        drop(to.send(Piece::Copied(std::mem::replace(&mut self.pending, fresh))));
    }
}

/// Bytes in lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_of_a_file_is_that_of_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc");
        std::fs::write(&path, "abc").unwrap();
        assert_eq!(sha256_of(&path).unwrap(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn what_is_written_is_hashed_on_its_way() {
        let mut out = Vec::new();
        let mut hashing = HashingWriter::new(&mut out);
        hashing.write_all(b"a").unwrap();
        hashing.write_all(b"bc").unwrap();
        assert_eq!(hashing.finish(), sha256_hex(b"abc"));
        assert_eq!(out, b"abc");
    }

    #[test]
    fn many_bytes_are_hashed_beside_other_work_whichever_way_they_come() {
        let bytes: Vec<u8> = (0..=u8::MAX).cycle().step_by(7).take(3_145_805).collect();
        for step in [1000, COPY + 1, bytes.len()] {
            let mut hasher = Beside::new();
            for (at, piece) in bytes.chunks(step).enumerate() {
                if at % 3 == 1 {
                    hasher.share(&Arc::new([&b"before"[..], piece].concat()), 6);
                } else {
                    hasher.update(piece);
                }
            }
            assert_eq!(hasher.finish().unwrap(), sha256_hex(&bytes), "{step}");
        }
        assert_eq!(Beside::new().finish().unwrap(), sha256_hex(b""));
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = sha256_of(Path::new("no/such.geojson")).unwrap_err();
        assert_eq!(error.to_string(), "no such file; check the path: no/such.geojson");
    }
}
