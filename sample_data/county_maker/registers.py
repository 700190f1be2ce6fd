"""Ledgers of figures and of work: indicators, money, crops, grids, key figures, tasks, problems."""
import datetime

from .offices import FACTOR


def towns(county):
    """What townships are ranked by, and the place that the county means to give them."""
    luck, rows = county.luck("towns"), []
    by_people = sorted(county.towns[3:], key=lambda t: -t["population"])
    roles = {county.towns[0]["code"]: "县城", by_people[0]["code"]: "副中心", by_people[2]["code"]: "副中心"}
    for town in by_people[1:8]:
        roles.setdefault(town["code"], "中心镇")
    for town in county.towns:
        people = town["resident_population"]
        urban = {"subdistrict": 0.94, "town": luck.between(0.28, 0.46), "township": luck.between(0.1, 0.22)}[town["kind"]]
        per_head = {"subdistrict": 7.6, "town": 3.9, "township": 2.4}[town["kind"]] * luck.between(0.82, 1.25)
        gdp = people * per_head
        revenue = gdp * {"subdistrict": 0.041, "town": 0.021, "township": 0.012}[town["kind"]] * luck.between(0.8, 1.2)
        firms = round(gdp / 21_000 * luck.between(0.5, 1.5))
        rows.append([town["code"], town["name"], round(gdp), round(revenue, 2), round(people * urban), firms,
                     round(people * luck.between(0.045, 0.09)), round(urban * people * 0.0098, 1),
                     luck.whole(1, 4) if town["kind"] != "township" else luck.whole(0, 2),
                     round(420 + people * 0.021 + town["km2"] * 3.4 * FACTOR[town["terrain"]], 2),
                     roles.get(town["code"], "一般乡镇"), "", ""])
    columns = [("乡镇代码", 12, None), ("乡镇", 12, None), ("地区生产总值（万元）", 20, "#,##0"),
               ("一般公共预算收入（万元）", 22, "#,##0.00"), ("城镇常住人口", 14, "#,##0"), ("规上企业（个）", 14, None),
               ("市场主体（户）", 14, "#,##0"), ("建成区面积（公顷）", 18, "0.0"), ("三级公路以上干线（条）", 20, None),
               ("上年转移支付（万元）", 20, "#,##0.00"), ("城镇定位", 12, None), ("类别认定", 12, None), ("认定理由", 20, None)]
    return columns, rows


def finance(county):
    """What money is shared out by, village by village."""
    luck, rows = county.luck("finance"), []
    for village in county.villages:
        per_head = 0.021 if village["kind"] == "community" else 0.0055
        revenue = village["resident_population"] * per_head * luck.between(0.3, 2.1)
        factor = FACTOR[village["terrain"]] + (0.05 if village["elevation_m"] > 900 else 0)
        previous = 5.2 + village["groups"] * 0.16 + village["population"] * 0.0004
        area = round(village["km2"], 2)
        rows.append([village["code"], village["name"], village["town"], f"{revenue:.2f}", f"{area:.2f}", f"{factor:.2f}",
                     f"{area * factor:.4f}", f"{previous:.2f}"])
    header = ["行政区划代码", "村（社区）", "乡镇", "财政收入（万元）", "国土面积（km²）", "地形系数", "地形折算面积（km²）",
              "上年补助（万元）"]
    return header, rows


CROPS = {"平坝": ["水稻、油菜", "水稻、蔬菜", "蔬菜"], "丘陵": ["玉米、油菜", "柑橘", "生猪、玉米"], "山区": ["中药材", "茶叶", "核桃"]}


def economy(county):
    luck, rows = county.luck("economy"), []
    for village in county.villages:
        if village["arable_mu"] < 120:
            continue
        planted = round(village["arable_mu"] * luck.between(0.62, 1.08), -1)
        unions = luck.pick([0, 1, 1, 1, 2, 2, 3])
        weak = luck.whole(0, unions) if unions else 0
        members = round(village["households"] * luck.between(0.08, 0.4)) if unions else 0
        income = luck.between(2.5, 24) * (1.4 if unions > 1 else 1)
        rows.append([village["code"], village["name"], village["town"], luck.pick(CROPS[village["terrain"]]), int(planted),
                     unions, weak or "", members or "", f"{income:.1f}"])
    header = ["行政区划代码", "村（社区）", "乡镇", "主要产业", "种植面积（亩）", "合作社（个）", "空壳合作社（个）",
              "入社农户（户）", "集体经济收入（万元）"]
    return header, rows


