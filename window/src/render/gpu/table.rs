//! A style table on the GPU: a texture with one texel for each row.

use std::marker::PhantomData;

use eframe::wgpu;

use super::region::Dirty;
use crate::render::tables::{Changes, Logged, Seen};
use crate::render::{ArcStyle, AtomStyle};
use quhua::sharing::SharedList;

/// Texels in a line of a table; the same number stands in the shaders. Every device has textures this wide.
const WIDTH: u32 = 2048;

/// Unchanged texels between changed ones that are uploaded along, rather than starting another upload.
const JOIN_GAP: u32 = 64;

/// Above this number of single uploads, whole lines go.
const MAX_UPLOADS: usize = 1_024;

/// A row as a texel.
pub(super) trait Texel: Copy + PartialEq + Default {
    const FORMAT: wgpu::TextureFormat;
    const BYTES: u32;
    fn write(self, into: &mut Vec<u8>);
}

impl Texel for AtomStyle {
    const FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rg32Uint;
    const BYTES: u32 = 8;
    fn write(self, into: &mut Vec<u8>) {
        // `unpack4x8unorm` takes red from the lowest byte.
        into.extend_from_slice(bytemuck::bytes_of(&[u32::from_le_bytes(self.fill), u32::from(self.flags.bits())]));
    }
}

impl Texel for ArcStyle {
    const FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rg8Uint;
    const BYTES: u32 = 2;
    fn write(self, into: &mut Vec<u8>) {
        into.extend_from_slice(&[self.rank as u8, self.flags.bits()]);
    }
}

/// A texture that follows a table.
pub(super) struct TableTexture<T> {
    texture: wgpu::Texture,
    pub view: wgpu::TextureView,
    rows: usize,
    seen: Seen,
    texel: PhantomData<T>,
}

impl<T: Texel> TableTexture<T> {
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    pub fn new(device: &wgpu::Device, rows: usize) -> Self {
        let height = (rows as u32).div_ceil(WIDTH).clamp(1, device.limits().max_texture_dimension_2d);
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("map table"),
            size: wgpu::Extent3d { width: WIDTH, height, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: T::FORMAT,
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        Self { texture, view, rows, seen: Seen::default(), texel: PhantomData }
    }

    /// What of a table has not been uploaded yet. A shorter table is not taken; of a longer one, the first rows are.
    pub fn missed<'a>(&self, table: &'a Logged<T>) -> Option<Changes<'a>> {
        let changes = table.changes_since(self.seen);
        (table.rows().len() >= self.rows && changes != Changes::Rows(&[])).then_some(changes)
    }

    /// Uploads what has changed, and says how many bytes that were. Adds the boxes of what has changed to `dirty`.
    /// A shorter table is not taken; of a longer one, the first rows are.
    pub fn update(
        &mut self,
        queue: &wgpu::Queue,
        table: &Logged<T>,
        boxes: &SharedList<[f32; 4]>,
        dirty: &mut Dirty,
    ) -> usize {
        if table.rows().len() < self.rows || self.rows == 0 {
            return 0;
        }
        let spans = match table.changes_since(self.seen) {
            Changes::Rows([]) => return 0,
            Changes::All => {
                *dirty = Dirty::All;
                vec![self.whole_lines(0, u32::MAX)]
            }
            Changes::Rows(changed) => {
                let changed: Vec<u32> = changed.iter().copied().filter(|&row| (row as usize) < self.rows).collect();
                let changed = &changed[..];
                dirty.add_rows(changed, boxes);
                let spans = spans(changed.to_vec());
                if spans.len() > MAX_UPLOADS { self.lines_of(&spans) } else { spans }
            }
        };
        self.seen = table.now();
        spans.into_iter().map(|(start, end)| self.upload(queue, table.rows(), start, end)).sum()
    }

    /// The lines from that of one row to that of another.
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    fn whole_lines(&self, first: u32, last: u32) -> (u32, u32) {
        let rows = self.texture.height().min(u32::MAX / WIDTH) * WIDTH;
        let end = (last / WIDTH).saturating_add(1).saturating_mul(WIDTH).min(rows).min(self.rows as u32);
        (first / WIDTH * WIDTH, end)
    }

    /// The lines that some spans touch, as few spans.
    fn lines_of(&self, spans: &[(u32, u32)]) -> Vec<(u32, u32)> {
        let mut lines: Vec<(u32, u32)> = Vec::new();
        for &(start, end) in spans {
            let (start, end) = self.whole_lines(start, end - 1);
            match lines.last_mut() {
                Some(last) if start <= last.1 => last.1 = end.max(last.1),
                _ => lines.push((start, end)),
            }
        }
        lines
    }

    /// Uploads rows; either they all lie in one line, or they start at one.
    fn upload(&self, queue: &wgpu::Queue, rows: &[T], start: u32, end: u32) -> usize {
        let (line, column) = (start / WIDTH, start % WIDTH);
        let (width, height) =
            if end - start > WIDTH - column { (WIDTH, (end - start).div_ceil(WIDTH)) } else { (end - start, 1) };
        let mut bytes = Vec::with_capacity(width as usize * height as usize * T::BYTES as usize);
        for &row in &rows[start as usize..end as usize] {
            row.write(&mut bytes);
        }
        // The last line is filled up.
        bytes.resize(bytes.capacity().max(bytes.len()), 0);
        queue.write_texture(
            wgpu::TexelCopyTextureInfo {
                texture: &self.texture,
                mip_level: 0,
                origin: wgpu::Origin3d { x: column, y: line, z: 0 },
                aspect: wgpu::TextureAspect::All,
            },
            &bytes,
            wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: Some(width * T::BYTES),
                rows_per_image: Some(height),
            },
            wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
        );
        bytes.len()
    }
}

/// Rows as spans, each within one line of the table.
fn spans(mut rows: Vec<u32>) -> Vec<(u32, u32)> {
    rows.sort_unstable();
    rows.dedup();
    let mut spans: Vec<(u32, u32)> = Vec::new();
    for row in rows {
        match spans.last_mut() {
            Some((start, end)) if row <= *end + JOIN_GAP && row / WIDTH == *start / WIDTH => *end = row + 1,
            _ => spans.push((row, row + 1)),
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_rows_are_uploaded_in_few_spans_that_stay_within_their_line() {
        assert_eq!(spans(vec![5, 3, 3, 900]), [(3, 6), (900, 901)]);
        assert_eq!(spans(vec![2047, 2048]), [(2047, 2048), (2048, 2049)]);
    }
}
