//! The map as a part of an egui window.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use eframe::egui_wgpu::{CallbackResources, CallbackTrait, RenderState, ScreenDescriptor};
use eframe::{egui, egui_wgpu, wgpu};

use super::gpu::{DrawStats, MapRenderer, Picture, REST_S, samples_for};
use super::{Camera, Ground, MapScene, MapTheme, StyleTables};
use quhua::jobs::lock_whole;

/// What the map shows in this frame.
#[derive(Clone, Copy, Debug)]
pub struct MapView<'a> {
    /// Where from; its viewport is the rectangle that is painted.
    pub camera: &'a Camera,
    /// In what colours and widths.
    pub theme: &'a MapTheme,
    /// What every atom and every border looks like.
    pub tables: &'a StyleTables,
    /// How bright atoms with [`AtomFlags::FLASH`](super::AtomFlags::FLASH) light up, 0 to 1.
    pub flash: f32,
    /// What the units lie on; `None` for paper.
    pub ground: Option<&'a Ground>,
}

/// One map in a window: buffers on the GPU, and the picture made last.
pub struct MapLayer {
    renderer: Arc<Mutex<MapRenderer>>,
    device: wgpu::Device,
    queue: wgpu::Queue,
    software: bool,
}

impl MapLayer {
    /// A map without a scene, on the device of the window.
    #[must_use]
    pub fn new(render_state: &RenderState) -> Self {
        let samples = samples_for(&render_state.adapter);
        let renderer = MapRenderer::new(&render_state.device, render_state.target_format, samples);
        Self {
            renderer: Arc::new(Mutex::new(renderer)),
            device: render_state.device.clone(),
            queue: render_state.queue.clone(),
            software: super::adapter::is_software(&render_state.adapter.get_info()),
        }
    }

    /// Shows a scene in place of the one before. Its chunks go to the GPU when they come into view.
    pub fn set_scene(&mut self, scene: Arc<MapScene>) {
        lock_whole(&self.renderer).set_scene(&self.device, scene);
    }

    /// Whether the map is drawn without a graphics card: then animate nothing, and say so.
    #[must_use]
    pub fn is_software(&self) -> bool {
        self.software
    }

    /// Paints the map on the viewport of the camera. The tables must be those of the scene's coverage, or of
    /// one with cuts made in it: what it has besides is not drawn.
    pub fn paint(&mut self, ui: &egui::Ui, view: &MapView<'_>) {
        let rect = view.camera.viewport();
        if !rect.is_positive() {
            return;
        }
        let pixels_per_point = ui.ctx().pixels_per_point();
        let picture = Picture::of(view, pixels_per_point);
        let mut renderer = lock_whole(&self.renderer);
        renderer.update_tables(&self.queue, view.tables);
        let stretch = self.software && renderer.stretches(&picture, ui.input(|input| input.time));
        drop(renderer);
        if stretch {
            ui.ctx().request_repaint_after(Duration::from_secs_f64(REST_S));
        }
        let callback = PaintMap { renderer: Arc::clone(&self.renderer), picture, stretch };
        ui.painter().add(egui_wgpu::Callback::new_paint_callback(rect, callback));
    }

    /// What was done for the frame before.
    #[must_use]
    pub fn stats(&self) -> DrawStats {
        lock_whole(&self.renderer).stats()
    }
}

/// One frame of a map, on its way through egui's renderer.
struct PaintMap {
    renderer: Arc<Mutex<MapRenderer>>,
    picture: Picture,
    stretch: bool,
}

impl CallbackTrait for PaintMap {
    fn prepare(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        _screen: &ScreenDescriptor,
        _encoder: &mut wgpu::CommandEncoder,
        _resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        let mut renderer = lock_whole(&self.renderer);
        let commands = if self.stretch { None } else { renderer.draw(device, queue, &self.picture) };
        renderer.place_copy(queue, &self.picture, self.stretch);
        commands.into_iter().collect()
    }

    fn paint(
        &self,
        _info: egui::PaintCallbackInfo,
        pass: &mut wgpu::RenderPass<'static>,
        _resources: &CallbackResources,
    ) {
        lock_whole(&self.renderer).copy(pass);
    }
}
