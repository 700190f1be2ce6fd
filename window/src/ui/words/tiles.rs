//! Tiles in words: whose they are, and what went wrong with them.

use std::path::Path;

use super::sentence;
use crate::ui::shown::Shown;
use crate::ui::state::background::Shows;
use quhua::i18n::{Lang, Text, sentences};
use quhua::tiles::{Grid, SourceInfo, TemplateError, TileError};

/// What stands at the edge of the map: whose the background is, whether it is shifted, and why none shows.
#[must_use]
pub fn attribution(shown: &Shown<'_>, info: &SourceInfo, too_far: bool) -> String {
    let look = &shown.preferences.background;
    let written = look.server.attribution.trim();
    let whose = match look.shows {
        Shows::Server if !written.is_empty() => written,
        _ => info.attribution.as_deref().unwrap_or(&info.name),
    };
    let mut parts = vec![whose];
    if look.grid() == Grid::Gcj02 {
        parts.push(shown.text(Text::Gcj02Shifted));
    }
    if too_far {
        parts.push(shown.text(Text::BackgroundTooFar));
    }
    parts.join(" · ")
}

/// Why there are no tiles, or why one could not be had. In English it is what the library says.
#[must_use]
pub fn tile_error(lang: Lang, error: &TileError) -> String {
    if lang == Lang::En {
        return sentence(&error.to_string());
    }
    let at = |place: &str, why: &str| sentences::failed(Lang::Zh, place, why);
    let file = |path: &Path, why: &str| at(&path.display().to_string(), why);
    match error {
        TileError::Unreadable { why, path } => file(path, &format!("无法读取瓦片（{why}），请检查路径")),
        TileError::Foreign { path } => file(path, "不是 MBTiles 或 PMTiles（第 3 版）文件，请选择瓦片文件"),
        TileError::Damaged { why, path } => file(path, &format!("瓦片文件已损坏（{why}），请重新获取完整文件")),
        TileError::Empty { path } => file(path, "文件中没有瓦片"),
        TileError::OtherProjection { projection, path } => {
            file(path, &format!("瓦片采用 {projection}，只能显示 Web 墨卡托（EPSG:3857）"))
        }
        TileError::Vector { source_name } => at(source_name, "这是矢量瓦片，只能显示栅格瓦片（PNG、JPEG、WebP）"),
        TileError::Picture { tile, why, source_name } => {
            at(source_name, &format!("瓦片 {tile} 不是可读的图片（{why}）"))
        }
        TileError::Template(error) => template_error(lang, error),
        TileError::Offline { why, host } => at(host, &format!("无法连接瓦片服务器（{why}），请检查网络和地址")),
        TileError::Refused { status, host } => at(host, &format!("瓦片服务器拒绝请求（{status}），请检查地址和密钥")),
    }
}

/// Why an address cannot be used.
#[must_use]
pub fn template_error(lang: Lang, error: &TemplateError) -> String {
    if lang == Lang::En {
        return sentence(&error.to_string());
    }
    match error {
        TemplateError::NotWeb => "地址须以 https:// 或 http:// 开头".to_owned(),
        TemplateError::Missing(name) => format!("地址中缺少 {{{name}}}；级别、列、行分别写作 {{z}}、{{x}}、{{y}}"),
        TemplateError::Unknown(name) => format!("地址中的 {{{name}}} 无法识别"),
        TemplateError::NotAnAddress(text) => format!("这不是有效的地址：{text}"),
    }
}
