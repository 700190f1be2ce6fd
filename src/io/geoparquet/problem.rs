//! What can be wrong with a Parquet file: one line each, with what to do.

use crate::i18n::Say;

/// What is wrong with a Parquet file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParquetProblem {
    /// Its end is missing, where it says what stands where.
    #[error("the end of the Parquet file is missing; get a complete copy")]
    CutOff,
    /// It contradicts itself.
    #[error("the Parquet file is damaged: it claims what is not there; get another copy")]
    Damaged,
    /// It asks for a key.
    #[error("the Parquet file is encrypted; save it without encryption")]
    Encrypted,
    /// It is packed in a way that is not read.
    #[error("the Parquet file is packed with {0}, which is not read; write it anew with Zstandard or Snappy")]
    Codec(&'static str),
    /// Its values are written in a way that is not read.
    #[error("the Parquet file writes values in the encoding {0}, which is not read; write it anew with plain ones")]
    Encoding(i64),
    /// It is a table.
    #[error("the Parquet file is a table without geometry (columns: {0}); to join it to units, save it as CSV or XLSX")]
    NoGeometry(String),
    /// What it says of its columns of geometry cannot be read.
    #[error("the Parquet file describes its geometry in its metadata \"geo\" so that it cannot be read; write it anew")]
    Metadata,
    /// Its geometry is written in a way that is not known.
    #[error("the geometry of the Parquet file is written as {0:?}, which is not read; write it anew as WKB")]
    Geometry(String),
}

impl Say for ParquetProblem {
    fn zh(&self) -> String {
        match self {
            Self::CutOff => "Parquet 文件缺少末尾部分，请重新获取完整文件".to_owned(),
            Self::Damaged => "Parquet 文件已损坏（内容与其说明不符），请重新获取".to_owned(),
            Self::Encrypted => "Parquet 文件已加密，请另存为不加密的文件".to_owned(),
            Self::Codec(codec) => {
                format!("Parquet 文件采用 {codec} 压缩，不能读取，请改用 Zstandard 或 Snappy 重新写出")
            }
            Self::Encoding(code) => format!("Parquet 文件的数值采用编码 {code}，不能读取，请改用普通编码重新写出"),
            Self::NoGeometry(columns) => {
                format!("此 Parquet 文件是没有图形的表格（列：{columns}），要关联到单元，请另存为 CSV 或 XLSX")
            }
            Self::Metadata => "Parquet 文件元数据 geo 中对图形的说明无法读取，请重新写出".to_owned(),
            Self::Geometry(encoding) => {
                format!("Parquet 文件的图形写成“{encoding}”，不能读取，请改用 WKB 重新写出")
            }
        }
    }
}
