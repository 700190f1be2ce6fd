//! SHA-256 of files: what ties a plan to the file it was made for.

use std::fs::File;
use std::io::{self, Read as _, Write};
use std::path::Path;

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
    fn a_missing_file_is_named() {
        let error = sha256_of(Path::new("no/such.geojson")).unwrap_err();
        assert_eq!(error.to_string(), "no such file; check the path: no/such.geojson");
    }
}
