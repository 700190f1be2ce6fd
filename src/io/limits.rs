//! How large an input may be.

/// Limits of a reader, checked before memory is taken. The defaults are generous for a nation in one file of 1 GB;
/// raise them for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Size of the file in bytes.
    pub file_bytes: u64,
    /// Size of one feature in bytes. A feature is held in memory while it is read.
    pub feature_bytes: usize,
    /// Number of features.
    pub features: usize,
    /// Number of vertices in all features; never above [`Limits::MAX_VERTICES`].
    pub vertices: usize,
    /// Depth of nested arrays and objects; never above [`Limits::MAX_NESTING`].
    pub nesting: usize,
}

impl Limits {
    /// Vertices are numbered with 32 bits, and an arc needs one bit for its direction.
    pub const MAX_VERTICES: usize = (u32::MAX >> 1) as usize;
    /// Deeper nesting would endanger the stack of whoever reads the properties later.
    pub const MAX_NESTING: usize = 120;

    /// The same limits, none above what the program can do at all.
    #[must_use]
    pub fn capped(self) -> Self {
        Self {
            vertices: self.vertices.min(Self::MAX_VERTICES),
            features: self.features.min(Self::MAX_VERTICES),
            nesting: self.nesting.min(Self::MAX_NESTING),
            ..self
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { file_bytes: 8 << 30, feature_bytes: 512 << 20, features: 1 << 24, vertices: 1 << 28, nesting: 64 }
    }
}