def governance(county):
    luck, rows = county.luck("governance"), []
    for village in county.villages:
        grids = max(1, round(village["households"] / 290))
        members = round(village["population"] * luck.between(0.024, 0.041))
        branches = 1 + (members > 60) + (members > 95)
        kind = "党委" if members > 100 else "党总支" if branches > 1 else "党支部"
        rows.append([village["code"], village["name"], village["town"], village["groups"], grids, max(1, round(grids * 0.8)),
                     kind, branches, members, luck.whole(5, 7)])
    header = ["行政区划代码", "村（社区）", "乡镇", "村民小组", "网格", "专职网格员", "党组织形式", "党支部", "党员", "村干部"]
    return header, rows


def key_figures(county):
    """Few, of the county as a whole, as they are reported."""
    people = sum(t["resident_population"] for t in county.towns)
    rows = [
        ["ZB01", "便民服务办件量", "万件", "2026年1—10月", "519921", "", "44.87", "42.8", ""],
        ["ZB02", "群众满意度", "%", "2026年10月", "519921", "96.35", "98.72", "", "98"],
        ["ZB03", "宽带通村率", "%", "2026年10月", "519921", "97.27", "100", "", "100"],
        ["ZB04", "村集体经济收入", "万元", "2025年", "519921", "3216.40", "4108.75", "", "4000"],
        ["ZB05", "一般公共预算收入", "亿元", "2025年", "519921", "6.83", "7.26", "6.3", "7.2"],
        ["ZB06", "城镇化率", "%", "2025年", "519921", "41.86", "43.12", "", ""],
        ["ZB07", "30分钟服务圈覆盖率", "%", "2026年10月", "519921", "78.40", "86.15", "", "90"],
        ["ZB08", "一网通办率", "%", "2026年10月", "519921", "71.50", "88.30", "", "90"],
        ["ZB09", "常住人口", "万人", "2025年", "519921", "32.94", f"{people / 10000:.2f}", "", ""],
        ["ZB10", "闲置资产盘活率", "%", "2026年10月", "519921", "22.60", "61.90", "", "80"],
    ]
    return ["编号", "指标", "单位", "时期", "行政区划代码", "上年同期", "本期", "同比增长（%）", "目标"], rows


PLANS = [
    ("便民服务体系建设", "常务副县长", "县行政审批局", "各乡镇"), ("医疗卫生机构调整", "分管卫健副县长", "县卫生健康局", "县编办"),
    ("学校布局调整", "分管教育副县长", "县教育和体育局", "县财政局"), ("闲置资产盘活", "常务副县长", "县财政局", "县国资公司"),
    ("一乡一所设置", "县委政法委书记", "县委编办", "县公安局、县司法局"), ("农村客运优化", "分管交通副县长", "县交通运输局", "各乡镇"),
    ("新老场镇连接道路", "分管交通副县长", "县交通运输局", "县发展和改革局"), ("通组道路建设", "分管交通副县长", "县交通运输局", "县农业农村局"),
    ("中心镇和副中心培育", "分管城建副县长", "县住房和城乡建设局", "县自然资源局"), ("国土空间规划编制", "分管自然资源副县长", "县自然资源局", "各乡镇"),
    ("财政体制调整", "常务副县长", "县财政局", "各乡镇"), ("村级财务并账", "分管农业副县长", "县农业农村局", "县财政局"),
    ("集体资产清产核资", "分管农业副县长", "县农业农村局", "各乡镇"), ("集体经济融合发展", "县委副书记", "县委组织部", "县农业农村局"),
    ("村级组织优化", "县委组织部部长", "县委组织部", "各乡镇"), ("村干部分流安置", "县委组织部部长", "县委组织部", "县人力资源和社会保障局"),
    ("网格化治理", "县委政法委书记", "县委政法委", "各乡镇"), ("养老服务布局", "分管民政副县长", "县民政局", "各乡镇"),
    ("地名和门牌更换", "分管民政副县长", "县民政局", "县公安局"), ("证照变更便民措施", "县公安局局长", "县公安局", "县市场监督管理局"),
    ("行政区划界线勘定", "分管民政副县长", "县民政局", "县自然资源局"), ("行政区划代码变更", "分管民政副县长", "县民政局", "县统计局"),
    ("档案移交", "县委办主任", "县档案馆", "各乡镇"), ("文化阵地调整", "分管文旅副县长", "县文化广播电视和旅游局", "各乡镇"),
    ("农业园区建设", "分管农业副县长", "县农业农村局", "各乡镇"), ("供水保障", "分管水利副县长", "县水利局", "各乡镇"),
    ("通信和宽带覆盖", "分管工业副县长", "县经济和信息化局", "电信企业"), ("群众评价和督查", "县委办主任", "县委目标绩效办", "各牵头单位"),
]


