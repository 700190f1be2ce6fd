//! Temporary.
use super::*;
use crate::coverage::{AtomIndex, Coverage, FlatPolygons};
use crate::jobs::Progress;
use crate::model::*;
use eframe::{egui, egui_wgpu};
use geo::{Coord, Rect};
use std::collections::BTreeMap;
use std::time::Instant;

fn load(
    path: &str,
    name: &str,
    town: &str,
) -> (Vec<geo::MultiPolygon>, Vec<String>, Vec<usize>, Vec<String>, Vec<f64>) {
    let text = std::fs::read_to_string(path).unwrap();
    let gj: geojson::FeatureCollection = serde_json::from_str(&text).unwrap();
    let (mut polys, mut names, mut towns, mut ids, mut pops) = (vec![], vec![], vec![], BTreeMap::new(), vec![]);
    let mut town_names = vec![];
    for f in gj.features {
        let g: geo::Geometry = f.geometry.clone().unwrap().try_into().unwrap();
        polys.push(match g {
            geo::Geometry::Polygon(p) => p.into(),
            geo::Geometry::MultiPolygon(m) => m,
            _ => panic!(),
        });
        names.push(f.property(name).and_then(|v| v.as_str()).unwrap_or("").to_owned());
        let t = f.property(town).and_then(|v| v.as_str()).unwrap_or("").to_owned();
        let n = ids.len();
        towns.push(*ids.entry(t.clone()).or_insert_with(|| {
            town_names.push(t);
            n
        }));
        pops.push(f.property("population").and_then(|v| v.as_f64()).unwrap_or(f64::NAN));
    }
    (polys, names, towns, town_names, pops)
}

