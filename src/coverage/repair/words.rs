//! What a repair does, in words.

use std::fmt;

use super::Deed;
use crate::i18n::Say;

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MergeVertices => "a vertex moves onto the neighbour's",
            Self::InsertVertex => "a border takes in the neighbour's vertex",
            Self::MatchEdge => "one side of a border follows the other",
            Self::GiveOverlap => "an overlap goes to one unit",
            Self::FillGap => "a gap is filled",
            Self::MendRing => "a polygon is made valid",
            Self::EmptyDuplicate => "a unit drawn twice gives up its second territory",
        })
    }
}

impl Say for Deed {
    fn zh(&self) -> String {
        let words = match self {
            Self::MergeVertices => "顶点移到相邻单元的顶点上",
            Self::InsertVertex => "边界加入相邻单元的顶点",
            Self::MatchEdge => "边界一侧与另一侧对齐",
            Self::GiveOverlap => "重叠处划归一个单元",
            Self::FillGap => "缝隙已填补",
            Self::MendRing => "多边形改为有效",
            Self::EmptyDuplicate => "重复绘制的单元让出第二份范围",
        };
        words.to_owned()
    }
}
