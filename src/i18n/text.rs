//! Fixed texts. One line each: the key, 简体中文, English.

use super::Lang;

/// Makes the enum of texts and its two languages from one table.
macro_rules! texts {
    ($($key:ident: $zh:literal, $en:literal;)*) => {
        /// A fixed text of the window.
        #[allow(clippy::doc_markdown, reason = "what is shown is no documentation")]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Text {
            $(#[doc = $en] $key,)*
        }

        impl Text {
            /// All texts.
            pub const ALL: &[Self] = &[$(Self::$key,)*];

            /// The text in a language.
            #[must_use]
            pub const fn in_lang(self, lang: Lang) -> &'static str {
                match lang {
                    Lang::Zh => match self { $(Self::$key => $zh,)* },
                    Lang::En => match self { $(Self::$key => $en,)* },
                }
            }
        }
    };
}

texts! {
    AppName: "区划", "Quhua";
    SampleCounty: "示例县", "Sample county";
    Untitled: "未命名方案", "Untitled scenario";

    // Actions.
    Open: "打开…", "Open…";
    OpenHint: "打开项目，或村级、乡镇边界", "Open a project, or village or township boundaries";
    OpenPath: "输入路径打开…", "Open a path…";
    OpenSample: "打开示例县", "Open the sample county";
    OpenPlan: "导入方案文件…", "Bring in a plan…";
    SavePlan: "导出方案文件（JSON）…", "Export the scenario as a plan (JSON)…";
    Save: "保存项目", "Save the project";
    SaveHint: "把边界、全部方案和历史存入一个项目文件（GeoPackage）", "Boundaries, all scenarios and their history into one project file (GeoPackage)";
    SaveAs: "项目另存为…", "Save the project as…";
    Branch: "由当前方案分出新方案", "Branch off a new scenario";
    BranchHint: "新方案从当前方案的现状开始，之后各自调整", "It starts as this scenario is now, and goes its own way from here";
    NewScenario: "新建空白方案", "New empty scenario";
    NextScenario: "切换到下一个方案", "Go to the next scenario";
    OpenFacilities: "显示设施点和线…", "Show facilities and lines…";
    OpenFacilitiesHint: "学校、卫生院等点位，道路、河流等线；可按点数分摊、沿线分设", "Schools and clinics as points, roads and rivers as lines: units can be split along them";
    RemoveFacilities: "移除设施点和线", "Remove facilities and lines";
    JoinTable: "连接表格…", "Join a table…";
    JoinTableHint: "把工作簿或 CSV 中的人口等数值按代码、名称连接到单元；也可以把文件拖到地图上", "Figures of a workbook or CSV, such as population, come to the units by code, else by name; the file can also be dropped on the map";
    TakeBackJoin: "取消最近连接的表格", "Take back the table joined last";
    TakeBackJoinHint: "由它而来的字段随之移除，调整保留", "Fields that came of it go; edits stay";
    JoinedATable: "连接表格", "joining a table";
    RepairBorders: "修复边界…", "Repair borders…";
    RepairBordersHint: "公共边界对齐、缝隙填补、重叠划归，逐处可看、可选；原始数据不变", "Shared borders become one, gaps are filled, overlaps go to one unit; every place can be looked at and left out, and the data as they came stay";
    TakeBackRepair: "取消边界修复", "Take back the repair of borders";
    TakeBackRepairHint: "边界恢复为原始数据，调整保留", "Borders are as they came again; edits stay";
    Repairing: "试修边界", "Trying a repair";
    RepairTitle: "修复边界", "Repair borders";
    RepairHow: "修复方式", "How";
    RepairSnap: "视为同一条边界的间距", "Borders are one within";
    RepairSnapHint: "相距不超过这个距离的边界视为同一条；顶点移动不会超过它", "Borders nearer than this are meant to be one, and no vertex moves farther";
    RepairGapWidth: "填补窄于此的缝隙", "Fill gaps narrower than";
    RepairGapWidthHint: "更宽的空处视为有意留出，例如湖面", "What is wider is taken as meant, such as a lake";
    RepairOverlaps: "重叠处归", "Overlaps go to";
    RepairGaps: "缝隙归", "Gaps go to";
    RepairToBorder: "公共边界最长的单元", "the unit with the longest border";
    RepairLeave: "保持原样", "nobody: they stay";
    RepairStays: "保持原样", "it stays";
    RepairKinds: "修复哪些问题", "What is repaired";
    RepairPlaces: "逐处查看", "Place by place";
    RepairUnits: "单元", "Units";
    RepairTo: "归", "Goes to";
    RepairMoves: "变动", "Change";
    RepairBefore: "修复前", "Before";
    RepairAfter: "修复后", "After";
    RepairNothing: "没有可修复的问题：边界无重叠、无缝隙，公共边界逐点一致", "There is nothing to repair: no overlaps, no gaps, and shared borders match vertex for vertex";
    RepairUndoHint: "可撤销；原始数据不变，修复方式随方案保存", "Can be undone: the data as they came stay, and plans say how borders were repaired";
    FileKindTables: "表格", "Tables";
    PathPromptTable: "表格文件路径", "Path of a table";
    JoinLevelHint: "表格各行所属的级别", "The level that the rows of the table are of";
    JoinSheetHint: "换一个工作表", "Choose another sheet";
    JoinKeys: "按哪些列对应", "Matched by these columns";
    JoinCode: "代码", "Code";
    JoinName: "名称", "Name";
    JoinParent: "上级", "Unit above";
    JoinNoColumn: "没有", "none";
    JoinFigures: "取用的数值", "Figures that are taken";
    JoinAsPopulation: "用作人口", "use as population";
    JoinAsPopulationHint: "人口、密度和均衡指标改用这一列；原人口字段仍保留", "People, density and balance rest on this column from then on; the population before stays as a field";
    JoinLeftColumns: "未取用的列", "Columns left";
    JoinPassedRows: "跳过的行", "Rows passed over";
    JoinMended: "修复的代码", "Mended codes";
    JoinClean: "每一行都找到了单元，每个单元都有数据。", "Every row found its unit, and every unit its row.";
    JoinRowsLeft: "没有对应上的行", "Rows of no unit";
    JoinUnitsLeft: "没有数据的单元", "Units without a row";
    JoinTwice: "属于同一单元的行", "Rows of one unit";
    JoinNamesDiffer: "代码一致但名称不同", "Same code, another name";
    JoinUnread: "不是数值的内容", "Values that are no numbers";
    JoinTotals: "合计与各行之和不符", "Totals that do not add up";
    JoinUnknownHint: "没有数据的单元，相应指标为未知", "Figures of units without a row stay unknown";
    Facility: "设施", "Facility";
    OtherFacilities: "其他设施", "Other facilities";
    ReferenceLines: "道路、河流等线", "Roads, rivers and other lines";
    Rebase: "更换边界数据…", "Replace the boundaries…";
    RebaseHint: "把全部方案移到新的边界或人口数据上，列出不再适用的调整", "Move all scenarios to new boundaries or figures, and list what no longer applies";
    RemoveScenario: "删除方案", "Delete the scenario";
    ShowScenarios: "方案列表", "Scenarios list";
    ExportBoundaries: "导出边界…", "Export boundaries…";
    ExportFormat: "格式", "Format";
    ExportThisLevel: "当前级别", "This level";
    ExportAllLevels: "全部级别，各为一个图层", "All levels, each as a layer";
    ExportSystem: "坐标系", "Coordinates";
    ExportSystemHint: "按名称或代码查找", "Search by name or code";
    ExportWkt: "另加一列边界（WKT）", "Also a column of outlines (WKT)";
    ExportKeepsAll: "该格式保存全部内容", "This format keeps everything";
    ExportLimits: "该格式的限制", "What this format cannot hold";
    ExportLooking: "正在检查格式的限制…", "Looking at what the format can hold…";
    ExportFile: "文件", "File";
    ExportWrite: "写出", "Write";
    ExportCertificate: "旁边附边界核验单", "With a boundary certificate beside it";
    ExportCrosswalk: "导出新旧对照表（XLSX、CSV）…", "Export the crosswalk (XLSX, CSV)…";
    ExportTable: "导出单元表（XLSX、CSV）…", "Export the table of units (XLSX, CSV)…";
    ExportMap: "导出地图（PDF、PNG、SVG）…", "Export the map (PDF, PNG, SVG)…";
    ExportSeats: "导出驻地点位（GeoJSON）…", "Export the seats as points (GeoJSON)…";
    ExportPage: "导出浏览网页（HTML）…", "Export a page for readers (HTML)…";
    Paper: "纸张", "Paper";
    CopyTable: "复制单元表", "Copy the table of units";
    CopyTableHint: "复制所选行，未选时复制全部，可粘贴到电子表格", "Copy the selected rows, or all when none is, for a spreadsheet";
    ToggleFilters: "筛选单元表", "Filter the table of units";
    ToggleFiltersHint: "按列筛选", "Filter by column";
    ClearFilters: "清除筛选", "Clear the filters";
    TakeFilterOff: "取消筛选", "Take the filter off";
    Columns: "显示的列", "Columns shown";
    FilterFiguresHint: "例：>5000   <=1.2万   100..200   !=0", "For example >5000   <=1,200   100..200   !=0";
    FilterTextHint: "含有这些字；=… 完全相同，!… 不含", "Contains this; =… exactly, !… does not contain";
    CouldNotBeWorkedOut: "程序内部出错，未能算出", "Could not be worked out because of a fault in the program";
    StillComputing: "指标仍在计算，请稍后再试", "Figures are still being worked out; try again in a moment";
    Export: "导出", "Export";
    ExportHint: "把边界、对照表、单元表、地图或方案写成文件", "Boundaries, crosswalk, table, map or plan as files";
    Undo: "撤回上一步", "Undo";
    Redo: "重做", "Redo";
    Merge: "合并", "Merge";
    MergeHint: "合并所选单元", "Merge the selected units";
    ConfirmMerge: "完成合并", "Merge them";
    Cancel: "取消", "Cancel";
    Close: "关闭", "Close";
    GiveUp: "放弃当前操作或取消选择", "Give up the gesture, then the selection";
    Transfer: "划转…", "Transfer…";
    TransferHint: "把所选单元划转到另一个上级单元：点击地图选定", "Move the selected units under another parent: click it on the map";
    Rename: "更名…", "Rename…";
    ConvertKind: "变更类型…", "Convert kind…";
    MoveSeat: "迁移驻地…", "Move the seat…";
    MoveSeatHint: "在地图上点击新驻地", "Click the new seat on the map";
    Split: "分设…", "Split…";
    SplitActionHint: "沿画出的线或多边形把一个单元分为两个；有下级的单元按整个下级划分", "Divides a unit along a line or polygon that you draw; one with members by whole members";
    SplitOffPart: "分出一片…", "Split a part off…";
    SplitOffPartHint: "所选单元分为几片时，把其中一片单独设立，或划给相邻单元；不切开任何边界", "Where the unit lies in several parts, one of them becomes a unit, or goes to a neighbour; no border is cut";
    PartApart: "哪一片", "Part";
    GivePart: "部分划转…", "Transfer a part…";
    GivePartHint: "画线把所选单元的一部分划给相邻单元，等于调整两者的界线", "Draw a line: what lies beyond goes to a neighbour, and the border between the two is another";
    PartGoes: "另一部分", "The rest";
    PartSetUp: "新设", "Set up";
    PartSetUpHint: "另一部分成为新单元", "The other part becomes a unit of its own";
    PartToNeighbour: "划归邻近", "To a neighbour";
    PartToNeighbourHint: "另一部分划归相邻的同级单元，双方代码不变", "The other part goes to a neighbour of the same level; both keep their codes";
    Receiver: "划归", "Goes to";
    EstablishOf: "以所选设立上级…", "Establish of the selection…";
    EstablishOfHint: "以所选单元设立一个新的上级单元，例如以几个村设立新镇", "Sets up a unit of the level above of the selected ones, for instance a township of some villages";
    SuggestMergers: "推荐合并…", "Suggest mergers…";
    SuggestMergersHint: "按目标个数或规则下限推荐合并方案，逐项说明理由；不合意可以不采纳", "Looks for mergers that reach a number of units, or the minimum of the rules, and says why for each";
    SuggestGoal: "目标", "Goal";
    SuggestToUnits: "按个数", "By number";
    SuggestToUnitsTip: "当前级别合并后保留的单元个数", "How many units of this level are left afterwards";
    SuggestToMinimum: "达到规则下限", "Minimum of the rules";
    SuggestToMinimumTip: "直到没有单元低于所选规则的人口或面积下限", "Until no unit has fewer people or less area than the chosen rules ask for";
    SuggestNoMinimum: "所选规则没有给当前级别设人口或面积下限；可在“检查”中另选规则，或按个数合并。", "The chosen rules set no minimum of people or area for this level. Choose others under Checks, or go by the number of units.";
    SuggestUnits: "保留个数", "Units left";
    SuggestFewer: "少一个", "One fewer";
    SuggestMore: "多一个", "One more";
    SuggestWhatCounts: "看重什么", "What counts";
    SuggestDisruption: "少变动", "Little disruption";
    SuggestDisruptionTip: "改变隶属的人越少越好", "The fewer people whose unit changes, the better";
    SuggestWays: "路程短", "Short ways";
    SuggestWaysTip: "到驻地增加的直线路程越少越好", "The less the ways to the seat grow, as the crow flies, the better";
    SuggestEven: "规模均衡", "Even sizes";
    SuggestEvenTip: "各单元人口越接近越好", "The more alike the units are in people, the better";
    SuggestCompact: "形状紧凑", "Compact shapes";
    SuggestCompactTip: "越接近圆形越好", "The closer to a disc, the better";
    SuggestOnlySelected: "只在所选单元之内合并", "Merge only among the selected units";
    SuggestOnlySelectedTip: "先在地图或列表中选两个以上单元", "Select two or more on the map or in a list first";
    SuggestAcrossKinds: "允许城乡类型不同的单元合并", "Urban and rural units may join each other";
    SuggestAcrossKindsTip: "例如镇并入街道、村并入社区；默认不推荐", "Such as a town a subdistrict, or a village a community; not suggested otherwise";
    SuggestUnbounded: "不限面积和驻地距离", "However large, and however far apart";
    SuggestUnboundedTip: "默认按规则的面积上限（没有则按目标平均面积）和相邻驻地的平均距离限制；严重程度为“错误”的规则始终遵守", "Otherwise as the rules say of area, or as is usual among these units, and by the distance of neighbouring seats; rules of severity error hold in any case";
    SuggestOff: "不计", "off";
    SuggestLittle: "略计", "a little";
    SuggestUsual: "一般", "as usual";
    SuggestMuch: "着重", "much";
    SuggestDo: "开始推荐", "Look for mergers";
    SuggestAgain: "重新推荐", "Look again";
    SuggestStop: "停止，用目前最好的", "Stop, take the best so far";
    SuggestTry: "采纳这一项", "Try this one";
    SuggestTryTip: "只做这一项合并，可以撤回", "Carries out this merger alone; undo takes it back";
    SuggestAll: "全部作为新方案", "All as a new scenario";
    SuggestAllTip: "由当前方案分出新方案，逐项做完；当前方案不变", "Branches off a scenario and carries all of them out there; this one stays as it is";
    SuggestDone: "已不适用", "no longer applies";
    SuggestDoneTip: "其中的单元在推荐之后已经变动", "Its units have changed since";
    SuggestNone: "没有可以合并的单元。", "There is nothing to merge.";
    SuggestEnough: "所有单元都已达到下限，不需要合并。", "No unit is below the minimum; nothing has to be merged.";
    SuggestTooFew: "当前级别只有一个单元，没有可以合并的。换一个级别再试。", "This level has one unit only, so there is nothing to merge. Choose another level.";
    SuggestStale: "边界已变动，请重新推荐。", "The boundaries have changed since; look again.";
    Searching: "正在推荐合并", "Looking for mergers";
    CloseCard: "关闭", "Close";
    EstablishTitle: "设立", "Establish";
    ConfirmChange: "确认调整", "Make the change";
    LeaveSeatOut: "不划驻地所在单元", "Leave the seat's unit out";
    MergeInstead: "改为合并", "Merge instead";
    EstablishDo: "确认设立", "Establish the unit";
    ConfirmSplit: "确认划分", "Divide it";
    SplitTitle: "分设", "Split";
    SplitHint: "从界线到界线画一条线，或点回起点围成多边形；靠近界线时自动吸附，按住 Ctrl 不吸附；也可点击已显示的道路、河流，沿它分设。", "Draw a line from border to border, or come back to its start to cut out a polygon. It sticks to borders; hold Ctrl to draw freely. A road or river on the map can be clicked too.";
    SplitGoOn: "继续画到界线，回车或双击结束，退格撤回一点。", "Go on to the border; Enter or a double click ends the line, Backspace takes a corner back.";
    SplitKeeps: "沿用代码", "Goes on";
    SplitNameKept: "原单元", "Old unit";
    SplitNameNew: "新单元", "New unit";
    ShareHow: "人口分摊", "People";
    ShareByArea: "按面积", "By area";
    ShareByAreaHint: "线穿过的地块按面积分摊，整数不变", "Where the line crosses, people go by area; whole numbers stay whole";
    ShareByPoints: "按点数", "By points";
    ShareByPointsHint: "按两侧设施点的个数分摊", "By the number of facilities on each side";
    ShareGiven: "填写", "Given";
    ShareGivenHint: "填写两侧的人数或户数，按其比例分摊", "By the people or households that you give for each side";
    EnterFinishesLine: "回车结束画线", "Enter ends the line";
    Measure: "量算", "Measure";
    MeasureHint: "在地图上逐点点击；回车或双击结束，点回起点围成面积", "Click points on the map; Enter or a double click ends, coming back to the start closes an area";
    MeasureTitle: "量算", "Measure";
    MeasureLength: "长度", "Length";
    MeasureLast: "最后一段", "Last piece";
    MeasureAround: "周长", "Around";
    MeasureSurveyArea: "面积（调查公式）", "Area (survey formula)";
    MeasureNote: "长度为椭球面距离；面积按测地线计算，另附国土调查椭球梯形公式结果。", "Lengths are along geodesics; the area is that of geodesics, and that of the Chinese survey formula.";
    NameSeat: "驻地名称…", "Name the seat…";
    NameSeatHint: "驻地的名称或门牌地址，写入批复和导出文件", "Name or address of the seat, for approvals and exports";
    OldSeat: "原驻地", "Former seat";
    SeatUse: "驻地去向", "Use of the seat";
    SeatUseHint: "被撤销单元的驻地改作何用：便民服务站、学校、卫生院或关闭", "What becomes of the offices of the abolished unit";
    AbsorbedUnits: "由以下单元并入", "Absorbed units";
    Reinstate: "恢复", "Reinstate";
    ReinstateHint: "恢复该单元，连同它原有的范围或所辖单元", "Brings the unit back with the territory or members that it had";
    Lock: "锁定…", "Lock…";
    LockHint: "锁定后范围、名称、代码、驻地和隶属不能改变，直到解锁", "Keeps territory, name, code, seat and parent as they are until unlocked";
    Unlock: "解锁", "Unlock";
    LockLevel: "锁定或解锁当前级别", "Lock or unlock this level";
    LockLevelHint: "当前级别的所有单元，也不得新设", "All units of the level; no new ones either";
    UnlockAll: "全部解锁", "Unlock everything";
    Locked: "已锁定", "Locked";
    LockReason: "锁定理由", "Reason of the lock";
    LockReasonHint: "理由，如：已批复", "Reason, e.g. approved";
    LockNow: "锁定", "Lock";
    Abolish: "撤销建制", "Abolish";
    SelectAll: "全选当前级别", "Select all of this level";
    ClearSelection: "取消选择", "Clear the selection";
    SelectNeighbours: "选择相邻单元", "Select the neighbours";
    BoxTool: "框选", "Select with a box";
    BoxToolHint: "框选：拖动画框，选中大半在框内的单元；Shift 加选，Alt 减选", "Box: takes what lies mostly inside; Shift adds, Alt removes";
    LassoTool: "套索选择", "Select with a lasso";
    LassoToolHint: "套索：拖动圈画，选中大半在圈内的单元；Shift 加选，Alt 减选", "Lasso: draw around what is to be taken; Shift adds, Alt removes";
    BrushTool: "画笔选择", "Select with a brush";
    BrushToolHint: "画笔：涂过的单元都选中，[ ] 改变大小；Shift 加选，Alt 减选", "Brush: paint over units, [ ] change its size; Shift adds, Alt removes";
    BrushSmaller: "缩小画笔", "Smaller brush";
    BrushLarger: "放大画笔", "Larger brush";
    ZoomToFit: "显示全部", "Show everything";
    ZoomToSelection: "缩放到所选", "Zoom to the selection";
    ZoomIn: "放大", "Zoom in";
    ZoomOut: "缩小", "Zoom out";
    FinerLevel: "下一级", "Finer level";
    CoarserLevel: "上一级", "Coarser level";
    ToggleUnits: "单元面板", "Units panel";
    ToggleInspector: "详情面板", "Details panel";
    ToggleBottom: "表格面板", "Table panel";
    ToggleTheme: "浅色／深色", "Light or dark";
    ToggleLanguage: "English", "简体中文";
    ToggleLegend: "折叠或展开图例", "Fold or unfold the legend";
    ToggleCrossings: "地图上的通道与阻隔", "Links and barriers on the map";
    ToggleLabels: "地名标注", "Names on the map";
    Background: "底图", "Background";
    BackgroundHint: "在单元下面显示栅格瓦片（默认关闭）", "Raster tiles below the units (off by default)";
    BackgroundFromFile: "从文件打开底图…", "Background from a file…";
    RemoveBackground: "关闭底图", "Remove the background";
    NextAreaUnit: "切换面积单位", "Next unit of area";
    NextAreaMethod: "切换面积算法", "Other way to compute areas";
    NextAreaMethodHint: "面积按 WGS 84 测地线或按国土调查椭球面公式计算，随项目保存", "Areas between geodesics of WGS 84, or by the formula of the land survey; kept with the project";
    AreaGeodesic: "面积按测地线计算（WGS 84）", "Areas between geodesics (WGS 84)";
    AreaSurvey: "面积按国土调查公式计算（CGCS2000）", "Areas by the survey's formula (CGCS2000)";
    SurveyShort: "国土调查", "survey";
    Palette: "命令面板", "Command palette";
    Find: "查找单元", "Find a unit";
    ShowLog: "消息记录", "Messages";
    ShowHistory: "历史记录", "History";
    Sources: "来源", "Sources";
    ShowSources: "来源：数据与字段", "Sources: data and fields";
    ShowSourcesHint: "文件按什么读取：图层、编码、坐标系、各列含义；认错的在此改正，各方案随之保留", "How files were read: layer, encoding, coordinate system, what columns hold; put right here what was taken wrongly, and the scenarios stay";
    SourceFile: "文件", "File";
    SourceLayer: "图层", "Layer";
    SourceLayerHint: "文件中的图层；改选后重新读取，各方案随之保留", "Layer of the file; another choice reads it once more, and the scenarios stay";
    Encoding: "编码", "Encoding";
    EncodingHint: "文字的编码；改选后重新读取，各方案随之保留", "Encoding of texts; another choice reads the file once more, and the scenarios stay";
    CoordinateSystem: "坐标系", "Coordinates";
    CoordinateSystemHint: "坐标系；改选后重新读取，各方案随之保留", "Coordinate system; another choice reads the file once more, and the scenarios stay";
    Levels: "层级", "Levels";
    TakenApart: "分级", "Taken apart";
    AddLevel: "加为一级", "Add as a level";
    LeaveLevel: "不再读取", "Leave out";
    AddLevelHint: "与现有图层一并读取，按级别嵌套", "Read it with the others, and nest the two as levels";
    LayBeside: "作为设施", "As facilities";
    LayBesideHint: "点作为设施，线作为参考线，放在边界旁边", "Points become facilities and lines reference lines beside the boundaries";
    FieldsTaken: "字段", "Fields";
    FieldsAdded: "累加", "Added up";
    FieldsNone: "没有", "none";
    Together: "合计", "Together";
    ChooseColumn: "选择字段", "Choose a column";
    Automatically: "自动识别", "As it is told by itself";
    SearchSystems: "按名称、代码查找，如 4523、UTM 48", "Name or code, such as 4523 or UTM 48";
    NoSystemFound: "没有找到这样的坐标系", "No system is called so";
    SystemUnfit: "坐标不可能属于它", "The coordinates cannot be in it";
    LooksRight: "没有问题", "It is right";
    LooksRightHint: "就按这样读取，不再提示", "Keeps it as it was read, and asks no more";
    WhichSystem: "选择坐标系", "Which coordinate system";
    OpenProfile: "套用读取配置…", "Read by a profile…";
    OpenProfileHint: "按保存的读取配置重新读取：图层、编码、坐标系、各列含义；各方案随之保留", "Reads the files once more as a saved profile says: layer, encoding, coordinate system, what columns hold; the scenarios stay";
    SaveProfile: "保存读取配置…", "Save how files were read…";
    SaveProfileHint: "把读取方式存为配置，供同样的文件和命令行 --profile 使用", "Saves how these files were read, for others of their kind and for --profile of the command line";
    FileKindProfile: "读取配置", "Profile";
    ProfileUnfit: "读取配置不适用于这些文件，没有改动", "The profile fits none of these files: nothing was changed";
    SourceGone: "原文件已不在原处，无法改选", "The file is no longer where it was: nothing can be chosen otherwise";
    OpenWorkbookHint: "也可以把含有人口的工作簿拖进窗口", "A workbook with the population can be dropped on the window, too";
    ShowCrosswalk: "新旧对照表", "Crosswalk";
    ShowChecks: "数据检查", "Checks";
    ShowTable: "单元表", "Table of units";
    ShowRules: "规则检查", "What the rules say";
    OpenRules: "打开规则包…", "Open a pack of rules…";
    RulesOff: "停用规则", "Use no rules";
    RulesStructure: "规则：结构检查", "Rules: structure";
    RulesSichuanTowns: "规则：四川设镇标准（示例）", "Rules: Sichuan towns 2021 (example)";
    RulesHunanTownships: "规则：湖南乡镇规模（示例）", "Rules: Hunan townships 2015 (example)";
    RulesHunanVillages: "规则：湖南村级规模（示例）", "Rules: Hunan villages 2015 (example)";
    DeclareLink: "设所选两单元相通…", "Declare a link between the two units…";
    DeclareLinkHint: "所选两个单元以桥梁、渡口或道路相通，视为相连", "The two selected units are joined by a bridge, a ferry or a road";
    DeclareBarrier: "设所选两单元阻隔…", "Declare a barrier between the two units…";
    DeclareBarrierHint: "所选两个单元之间有河流、山脊等阻隔，共有边界不算相连", "A river or ridge lies between the two selected units: their border does not join them";

    // Selecting and painting.
    PolygonTool: "多边形选择", "Select with a polygon";
    PolygonToolHint: "多边形：逐点点击，双击或回车闭合，退格撤回一点；Shift 加选，Alt 减选", "Polygon: click its corners, double-click or Enter closes it, Backspace takes one back; Shift adds, Alt removes";
    ShrinkSelection: "收缩所选", "Shrink the selection";
    ShrinkSelectionHint: "去掉所选中与外面相邻的单元", "Leaves out what borders on the rest";
    SelectEnclosed: "选择被所选包围的单元", "Select what the selection encloses";
    SelectSurrounded: "选择被单个单元包围的单元", "Select what lies inside of a single other unit";
    InvertSelection: "反选", "Invert the selection";
    SelectSiblings: "选择同一上级的全部单元", "Select all under the same parent";
    SelectSameKind: "选择同类型的全部单元", "Select all of the same kind";
    OwnFigures: "自定指标…", "Figures of your own…";
    OwnFiguresHint: "例如：人均耕地 = 耕地面积_亩 / 户籍人口", "For example: per household = population / households";
    OwnFiguresEmpty: "由字段和指标计算，每个单元各算各的。出现在表格、地图、合并卡和比选中。", "Worked out from fields and figures, for every unit by itself. They show in the table, on the map, in the merge card and in comparisons.";
    NewOwn: "新指标", "New figure";
    OwnName: "指标名称", "Name of the figure";
    OwnNameHint: "名称，如：户均人口", "Name, e.g. people per household";
    OwnExpression: "算式", "Expression";
    OwnExpressionHint: "算式，如：人口 / 户数", "Expression, e.g. population / households";
    OwnUnit: "指标单位", "Unit of the figure";
    OwnUnitHint: "单位，如：亩/人", "Unit, e.g. mu/person";
    Decimals: "小数位数", "Decimals";
    AddOwn: "添加指标", "Add the figure";
    ChangeOwn: "保存修改", "Keep the change";
    EditOwn: "修改", "Change";
    RemoveOwn: "删除", "Remove";
    QueryBar: "按条件选择", "Select by condition";
    QueryBarHint: "例如：人口 > 3000 且 类型 = 村", "For example: population > 3000 and kind = village";
    QueryLine: "条件", "Conditions";
    QueryPrompt: "条件，例如 人口 > 3000 且 上级 = 城关镇；或名称的一部分", "Conditions such as population > 3000 and area < 5 km², or part of a name";
    QueryKeys: "回车选中，Shift+回车加选，Alt+回车减选", "Enter selects, Shift+Enter adds, Alt+Enter removes";
    KeepQuery: "保存此条件", "Keep this query";
    KeptQueries: "已保存的条件", "Kept queries";
    NoKeptQueries: "还没有保存的条件。", "No query is kept yet.";
    ForgetQuery: "删除此条件", "Forget this query";
    SelectFound: "选中", "Select";
    AddFound: "加选", "Add";
    ByList: "按名单选择", "Select by list";
    ByListHint: "粘贴名称或代码，逐行或用顿号、逗号分隔", "Paste names or codes, one a line or with commas between";
    List: "名单", "List";
    ListText: "名单内容", "Names and codes";
    ListPrompt: "在此粘贴名称或代码：每行一个，或用顿号、逗号、分号分隔；也可粘贴“石桥乡的解放村、前进村”或表格中的几列", "Paste names or codes here: one a line, or with commas or semicolons between; columns of a spreadsheet will do, too";
    ListMatched: "已匹配", "Matched";
    ListSeveral: "有多个同名，请选择", "Several have the name; choose one";
    ListMissing: "未找到", "Not found";
    ListNothingLike: "没有相近的名称", "no name is like it";
    ListAllFound: "全部匹配。", "Everything was found.";
    ListUndo: "重新选择", "Choose again";
    BrushTouching: "画笔：触及即选", "Brush takes what it touches";
    BrushInside: "画笔：全部涂过才选", "Brush takes what it covers";
    BrushCentre: "画笔：涂过中心即选", "Brush takes by the centre";
    BrushPoints: "画笔大小：按屏幕像素", "Brush size in pixels on the screen";
    BrushMetres: "画笔大小：按地面米数", "Brush size in metres on the ground";
    BrushSize: "画笔大小（[ ] 键缩放）", "Size of the brush ([ ] change it)";
    BrushRadius: "半径", "radius";
    OnScreen: "屏幕", "On screen";
    OnGround: "地面", "On ground";
    RuleTouching: "触及", "touching";
    RuleInside: "全部", "inside";
    RuleCentre: "中心", "centre";
    SelectOptions: "选择方式", "How to select";
    BrushRule: "画笔取法", "The brush takes";
    Limits: "选择限制", "Limits of the selection";
    LimitToParent: "限于所选的上级之内", "Limit to the parent of the selection";
    LimitToParentHint: "之后只能选中该上级之内的单元", "From then on only units inside of it can be selected";
    LimitToUnlocked: "限于未锁定的单元", "Limit to what is not locked";
    LimitToChanged: "限于与现状不同的单元", "Limit to what differs from before";
    LimitToOther: "限于与另一方案不同的单元", "Limit to what differs from another scenario";
    LiftLimits: "解除选择限制", "Lift the limits of the selection";
    LiftLimit: "解除此限制", "Lift this limit";
    LimitUnlocked: "未锁定", "not locked";
    LimitLeftOut: "受选择限制，未选中任何单元", "Nothing was selected: the limits of the selection leave it out";
    PaintTransfer: "涂画划转…", "Transfer by painting…";
    PaintTransferHint: "选定接收单元，再用画笔涂过要划入的下级单元", "Choose the unit that takes, then paint over what moves to it";
    PickingTaker: "点击接收单元；Esc 放弃", "Click the unit that takes; Esc gives up";
    PaintHint: "涂过即划入，Alt 撤回，回车完成，Esc 放弃", "Paint to move, Alt takes back, Enter carries it out, Esc gives up";
    PaintTitle: "涂画划转", "Transfer by painting";
    PaintEmpty: "在地图上涂过要划入的单元。", "Paint over the units that are to move.";
    PaintConfirm: "完成划转", "Transfer them";
    PaintMembers: "单元数", "Units";

    // Panels.
    UnitsFilter: "按名称或代码筛选", "Filter by name or code";
    FindPrompt: "名称、代码或命令", "Name, code or command";
    PathPromptOpen: "要打开的文件路径，回车打开", "Path of the file to open, then Enter";
    PathPromptPlan: "方案文件路径，回车打开", "Path of the plan to open, then Enter";
    PathPromptBackground: "瓦片文件路径（MBTiles 或 PMTiles），回车打开", "Path of the tiles (MBTiles or PMTiles), then Enter";
    PathPromptProfile: "读取配置文件的路径", "Path of a profile";
    PathPromptRules: "规则包文件路径（TOML），回车打开", "Path of the pack of rules (TOML), then Enter";
    PathPromptExport: "要写入的文件路径，回车保存", "Path of the file to write, then Enter";
    Browse: "浏览…", "Browse…";
    NothingFound: "没有找到", "Nothing found";
    Selection: "所选", "Selection";
    Scenario: "方案概况", "Scenario";
    Table: "单元表", "Units";
    Crosswalk: "对照表", "Crosswalk";
    Checks: "检查", "Checks";
    History: "历史", "History";
    Scenarios: "方案", "Scenarios";
    Log: "消息", "Messages";
    Fold: "折叠", "Fold";
    Unfold: "展开", "Unfold";

    // Empty states.
    EmptySelection: "在地图上点击一个单元查看它；按住 Shift 再点击可多选；选中两个以上后按 M 合并。", "Click a unit on the map to read about it. Shift-click adds more; with two or more, press M to merge.";
    EmptyMap: "打开或拖入边界文件，或从示例县开始。", "Open or drop a boundary file, or start with the sample county.";
    EmptyCrosswalk: "还没有调整。合并或划转后，这里列出新旧单元的对应关系。", "Nothing has changed yet. After a merger or transfer, old and new units are matched here.";
    EmptyChecks: "没有发现问题。", "No problem was found.";
    EmptyHistory: "还没有调整。选择两个单元，按 M 合并。", "Nothing has changed yet. Select two units and press M to merge them.";
    EmptyLog: "还没有消息。", "No messages yet.";
    EmptyScenario: "还没有调整，以下为现状。", "Nothing has changed yet; these are the figures as they are.";

    // Figures.
    Name: "名称", "Name";
    Code: "代码", "Code";
    Level: "级别", "Level";
    KindOf: "类型", "Kind";
    Parent: "上级单元", "Parent";
    Members: "下辖单元", "Members";
    Area: "面积", "Area";
    Population: "人口", "Population";
    PopulationUnit: "人", "people";
    Seat: "驻地", "Seat";
    SeatGiven: "给定驻地", "given seat";
    SeatPopulationCentre: "人口重心（无驻地数据）", "population centre (no seat given)";
    SeatRepresentative: "代表点（无驻地数据）", "representative point (no seat given)";
    MoreFigures: "更多指标", "More figures";
    Households: "户数", "Households";
    ResidentPopulation: "常住人口", "Residents";
    ArableLand: "耕地（亩）", "Arable (mu)";
    Terrain: "地形", "Terrain";
    Elevation: "海拔（米）", "Elevation (m)";
    NoData: "无数据", "No data";
    DataNote: "数据提示", "Note on the data";
    TouchesDefect: "边界处有数据问题，数字可能不准", "There is a data problem at its border; figures may be off";
    Item: "项目", "Item";
    Before: "调整前", "Before";
    After: "调整后", "After";
    Change: "变化", "Change";

    // Merge card.
    MergeTitle: "合并单元", "Merge units";
    Form: "合并形式", "Form";
    Absorb: "并入", "Absorb";
    AbsorbHint: "一个单元保留代码，其余撤销并划归它", "One unit survives with its code; the others are abolished and go to it";
    Establish: "新设", "Establish";
    EstablishHint: "原单元全部撤销，设立新单元，使用新代码", "All are abolished; a new unit is set up under a new code";
    Survivor: "保留单元", "Survivor";
    NewName: "新名称", "Name";
    NewCode: "新代码", "New code";
    Proposed: "拟用", "proposed";
    ProposedNote: "拟用代码，以民政部门公布为准", "A proposed code: in force only once the authority publishes it";
    SeatChoice: "驻地", "Seat";
    SeatAuto: "自动选定", "Automatic";
    ChosenSeat: "将设驻地的位置", "Where the seat would be";
    SeatPicked: "地图上选定的点", "Point picked on the map";
    PickOnMap: "在地图上选点", "Pick on the map";
    EnterDoes: "回车 / Esc", "Enter / Esc";
    Guessed: "推测", "guess";
    LeftOut: "不保留", "left out";
    Recompute: "重新计算", "Recompute";

    // Summary.
    UnitsBeforeAfter: "单元数", "Units";
    Reduction: "减少", "Reduction";
    Increase: "增加", "Increase";
    ReductionRate: "调减比例", "Reduction rate";
    IncreaseRate: "增幅", "Rate of increase";
    MeanArea: "平均面积", "Mean area";
    MeanPopulation: "平均人口", "Mean population";
    WhoLoses: "谁离驻地更远", "Who ends up farther away";
    WhoLosesNone: "没有人离驻地更远。", "Nobody ends up farther from a seat.";

    // Colouring.
    Colouring: "着色", "Colours";
    ColourNeighbours: "相邻异色", "Neighbours differ";
    MarkFill: "分级设色", "Colours";
    MarkFillHint: "按数值分级，为单元着色", "Units in the colours of their classes";
    MarkCircle: "比例圆", "Circles";
    MarkCircleHint: "圆的面积与数值成正比", "Circles whose area is in proportion to the figure";
    Classing: "分级方法", "Classes";
    Quantile: "分位数", "Quantiles";
    QuantileHint: "每级单元数相同", "As many units in each class";
    EqualInterval: "等间距", "Equal";
    EqualIntervalHint: "每级宽度相同", "Classes of equal width";
    NaturalBreaks: "自然断点", "Natural";
    NaturalBreaksHint: "在数值空档处分级（Jenks）", "Breaks at the gaps between figures (Jenks)";
    ManualBreaks: "自定", "Manual";
    ManualBreaksHint: "自己写分级点", "Write the breaks yourself";
    Breaks: "分级点", "Breaks";
    BreaksEmpty: "请至少写一个数", "Write at least one number";
    SchemeOf: "配色", "Colours of the classes";
    SchemeBlues: "蓝", "Blues";
    SchemeGreens: "绿", "Greens";
    SchemeOranges: "橙", "Oranges";
    SchemeYellowGreenBlue: "黄—绿—蓝", "Yellow to blue";
    SchemeRedBlue: "红—蓝（双向）", "Red and blue, diverging";
    SchemeBrownGreen: "棕—绿（双向）", "Brown and green, diverging";
    SchemePurpleGreen: "紫—绿（双向）", "Purple and green, diverging";

    // Background.
    BackgroundOff: "关闭", "Off";
    BackgroundOffHint: "只画单元，不读取瓦片，不使用网络。", "Only the units are drawn: no tiles are read and no network is used.";
    BackgroundFile: "本地文件", "Local file";
    BackgroundServer: "瓦片服务器", "Tile server";
    BackgroundFileHint: "MBTiles 或 PMTiles 栅格瓦片。只在本机读取，不使用网络。", "MBTiles or PMTiles with pictures. Read on this machine; the network is not used.";
    BackgroundServerHint: "使用网络：连接后，向该服务器请求当前范围的瓦片，由此可知所看的位置。程序启动时不会自动连接。", "This uses the network: once connected, the tiles in view are asked for, which tells that server where you look. It is never connected by itself at start.";
    BackgroundElsewhere: "底图不覆盖当前单元所在的范围", "The background does not cover the place of these units";
    BackgroundTooFar: "放大后显示底图", "zoom in to see it";
    BackgroundOpacity: "底图不透明度", "Opacity of the background";
    FillOpacity: "单元填充不透明度", "Opacity of the fills";
    WritePath: "输入路径…", "Write a path…";
    ServerAddress: "地址", "Address";
    Attribution: "版权说明", "Attribution";
    Connect: "连接", "Connect";
    Disconnect: "断开", "Disconnect";
    Gcj02: "GCJ-02 坐标（纠偏显示）", "Drawn in GCJ-02 (shift it back)";
    Gcj02Hint: "高德、腾讯等网络地图的瓦片有数百米偏移，勾选后移回原位；单元不动", "Tiles of most Chinese web maps are off by some hundred metres: this moves them back; units stay";
    Gcj02Shifted: "GCJ-02，已纠偏", "GCJ-02, shifted back";
    Legend: "图例", "Legend";
    ChangedUnits: "已调整", "Changed";

    // Status.
    Unsaved: "未保存", "unsaved";
    UnsavedKept: "未保存 · 已自动留存", "unsaved, kept safe";
    Saving: "正在保存", "Saving";
    ProjectTaken: "此项目已在另一个窗口中打开：这里的改动只能另存为其他文件", "Another window has this project open: changes made here can only be saved under another name";
    FirstScenario: "方案一", "Scenario 1";
    ToggleCompare: "方案比选", "Compare scenarios";
    ToggleCompareHint: "并排、卷帘、闪烁或重影对比方案", "Side by side, with a divider, in turn, or with the old borders over the new";
    ComparePanes: "并排", "Side by side";
    CompareSwipe: "卷帘", "Swipe";
    CompareFlicker: "闪烁", "Flicker";
    CompareGhost: "重影", "Ghost";
    CompareSide: "比选的方案", "Scenario to compare";
    CompareMore: "增加一个", "One more";
    CompareFewer: "减少一个", "One less";
    CompareArrows: "箭头", "Arrows";
    CloseComparison: "结束比选", "End the comparison";
    Divider: "分隔线", "Divider";
    Compare: "比选", "Compare";
    Indicators: "指标", "Indicators";
    ChangeList: "变化清单", "Changes";
    Ensemble: "随机方案对照", "Among neutral plans";
    EnsembleTip: "为什么合并这些，而不是别的？", "Why these mergers and not others?";
    EnsembleHint: "随机抽取一千个合并到同样单元数的方案（只合并同一上级的相邻单元，锁定单元、通道和阻隔照旧，此外不作选择），看当前方案各项指标处于什么位置。抽样并非均匀分布：位置特殊只说明值得追问，不能作为证明。", "A thousand plans are drawn by chance that merge as many units as the active scenario (neighbours with the same parent; locks, links and barriers hold; nothing else is chosen), to see where its figures stand among theirs. The sample is not uniform: an unusual standing is a reason to ask, not a proof.";
    EnsembleDraw: "抽取随机方案", "Draw neutral plans";
    EnsembleAgain: "重新抽取", "Draw again";
    EnsembleEarlier: "此后有变动，这是先前状态的结果。", "Changed since: this is of an earlier state.";
    EnsembleRunning: "正在抽取随机方案", "Drawing neutral plans";
    EnsembleStop: "停止", "Stop";
    EnsemblePlan: "本方案", "Scenario";
    EnsembleMedian: "随机方案中位数（5%–95%）", "Neutral plans: median (5–95 %)";
    EnsembleSpread: "随机方案分布", "How they lie";
    EnsembleStanding: "本方案的位置", "Where the scenario stands";
    StageColumn: "阶段", "Stage";
    NoteColumn: "备注", "Note";
    StepsColumn: "调整", "Edits";
    LeftOver: "未能执行的调整", "Edits that could not be carried out";
    LeftOverReady: "现在可以执行", "can be carried out now";
    Retry: "执行", "Carry out";
    Drop: "放弃", "Drop";
    CopyStepTo: "在此方案中也执行：", "Carry out too in:";
    StepNote: "备注此步…", "Write a note on this step";
    StageDraft: "草案", "draft";
    StageFirstUp: "一上", "handed up";
    StageFirstDown: "一下", "sent back";
    StageSecondUp: "二上", "handed up again";
    StageSecondDown: "二下", "sent back again";
    StageApproved: "已批准", "approved";
    StageDropped: "不再采用", "dropped";
    NoChanges: "无改动", "no changes";
    SoftwareRendering: "软件渲染", "software rendering";
    SoftwareRenderingHint: "没有找到可用的显卡驱动，地图由处理器绘制，速度较慢", "No usable graphics driver was found; the map is drawn by the processor and is slower";
    Opening: "正在打开", "Opening";
    Exporting: "正在导出", "Exporting";
    Checking: "正在检查边界…", "Checking the boundaries…";
    Computing: "正在计算", "Computing";
    Preparing: "正在准备地图", "Preparing the map";
    Wgs84: "WGS 84 / CGCS2000", "WGS 84 / CGCS2000";
    PickingSeat: "点击地图选定驻地 · Esc 取消", "Click the seat on the map · Esc leaves";
    PickingParent: "点击接收单元 · Esc 取消", "Click the unit that takes them over · Esc leaves";
    PickedTaker: "回车或再点一次接收单元完成 · Esc 取消", "Enter or a second click on the unit does it · Esc leaves";
    PickedGoesOn: "回车完成，或再点击地图改选 · Esc 取消", "Enter does it; a click chooses again · Esc leaves";

    UnsavedTitle: "有未保存的改动", "Unsaved changes";
    LeaveUnsaved: "不保存，继续", "Go on without saving";
    CloseUnsaved: "不保存，退出", "Leave without saving";
    ReplaceTitle: "替换已有的文件？", "Replace the file that is there?";
    ReplaceIt: "替换", "Replace";
    AnotherName: "另取名字", "Another name";
    JoinNoneThere: "该上级之内没有此名称的单元", "no unit within that one has this name";
    OpenIt: "打开", "Open";
    SaveIt: "保存", "Save";
    NoFileDialog: "系统没有文件对话框，请在这里输入路径。", "This system has no file dialog: write the path here.";
    DropHere: "松开鼠标即可打开", "Let go to open";

    // Rules.
    ChecksData: "数据", "Data";
    Rules: "规则", "Rules";
    Crossings: "通道与阻隔", "Links and barriers";
    RulePack: "规则包", "Pack of rules";
    NoRules: "不用规则", "No rules";
    NoRulesHint: "选择一个规则包，或打开自己的规则包文件；格式见 docs/rules.md。", "Choose a pack of rules, or open one of your own; docs/rules.md tells how it is written.";
    ExamplePack: "示例", "example";
    ExamplePackHint: "公开发布的标准，作为示例收录；使用前请核对原文", "A published standard, here as an example; check its text before you rely on it";
    Judging: "正在按规则判断", "Judging by the rules";
    EmptyRules: "没有这一类。", "There is none of these.";
    RulesBroken: "不符合规则", "Rules broken";
    Judgement: "判断", "Verdict";
    UnitColumn: "单元", "Unit";
    Rule: "规则", "Rule";
    Basis: "依据", "Basis";
    CarryOutFix: "修复", "Fix it";
    CarryOutFixHint: "移动人口最少的办法，可以撤回", "The way that moves fewest people; it can be undone";
    EmptyCrossings: "选中两个单元，再按上面的按钮：桥梁、渡口等使不相邻的单元相通，河流、山脊等使相邻的单元隔开。", "Select two units, then press a button above: bridges and ferries join units that do not touch, rivers and ridges part those that do.";
    CrossingReason: "原因", "Reason";
    RemoveCrossing: "删除这一条", "Remove it";
    LinkWord: "通道", "link";
    BarrierWord: "阻隔", "barrier";
    GoToCrossing: "缩放到这里", "Zoom to it";
    OnMap: "在地图上显示", "On the map";
    LegendLinks: "通道", "Links";
    LegendBarriers: "阻隔", "Barriers";
    CrossingReasonHint: "如：最近的桥在 6 公里外", "such as: the nearest bridge is 6 km away";
    CrossingNeedsLoaded: "只能用于原有的、有代码的单元", "Only units as loaded, with a code, can be linked or parted";
    // Keys.
    ShowShortcuts: "快捷键", "Keyboard shortcuts";
    ShowShortcutsHint: "列出全部命令的快捷键，可以逐个更改", "All commands with their keys; each can be changed";
    ChangeKeysHint: "点击一行，再按新的键即可更改；右键恢复默认。", "Click a line and press new keys to change them; the right button brings the old ones back.";
    PressKeys: "请按新的键。退格：不设快捷键；Esc：不改。", "Press the new keys. Backspace: none. Esc: leave them.";
    KeysAwaited: "请按键…", "press keys…";
    ResetKeys: "恢复默认", "Back to default";
    ResetAllKeys: "全部恢复默认", "All back to default";
    OnTheMap: "鼠标与方向键", "Pointer and arrows";

    CopyMap: "复制地图图片", "Copy a picture of the map";
    CopyMapHint: "把当前看到的地图连同图例、比例尺作为图片复制，可粘贴到文档", "The map as you see it, with legend and scale, to be pasted into a document";
    CopyTablePicture: "复制下方表格图片", "Copy a picture of the table panel";
    CopyTablePictureHint: "把下方面板当前看到的内容作为图片复制；要单元格请用“复制单元表”", "The table panel as you see it; for cells, copy the table of units instead";
    PictureCopied: "图片已复制，可直接粘贴", "The picture is in the clipboard";
    NoClipboard: "剪贴板不可用，图片没有复制；请改用截图或导出", "The clipboard cannot be used and nothing was copied; take a screenshot or export instead";
    NoPicture: "没有取到画面，图片没有复制；请再试一次", "The window gave no picture and nothing was copied; try again";
    Bookmarks: "书签", "Bookmarks";
    Bookmark: "书签", "bookmark";
    AddBookmark: "添加书签", "Add a bookmark";
    AddBookmarkHint: "记住当前的地图范围，随项目保存", "Keeps this view of the map with the project";
    NextBookmark: "下一个书签", "Next bookmark";
    EmptyBookmarks: "还没有书签。把常看的位置存为书签，随时回来。", "No bookmarks yet. Keep a view of the map as one, and come back to it.";
    Delete: "删除", "Delete";
    Recent: "最近打开", "Recent";
    Tour: "一分钟上手", "Tour of one minute";
    TourHint: "在示例县上走一遍：选择、合并、看对照表、撤回、导出", "On the sample county: select, merge, look at the crosswalk, undo, export";
    TourSkip: "跳过", "Skip";
    TourDone: "完成", "Done";
    TourExport: "最后看看“导出”：边界、对照表、单元表和图片都从这里写出。", "Last, open Export: boundaries, crosswalk, tables and pictures leave from here.";
    ShowLogFile: "显示日志文件", "Show the log file";
    ShowLogFileHint: "在文件夹中显示本次运行的日志，可以发给技术支持", "The log of this run in its folder; send it along when something went wrong";
    SaveLogFile: "日志另存为…", "Save the log as…";
    SaveLogFileHint: "把最近几次运行的日志存成一个文本文件；警告和错误中可能提到单元名称，没有人口等数字", "The logs of the last runs in one text file; warnings and errors may name units, no figures are in it";
    CopyMessages: "复制全部消息", "Copy all messages";
    MessagesCopied: "消息已复制", "The messages are in the clipboard";
    LevelHint: "点击地图时选中的级别；PageUp、PageDown 切换", "The level that a click on the map takes; PageUp and PageDown change it";
    PanelsAndLayouts: "面板与布局", "Panels and layouts";
    SideLeft: "左侧", "left";
    SideRight: "右侧", "right";
    SideBottom: "下方", "below";
    DragPanel: "拖动可移到别处", "Drag to another place";
    DropBefore: "放在前面", "Before";
    DropAfter: "放在后面", "After";
    DropAsTab: "合为标签页", "Tabs with";
    SideBySide: "分栏", "Split";
    Tabbed: "标签页", "Tabs";
    LayoutName: "布局名称", "Name of the layout";
    Keep: "保存", "Keep";
    ResetLayout: "恢复默认布局", "Panels back to default";
    ResetLayoutHint: "单元在左，详情在右，表格在下；已保存的布局不变", "Units left, details right, tables below; layouts that go by a name stay";
    MoreCommands: "更多命令", "More commands";
    Help: "帮助", "Help";
    TextSize: "文字大小", "Text size";
    LargerText: "放大文字", "Larger text";
    LargerTextHint: "放大文字和整个界面，最大 200 %", "Larger text and everything around it, up to 200 %";
    SmallerText: "缩小文字", "Smaller text";
    NormalText: "文字恢复原大小", "Text of the usual size";
    NextPanel: "下一个面板", "Next panel";
    NextPanelHint: "键盘焦点移到下一个面板；Tab 再进入其中", "The keyboard goes to the next panel; Tab then goes into it";
    PreviousPanel: "上一个面板", "Panel before";
    ToolbarStop: "工具栏", "Toolbar";
    MapStop: "地图", "Map";
    StatusStop: "状态栏", "Status line";

    // Columns of the crosswalk and of the checks.
    OldUnit: "原单元", "Old unit";
    NewUnit: "新单元", "New unit";
    OldCode: "原代码", "Old code";
    NewCodeColumn: "新代码", "New code";
    Relation: "关系", "Relation";
    AreaShare: "面积占比", "Share of area";
    PopulationShare: "人口占比", "Share of people";
    Severity: "程度", "Severity";
    Problem: "问题", "Problem";
    Place: "位置", "Where";
    StartState: "初始状态", "As opened";
    CurrentStep: "当前", "now";

    // Levels.
    LevelAtom: "图斑", "Atoms";
    LevelGroup: "村民小组", "Groups";
    LevelVillage: "村（社区）", "Villages";
    LevelParent: "上级单元", "Parents";
    LevelTownship: "乡镇", "Townships";
    LevelCounty: "县", "Counties";

    // Kinds.
    KindSubdistrict: "街道", "subdistrict";
    KindTown: "镇", "town";
    KindTownship: "乡", "township";
    KindEthnicTownship: "民族乡", "ethnic township";
    KindVillage: "村", "village";
    KindCommunity: "社区", "community";
    KindGroup: "村民小组", "group";
    KindCounty: "县", "county";

    // File dialogs.
    FileKindGeojson: "GeoJSON 边界", "GeoJSON boundaries";
    FileKindOpen: "项目或边界", "Projects and boundaries";
    FileKindLayers: "边界", "Boundaries";
    FileKindProject: "区划项目（GeoPackage）", "Quhua project (GeoPackage)";
    FileKindFacilities: "点和线", "Points and lines";
    FileKindPlan: "区划方案", "Quhua plan";
    FileKindTiles: "栅格瓦片", "Raster tiles";
    FileKindRules: "规则包（TOML）", "Packs of rules (TOML)";
    FileKindText: "文本文件", "Text file";
    FileKindCsv: "CSV 表格", "CSV table";
    FileKindMap: "地图", "Map";
    FileKindPage: "网页", "Web page";
    FileKindXlsx: "Excel 工作簿", "Excel workbook";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_there_in_both_languages() {
        for &text in Text::ALL {
            for lang in Lang::ALL {
                let words = text.in_lang(lang);
                assert!(!words.trim().is_empty(), "{text:?} is empty in {lang:?}");
                assert_eq!(words, words.trim(), "{text:?} has spaces around it in {lang:?}");
            }
        }
    }

    #[test]
    fn english_texts_have_no_chinese_in_them() {
        for &text in Text::ALL {
            let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
            // The button that switches to Chinese is written in Chinese.
            assert!(text == Text::ToggleLanguage || !text.in_lang(Lang::En).contains(is_han), "{text:?}");
        }
    }
}
