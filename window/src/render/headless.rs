//! The map as a picture, without a window.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Waker};

use eframe::wgpu;

use super::adapter::{device_descriptor, is_software};
use super::gpu::{DrawStats, MapRenderer, Picture, samples_for};
use super::layer::MapView;
use super::{MapScene, StyleTables};

/// Which adapters may draw a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adapters {
    /// The best there is.
    Any,
    /// Software on Vulkan only: the same pixels on every machine with the same driver.
    SoftwareVulkan,
}

/// Colours of pictures and of what stands for a window.
const WINDOW_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

/// Why no picture was made.
#[derive(Debug, thiserror::Error)]
pub enum HeadlessError {
    /// There is no graphics driver of that kind.
    #[error("no graphics adapter that could draw the map; install a Vulkan driver, in software if need be")]
    NoAdapter,
    /// The driver refused.
    #[error("the graphics driver refused: {0}")]
    Device(String),
}

/// A picture: rows from top to bottom, four bytes a pixel, opaque.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Pixels in a row.
    pub width: u32,
    /// Number of rows.
    pub height: u32,
    /// Red, green, blue, alpha; not premultiplied.
    pub rgba: Vec<u8>,
}

impl Image {
    /// Colour of a pixel; `None` outside.
    #[must_use]
    pub fn pixel(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        if x >= self.width || y >= self.height {
            return None;
        }
        let start = (y as usize * self.width as usize + x as usize) * 4;
        self.rgba.get(start..start + 4)?.try_into().ok()
    }
}

/// A map that is drawn into memory.
pub struct HeadlessMap {
    device: wgpu::Device,
    queue: wgpu::Queue,
    renderer: MapRenderer,
    adapter: wgpu::AdapterInfo,
    /// In place of a window, for [`frame`](Self::frame).
    window: Option<wgpu::Texture>,
}

impl HeadlessMap {
    /// Opens a graphics device without a window.
    ///
    /// # Errors
    /// [`HeadlessError`] when there is none of that kind.
    pub fn new(adapters: Adapters) -> Result<Self, HeadlessError> {
        let fits = |info: &wgpu::AdapterInfo| match adapters {
            Adapters::Any => info.backend != wgpu::Backend::Noop,
            Adapters::SoftwareVulkan => {
                info.backend == wgpu::Backend::Vulkan && info.device_type == wgpu::DeviceType::Cpu
            }
        };
        Self::open(fits, None)
    }