#[test]
fn tryout() {
    let Some(which) = std::env::var_os("TRYOUT") else { return };
    let which = which.to_str().unwrap().to_owned();
    let out = std::env::var("TRYOUT_OUT").unwrap_or_else(|_| "/tmp/map".into());
    let (path, n, t) = match which.as_str() {
        "nantou" => ("/work/shared/data/nantou/villages.geojson".to_owned(), "VILLNAME", "TOWNNAME"),
        w => (format!("/tmp/data/{w}/villages.geojson"), "name", "town"),
    };
    let (polys, names, towns, town_names, pops) = load(&path, n, t);
    let t0 = Instant::now();
    let coverage = Coverage::build(FlatPolygons::from(&polys[..]), &Progress::new()).unwrap();
    println!(
        "coverage {:?} atoms {} arcs {} vertices {}",
        t0.elapsed(),
        coverage.atom_count(),
        coverage.arc_count(),
        coverage.vertex_count()
    );
    let t0 = Instant::now();
    let scene = MapScene::build(&coverage, &Progress::new()).unwrap();
    println!(
        "scene {:?} triangles {} MB {} chunks {}+{}",
        t0.elapsed(),
        scene.triangle_count(),
        scene.gpu_bytes() >> 20,
        scene.fills.len(),
        scene.lines.len()
    );
    let name_refs: Vec<&str> = names.iter().map(String::as_str).collect();
    let town_refs: Vec<&str> = town_names.iter().map(String::as_str).collect();
    let base = fixture::state(&towns, &name_refs, &town_refs);
    // merge: township 1 into its first neighbour
    let index = AtomIndex::build(&coverage);
    let t0 = Instant::now();
    let mut colouring = Colouring::new(&coverage, &base, LevelIndex(1));
    println!("colouring {:?}", t0.elapsed());
    let mut towns2 = towns.clone();
    let merge = std::env::var_os("TRYOUT_MERGE").is_some();
    if merge {
        let a = coverage
            .atoms()
            .find(|a| coverage.neighbours(*a).iter().any(|b| towns[b.index()] != towns[a.index()]))
            .unwrap();
        let b = coverage.neighbours(a).iter().copied().find(|b| towns[b.index()] != towns[a.index()]).unwrap();
        let (ta, tb) = (towns[a.index()], towns[b.index()]);
        for x in &mut towns2 {
            if *x == tb {
                *x = ta
            }
        }
        // transfer one village elsewhere
        let c = coverage
            .atoms()
            .filter(|a| ![ta, tb].contains(&towns[a.index()]))
            .find(|a| {
                coverage
                    .neighbours(*a)
                    .iter()
                    .any(|b| towns[b.index()] != towns[a.index()] && ![ta, tb].contains(&towns[b.index()]))
            })
            .unwrap();
        let d = coverage.neighbours(c).iter().copied().find(|b| towns[b.index()] != towns[c.index()]).unwrap();
        towns2[c.index()] = towns[d.index()];
        println!("merge {ta} {tb}");
    }
    let mut state = base.clone();
    if merge {
        state = fixture::state(&towns2, &name_refs, &town_refs);
        while state.units.len() < base.units.len() {
            let i = state.units.len();
            state.units.push(base.units[i].clone());
            state.members.push(Default::default());
            state.atoms.push(Default::default());
        }
        let changed: Vec<_> = state.units_at(LevelIndex(1)).collect();
        println!("recoloured {:?}", colouring.update(&coverage, &state, &changed));
    }
    let dark = std::env::var_os("TRYOUT_DARK").is_some();
    let theme = if dark { MapTheme::dark() } else { MapTheme::light() };
    let mut tables = StyleTables::new(&coverage);
    if std::env::var_os("TRYOUT_POP").is_some() {
        let classes = Classes::new(pops.iter().copied(), Method::NaturalBreaks, 5).unwrap();
        println!("{classes:?}");
        tables.edit_atoms(coverage.atoms(), |a, s| {
            *s = classes.style(Scheme::YellowGreenBlue, Some(pops[a.index()]).filter(|_| a.0 % 37 != 0))
        });
    } else {
        tables.edit_atoms(coverage.atoms(), |a, s| {
            *s = palette::unit_fill(&theme, colouring.of(state.unit_of(a, LevelIndex(1))).unwrap());
            if towns[a.index()] != towns2[a.index()] {
                s.flags = s.flags.with(AtomFlags::CHANGED)
            }
        });
    }
    let t0 = Instant::now();
    Borders { coverage: &coverage, levels: &fixture::LEVELS, base: &base, state: &state }.style_all(&mut tables);
    println!("borders {:?}", t0.elapsed());
    let mut selection = Highlight::selection();
    if merge {
        selection.set(
            &mut tables,
            &coverage,
            state.atoms(state.unit_of(crate::coverage::AtomId::new(coverage.atom_count() / 2), LevelIndex(1))),
        );
        Highlight::hover().set(&mut tables, &coverage, vec![crate::coverage::AtomId::new(coverage.atom_count() / 3)]);
    }
    let size = egui::vec2(1366.0, 768.0);
    let zoom: f64 = std::env::var("TRYOUT_ZOOM").ok().and_then(|z| z.parse().ok()).unwrap_or(1.0);
    let ppp: f32 = std::env::var("TRYOUT_PPP").ok().and_then(|z| z.parse().ok()).unwrap_or(1.0);
    let mut camera =
        Camera::fitting(egui::Rect::from_min_size(egui::Pos2::ZERO, size), coverage.bounds().unwrap(), 24.0);
    if zoom > 1.0 {
        let c = coverage.bounds_of(crate::coverage::AtomId::new(coverage.atom_count() / 2)).unwrap();
        let at = camera.screen_from_lonlat(c.center());
        camera.zoom_at(at, zoom);
        let at = camera.screen_from_lonlat(c.center());
        camera.pan_by(camera.viewport().center() - at);
    }
    // timings
    let mut map = HeadlessMap::new(Adapters::SoftwareVulkan).unwrap();
    let t0 = Instant::now();
    map.set_scene(&scene);
    println!("upload {:?}", t0.elapsed());
    let bench = |name: &str,
                 map: &mut HeadlessMap,
                 tables: &mut StyleTables,
                 camera: &mut Camera,
                 f: &mut dyn FnMut(usize, &mut StyleTables, &mut Camera)| {
        let n = 20;
        let cpu0 = cpu();
        let t0 = Instant::now();
        let mut stats = DrawStats::default();
        for i in 0..n {
            f(i, tables, camera);
            stats = map.draw(&MapView { camera, theme: &theme, tables, flash: 0.0 }, ppp).unwrap();
        }
        println!("{name}: wall {:?} cpu {:.1} ms {stats:?}", t0.elapsed() / n as u32, (cpu() - cpu0) * 10.0 / n as f64);
    };
    for round in 0..2 {
        println!("round {round}");
        bench("zoom", &mut map, &mut tables, &mut camera, &mut |_, _, c| c.pan_by(egui::vec2(0.5, 0.25)));
        bench("drag", &mut map, &mut tables, &mut camera, &mut |i, _, c| {
            c.pan_by(egui::vec2(if i % 10 < 5 { 6.0 } else { -6.0 }, 4.0))
        });
        bench("hover", &mut map, &mut tables, &mut camera, &mut |i, t, _| {
            t.edit_atoms([crate::coverage::AtomId(3)], |_, s| s.flags = s.flags.set(AtomFlags::HOVERED, i % 2 == 0))
        });
        bench("select", &mut map, &mut tables, &mut camera, &mut |i, t, _| {
            t.edit_arcs([crate::coverage::ArcId(3)], |_, s| s.flags = s.flags.set(ArcFlags::SELECTED, i % 2 == 0))
        });
    }
    if std::env::var_os("TRYOUT_BENCH").is_some() {
        return;
    }
    // composed
    let rs = egui_kittest::wgpu::create_render_state(
        egui_kittest::wgpu::default_wgpu_setup(),
        egui_wgpu::RendererOptions::PREDICTABLE,
    );
    let mut layer = MapLayer::new(&rs);
    layer.set_scene(&scene);
    let mut labels = Labels::default();
    let mut times = vec![];
    let mut frame = 0;
    let mut harness = egui_kittest::Harness::builder()
        .with_size(size)
        .with_pixels_per_point(ppp)
        .renderer(egui_kittest::wgpu::WgpuTestRenderer::from_render_state(rs))
        .build_ui(|ui| {
            if frame == 0 {
                let mut fonts = egui::FontDefinitions::default();
                let mut data = egui::FontData::from_owned(
                    std::fs::read("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").unwrap(),
                );
                data.index = 2;
                fonts.font_data.insert("cjk".into(), std::sync::Arc::new(data));
                fonts.families.get_mut(&egui::FontFamily::Proportional).unwrap().push("cjk".into());
                ui.ctx().set_fonts(fonts);
                frame += 1;
                return;
            }
            layer.paint(ui, &MapView { camera: &camera, theme: &theme, tables: &tables, flash: 0.0 });
            let t0 = Instant::now();
            labels.paint(
                ui.painter(),
                &LabelSource {
                    coverage: &coverage,
                    index: &index,
                    levels: &fixture::LEVELS,
                    state: &state,
                    revision: 0,
                },
                &camera,
                &theme,
            );
            times.push(t0.elapsed());
            furniture::ScaleBar::fitting(&camera, 140.0).paint(ui.painter(), &theme, egui::pos2(24.0, 744.0));
            furniture::paint_north_arrow(ui.painter(), &theme, egui::pos2(1330.0, 730.0));
            furniture::paint_seat(ui.painter(), &theme, furniture::SeatSign::Kept, egui::pos2(200.0, 740.0));
            furniture::paint_seat(ui.painter(), &theme, furniture::SeatSign::Abolished, egui::pos2(220.0, 740.0));
            furniture::paint_seat(ui.painter(), &theme, furniture::SeatSign::County, egui::pos2(240.0, 740.0));
        });
    for _ in 0..12 {
        harness.step();
    }
    let t0 = Instant::now();
    let image = harness.render().unwrap();
    println!("egui render {:?}", t0.elapsed());
    drop(harness);
    println!("label times {times:?}");
    let ratio: f64 = 1.0;
    let _ = ratio;
    let mut ppm = format!("P6\n{} {}\n255\n", image.width(), image.height()).into_bytes();
    for p in image.pixels() {
        ppm.extend_from_slice(&p.0[..3]);
    }
    std::fs::write(format!("{out}.ppm"), ppm).unwrap();
    println!("scale {}", furniture::scale_text(&camera));
    let _: Option<(Coord, Rect)> = None;
}

fn cpu() -> f64 {
    let s = std::fs::read_to_string("/proc/self/stat").unwrap();
    let f: Vec<&str> = s.rsplit(')').next().unwrap().split_whitespace().collect();
    f[11].parse::<f64>().unwrap() + f[12].parse::<f64>().unwrap()
}
