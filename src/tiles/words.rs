//! What went wrong with tiles, in words.

use std::path::Path;

use super::{TemplateError, TileError};
use crate::i18n::{Lang, Say, sentences};

impl Say for TileError {
    fn zh(&self) -> String {
        let at = |place: &str, why: &str| sentences::failed(Lang::Zh, place, why);
        let file = |path: &Path, why: &str| at(&path.display().to_string(), why);
        match self {
            Self::Unreadable { why, path } => file(path, &format!("无法读取瓦片（{why}），请检查路径")),
            Self::Foreign { path } => file(path, "不是 MBTiles 或 PMTiles（第 3 版）文件，请选择瓦片文件"),
            Self::Damaged { why, path } => file(path, &format!("瓦片文件已损坏（{why}），请重新获取完整文件")),
            Self::Empty { path } => file(path, "文件中没有瓦片"),
            Self::OtherProjection { projection, path } => {
                file(path, &format!("瓦片采用 {projection}，只能显示 Web 墨卡托（EPSG:3857）"))
            }
            Self::Vector { source_name } => at(source_name, "这是矢量瓦片，只能显示栅格瓦片（PNG、JPEG、WebP）"),
            Self::Picture { tile, why, source_name } => {
                at(source_name, &format!("瓦片 {tile} 不是可读的图片（{why}）"))
            }
            Self::Template(error) => error.zh(),
            Self::Offline { why, host } => at(host, &format!("无法连接瓦片服务器（{why}），请检查网络和地址")),
            Self::Refused { status, host } => at(host, &format!("瓦片服务器拒绝请求（{status}），请检查地址和密钥")),
        }
    }
}

impl Say for TemplateError {
    fn zh(&self) -> String {
        match self {
            Self::NotWeb => "地址须以 https:// 或 http:// 开头".to_owned(),
            Self::Missing(name) => format!("地址中缺少 {{{name}}}；级别、列、行分别写作 {{z}}、{{x}}、{{y}}"),
            Self::Unknown(name) => format!("地址中的 {{{name}}} 无法识别"),
            Self::NotAnAddress(text) => format!("这不是有效的地址：{text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::i18n::{check_said, one_of_each};
    use crate::tiles::TileId;

    #[test]
    fn what_is_wrong_with_tiles_is_said_in_both_languages() {
        let word = || "x".to_owned();
        let tile = TileId::new(3, 1, 2).unwrap();
        check_said(&one_of_each!(TileError:
            Unreadable { why: io::Error::other("broken"), path: "a".into() },
            Foreign { path: "a".into() },
            Damaged { why: word(), path: "a".into() },
            Empty { path: "a".into() },
            OtherProjection { projection: word(), path: "a".into() },
            Vector { source_name: word() },
            Picture { tile, why: word(), source_name: word() },
            Template(TemplateError::NotWeb),
            Offline { why: word(), host: word() },
            Refused { status: 403, host: word() },
        ));
        check_said(&one_of_each!(TemplateError: NotWeb, Missing("z"), Unknown(word()), NotAnAddress(word())));
    }
}