    /// Opens the best device that fits, with another number of samples than usual if asked to.
    pub(super) fn open(fits: impl Fn(&wgpu::AdapterInfo) -> bool, samples: Option<u32>) -> Result<Self, HeadlessError> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let found = wait(instance.enumerate_adapters(wgpu::Backends::all())).unwrap_or_default();
        let adapter = found
            .into_iter()
            .filter(|adapter| fits(&adapter.get_info()))
            .min_by_key(|adapter| is_software(&adapter.get_info()))
            .ok_or(HeadlessError::NoAdapter)?;
        let (device, queue) = wait(adapter.request_device(&device_descriptor(&adapter)))
            .ok_or(HeadlessError::NoAdapter)?
            .map_err(|error| HeadlessError::Device(error.to_string()))?;
        let renderer = MapRenderer::new(&device, WINDOW_FORMAT, samples.unwrap_or_else(|| samples_for(&adapter)));
        Ok(Self { device, queue, renderer, adapter: adapter.get_info(), window: None })
    }

    /// What draws.
    #[must_use]
    pub fn adapter(&self) -> &wgpu::AdapterInfo {
        &self.adapter
    }

    /// Shows a scene in place of the one before.
    pub fn set_scene(&mut self, scene: Arc<MapScene>) {
        self.renderer.set_scene(&self.device, scene);
    }

    /// Bytes of geometry on the GPU.
    #[must_use]
    pub fn geometry_bytes(&self) -> u64 {
        self.renderer.geometry_bytes()
    }

    /// Draws the picture and waits until it is there, without reading it. For measuring.
    ///
    /// # Errors
    /// [`HeadlessError::Device`] when the device was lost.
    pub fn draw(&mut self, view: &MapView<'_>, pixels_per_point: f32) -> Result<DrawStats, HeadlessError> {
        self.submit(view.tables, &Picture::of(view, pixels_per_point));
        self.finish()?;
        Ok(self.renderer.stats())
    }

    /// One frame as a window would show it, and waits until it is there: without a graphics card a heavy picture is
    /// stretched while the camera moves, see [`MapLayer::paint`](super::MapLayer::paint). `now_s` is the clock of the
    /// window in seconds. For measuring.
    ///
    /// # Errors
    /// [`HeadlessError::Device`] when the device was lost.
    pub fn frame(
        &mut self,
        view: &MapView<'_>,
        pixels_per_point: f32,
        now_s: f64,
    ) -> Result<Option<DrawStats>, HeadlessError> {
        let picture = Picture::of(view, pixels_per_point);
        self.renderer.update_tables(&self.queue, view.tables);
        let stretch = is_software(&self.adapter) && self.renderer.stretches(&picture, now_s);
        let drawn = if stretch { None } else { self.renderer.draw(&self.device, &self.queue, &picture) };
        self.renderer.place_copy(&self.queue, &picture, stretch);
        let mut encoder = self.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let [width, height] = picture.size_px;
        let window = self.window.take().filter(|window| (window.width(), window.height()) == (width, height));
        let window = window.unwrap_or_else(|| {
            self.device.create_texture(&wgpu::TextureDescriptor {
                label: Some("window"),
                size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count: 1,
                dimension: wgpu::TextureDimension::D2,
                format: WINDOW_FORMAT,
                usage: wgpu::TextureUsages::RENDER_ATTACHMENT,
                view_formats: &[],
            })
        });
        let target = window.create_view(&wgpu::TextureViewDescriptor::default());
        let ops = wgpu::Operations { load: wgpu::LoadOp::Clear(wgpu::Color::BLACK), store: wgpu::StoreOp::Store };
        let attachment =
            wgpu::RenderPassColorAttachment { view: &target, depth_slice: None, resolve_target: None, ops };
        let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("window"),
            color_attachments: &[Some(attachment)],
            ..Default::default()
        });
        self.renderer.copy(&mut pass);
        drop(pass);
        self.window = Some(window);
        self.queue.submit(drawn.into_iter().chain([encoder.finish()]));
        self.finish()?;
        Ok((!stretch).then(|| self.renderer.stats()))
    }

    /// The picture of the camera's viewport.
    ///
    /// # Errors
    /// [`HeadlessError::Device`] when the device was lost.
    pub fn image(&mut self, view: &MapView<'_>, pixels_per_point: f32) -> Result<Image, HeadlessError> {
        self.submit(view.tables, &Picture::of(view, pixels_per_point));
        self.read()
    }

    fn submit(&mut self, tables: &StyleTables, picture: &Picture) {
        self.renderer.update_tables(&self.queue, tables);
        let commands = self.renderer.draw(&self.device, &self.queue, picture);
        self.queue.submit(commands);
    }

    fn finish(&self) -> Result<(), HeadlessError> {
        let lost = |error: wgpu::PollError| HeadlessError::Device(error.to_string());
        self.device.poll(wgpu::PollType::wait_indefinitely()).map(|_| ()).map_err(lost)
    }

    fn read(&self) -> Result<Image, HeadlessError> {
        let nothing = || HeadlessError::Device("it gave no picture".to_owned());
        let (texture, [width, height]) = self.renderer.picture().ok_or_else(nothing)?;
        let row_bytes = (width * 4).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
        let buffer = self.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("map image"),
            size: u64::from(row_bytes) * u64::from(height),
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let mut encoder = self.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        encoder.copy_texture_to_buffer(
            texture.as_image_copy(),
            wgpu::TexelCopyBufferInfo {
                buffer: &buffer,
                layout: wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(row_bytes), rows_per_image: None },
            },
            wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
        );
        self.queue.submit([encoder.finish()]);
        let (sender, mapped) = mpsc::channel();
        // The receiver waits below; it cannot be gone.
        buffer.slice(..).map_async(wgpu::MapMode::Read, move |result| drop(sender.send(result)));
        self.finish()?;
        mapped.recv().map_err(|_| nothing())?.map_err(|error| HeadlessError::Device(error.to_string()))?;
        let view = buffer.slice(..).get_mapped_range().map_err(|error| HeadlessError::Device(error.to_string()))?;
        let rows = view.chunks(row_bytes as usize).map(|row| &row[..width as usize * 4]);
        Ok(Image { width, height, rgba: rows.flatten().copied().collect() })
    }
}

/// The value of a future that does not wait for anything outside: those of native wgpu are ready at once.
/// `None` when one is not after some thousand polls.
fn wait<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..10_000 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return Some(value);
        }
        std::thread::yield_now();
    }
    None
}
