//! Which graphics adapter the window uses.
//!
//! eframe asks for one adapter and gives up when that one cannot show anything. Here all are tried: hardware first,
//! software (lavapipe, llvmpipe, WARP) last, so that the window opens wherever any of them can present.

use std::sync::Arc;

use eframe::egui_wgpu::{NativeAdapterSelectorMethod, WgpuConfiguration, WgpuSetup, WgpuSetupCreateNew};
use eframe::wgpu;

/// Graphics set-up for [`eframe::NativeOptions::wgpu_options`].
#[must_use]
pub fn wgpu_configuration() -> WgpuConfiguration {
    let mut setup = WgpuSetupCreateNew::without_display_handle();
    setup.native_adapter_selector = Some(selector());
    setup.device_descriptor = Arc::new(device_descriptor);
    WgpuConfiguration { wgpu_setup: WgpuSetup::CreateNew(setup), ..WgpuConfiguration::default() }
}

/// Whether an adapter draws without a graphics card.
#[must_use]
pub fn is_software(info: &wgpu::AdapterInfo) -> bool {
    let name = info.name.to_lowercase();
    // GL does not tell its device type.
    info.device_type == wgpu::DeviceType::Cpu
        || ["llvmpipe", "lavapipe", "softpipe", "swrast", "swiftshader", "basic render"]
            .iter()
            .any(|word| name.contains(word))
}

/// Takes the best adapter that can present to the surface.
fn selector() -> NativeAdapterSelectorMethod {
    Arc::new(|adapters, surface| {
        let can_present =
            |adapter: &&wgpu::Adapter| surface.is_none_or(|surface| adapter.is_surface_supported(surface));
        let chosen = adapters.iter().filter(can_present).min_by_key(|adapter| preference(&adapter.get_info()));
        let Some(chosen) = chosen else {
            return Err(format!("none of {} graphics adapters can show a window", adapters.len()));
        };
        let info = chosen.get_info();
        tracing::info!(name = info.name, backend = ?info.backend, software = is_software(&info), "graphics adapter");
        Ok(chosen.clone())
    })
}

/// Lower is better. Of equal adapters, the first one counts.
fn preference(info: &wgpu::AdapterInfo) -> (bool, u8, u8) {
    // A map is a light load: the card that is cheap on the battery does, and is the one wired to the screen.
    let device = match info.device_type {
        wgpu::DeviceType::IntegratedGpu => 0,
        wgpu::DeviceType::DiscreteGpu => 1,
        wgpu::DeviceType::VirtualGpu => 2,
        wgpu::DeviceType::Other => 3,
        wgpu::DeviceType::Cpu => 4,
    };
    let backend = match info.backend {
        wgpu::Backend::Metal | wgpu::Backend::Vulkan => 0,
        wgpu::Backend::Dx12 => 1,
        wgpu::Backend::Gl => 2,
        wgpu::Backend::BrowserWebGpu => 3,
        wgpu::Backend::Noop => 4,
    };
    (is_software(info), device, backend)
}

/// Asks for what every adapter of its kind has, and for windows as large as it can do.
pub(super) fn device_descriptor(adapter: &wgpu::Adapter) -> wgpu::DeviceDescriptor<'static> {
    let base = if adapter.get_info().backend == wgpu::Backend::Gl {
        wgpu::Limits::downlevel_webgl2_defaults()
    } else {
        wgpu::Limits::downlevel_defaults()
    };
    wgpu::DeviceDescriptor {
        label: Some("map"),
        required_limits: base.using_resolution(adapter.limits()),
        ..Default::default()
    }
}