def tasks(county):
    """The plan for everything and 28 plans for one thing each; pilots in three towns."""
    luck = county.luck("tasks")
    begin = datetime.date(2026, 3, 2)
    rows = [["RW001", "总体方案", "两项改革“后半篇”文章总体推进", "县委书记、县长", "县委办公室", "各牵头单位", "519921", "全县", begin.isoformat(),
             "2028-12-31", "长期", "在办", 30, ""]]

    def add(plan, title, leader, head, others, where, start, days, phase):
        due = start + datetime.timedelta(days=days)
        done = luck.happens(0.24) if phase == "近期" else luck.happens(0.06)
        progress = 100 if done else luck.whole(1, 9) * 10
        code, where = where
        rows.append([f"RW{len(rows) + 1:03d}", plan, title, leader, head, others, code, where, start.isoformat(), due.isoformat(),
                     phase, "完成" if done else "在办", progress, "已验收" if done else ""])

    for plan, leader, head, others in PLANS:
        start = begin + datetime.timedelta(days=luck.whole(0, 60))
        phase = luck.pick(["近期", "近期", "中期", "中期", "长期"])
        days = {"近期": luck.whole(200, 320), "中期": luck.whole(400, 640), "长期": luck.whole(800, 1000)}[phase]
        add(plan, f"制定并落实{plan}专项方案", leader, head, others, ("519921", "全县"), start, days, phase)
    pilots = sorted(county.towns[3:], key=lambda t: -t["population"])[:3]
    for town in pilots:
        for plan, leader, head, _ in (PLANS[0], PLANS[3], PLANS[8], PLANS[13], PLANS[16]):
            phase = luck.pick(["近期", "中期", "长期"])
            days = {"近期": 270, "中期": 560, "长期": 920}[phase]
            add(plan, f"{town['name']}{plan}试点", leader, head, town["name"],
                (town["code"], town["name"]), begin, days, phase)
    header = ["任务编号", "专项方案", "任务", "责任领导", "牵头单位", "配合单位", "行政区划代码", "范围", "开始日期", "完成时限", "阶段", "状态",
              "进度（%）", "佐证材料"]
    return header, rows


TROUBLES = [
    ("便民服务", "便民服务点无专人值守，群众办事跑空", "县行政审批局"), ("医疗卫生", "村卫生室无合格村医", "县卫生健康局"),
    ("教育", "撤并村小后学生上学路程超过5公里", "县教育和体育局"), ("闲置资产", "原办公楼权属不清，无法处置", "县财政局"),
    ("交通", "合并村之间有断头路未打通", "县交通运输局"), ("交通", "客运班线未通新村委会", "县交通运输局"),
    ("财政", "合并村债务未清理并账", "县农业农村局"), ("组织", "村干部职数超配未分流", "县委组织部"),
    ("治理", "网格划分未随村组调整更新", "县委政法委"), ("地名", "旧地名标志牌未更换", "县民政局"),
    ("证照", "户口簿地址变更进度慢", "县公安局"), ("档案", "原乡镇档案未完成移交", "县档案馆"),
    ("养老", "乡镇养老服务中心床位不足", "县民政局"), ("饮水", "集镇供水管网老化", "县水利局"),
]


def problems(county):
    luck, rows = county.luck("problems"), []
    for at in range(32):
        field, text, owner = TROUBLES[at % len(TROUBLES)]
        village = luck.pick(county.villages[43:])
        found = datetime.date(2026, 4, 8) + datetime.timedelta(days=luck.whole(0, 190))
        due = found + datetime.timedelta(days=luck.pick([30, 60, 90, 180]))
        closed = luck.happens(0.45)
        rows.append([f"WT{at + 1:03d}", field, village["town"], village["code"], f"{village['name']}：{text}", found.isoformat(),
                     luck.pick(["一般", "一般", "较重", "严重"]), owner, due.isoformat(), "销号" if closed else "整改中",
                     (found + datetime.timedelta(days=luck.whole(12, 58))).isoformat() if closed else ""])
    header = ["问题编号", "领域", "乡镇", "行政区划代码", "问题描述", "发现日期", "严重程度", "责任单位", "整改时限", "状态",
              "销号日期"]
    return header, rows
