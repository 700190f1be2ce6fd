"""Ledgers of what stands somewhere: clinics, schools, offices, service points, idle buildings."""
import datetime

from .offices import metres, place

SUB_CENTRES = 4


def sub_centre_towns(county):
    """Townships with a medical sub-centre: large ones, far from each other and from the county town."""
    taken = [county.towns[0]]
    while len(taken) <= SUB_CENTRES:
        rest = [t for t in county.towns if t not in taken and t["kind"] != "subdistrict"]

        def weight(town):
            near = min(metres((town["seat_lon"], town["seat_lat"]), (t["seat_lon"], t["seat_lat"])) for t in taken)
            return near * town["population"] ** 0.5
        taken.append(max(rest, key=weight))
    return taken[1:]


def health(county):
    """County hospital, sub-centres, township health centres, those that mergers left over, village clinics."""
    luck, rows, numbers = county.luck("health"), [], {}
    sub_centres = [t["code"] for t in sub_centre_towns(county)]

    def add(name, level, town, village, beds, staff, visits, turn="", note="", reach=350):
        seat = (town["seat_lon"], town["seat_lat"]) if village is town["seat_village"] else None
        number = numbers[town["code"]] = numbers.get(town["code"], 0) + 1
        rows.append([f"YL{town['code'][3:]}{number:03d}", name, level, town["name"], village["name"],
                     *place(village, luck, reach, seat), beds, staff, visits, turn, note])

    centre = county.towns[0]
    add("三河县人民医院", "县医疗中心", centre, centre["villages"][2], 620, 812, 486_300)
    used = set()
    for town in county.towns:
        seat, people = town["seat_village"], town["resident_population"]
        used.add(seat["code"])
        if town["code"] in sub_centres:
            beds = luck.whole(9, 13) * 10
            add(f"{town['stem']}中心卫生院", "次中心", town, seat, beds, round(beds * 0.86), round(people * 3.1, -1),
                note="县域医疗次中心")
        else:
            ending = "社区卫生服务中心" if town["kind"] == "subdistrict" else "卫生院"
            beds = max(12, round(people / 310 * luck.between(0.85, 1.15)))
            add(town["name"] + ending, "建制卫生院", town, seat, beds, round(beds * 0.7) + 6, round(people * 1.9, -1))
        # Where there was a township of its own before earlier mergers.
        if town["kind"] != "subdistrict" and (len(town["villages"]) >= 12 or town["km2"] > 95):
            village = county.remote(town, 1)[0]
            used.add(village["code"])
            turn = luck.pick(["分院", "分院", "康养", "公卫服务点", ""])
            beds = luck.whole(4, 12)
            add(f"{village['stem']}卫生院", "非建制卫生院", town, village, beds, luck.whole(4, 9),
                round(luck.between(1500, 5200), -1), turn, "原乡卫生院")
    for town in county.towns:
        for village in town["villages"]:
            if village["code"] in used or luck.happens(0.04):
                continue
            visits = round(village["resident_population"] * luck.between(1.1, 2.4), -1)
            add(f"{village['name']}卫生室", "村卫生室", town, village, "", luck.whole(1, 2), visits)
    columns = [("机构编码", 14, None), ("机构名称", 26, None), ("机构类别", 14, None), ("乡镇", 12, None),
               ("所在村（社区）", 16, None), ("经度", 12, None), ("纬度", 12, None), ("编制床位", 10, "#,##0"),
               ("在岗人员", 10, "#,##0"), ("诊疗人次（2025年）", 18, "#,##0"), ("转型方向", 12, None), ("备注", 18, None)]
    return columns, rows


def schools(county):
    luck, rows = county.luck("schools"), []

    def add(name, stage, town, village, students, full, status="在办", note=""):
        """`full`: share of the places that are taken."""
        seats = max(20, round(students / full / 5) * 5)
        floor = round(seats * luck.between(6.4, 8.8), -1)
        used = round(min(floor, floor * full * luck.between(0.92, 1.05)), -1)
        boarding = round(students * luck.between(0.2, 0.45)) if stage in ("初中", "九年一贯制", "高中") else 0
        at = place(village, luck, 500)
        rows.append([f"XX{len(rows) + 1:04d}", name, stage, town["name"], village["name"], *at, students, seats,
                     int(floor), int(used), boarding or "", status, note])

    centre = county.towns[0]
    streets = county.towns[:3]
    add("三河中学", "高中", centre, centre["villages"][5], 3120, 0.97)
    add("三河县第二中学", "高中", streets[1], streets[1]["villages"][4], 2240, 0.93)
    add("三河县职业技术学校", "高中", streets[2], streets[2]["villages"][3], 1860, 0.82)
    names = iter("一二三四五六七八九")
    for town in streets:
        for _ in range(2):
            add(f"三河县第{next(names)}小学", "小学", town, luck.pick(town["villages"]), luck.whole(1350, 1900), 1.04)
        add(f"{town['stem']}初级中学", "初中", town, luck.pick(town["villages"]), luck.whole(1300, 1700), 1.02)
        for at, village in enumerate(town["villages"]):
            if at % 4 == 1:
                add(f"{village['stem']}幼儿园", "幼儿园", town, village, luck.whole(210, 360), 0.98)
    for town in county.towns[3:]:
        people, seat = town["resident_population"], town["seat_village"]
        pupils = people * 0.052
        if people < 5600:
            add(f"{town['name']}九年一贯制学校", "九年一贯制", town, seat, round(pupils * 1.45), luck.between(0.42, 0.6))
        else:
            add(f"{town['name']}中心小学校", "小学", town, seat, round(pupils * 0.78), luck.between(0.78, 0.96))
            add(f"{town['name']}初级中学", "初中", town, seat, round(people * 0.024), luck.between(0.6, 0.9))
            # Schools of villages that are nearly empty.
            for village in county.remote(town, 1 + (len(town["villages"]) > 12)):
                few = luck.whole(14, 78)
                status = "撤销" if few < 20 else "在办"
                add(f"{village['stem']}村小", "小学", town, village, few, luck.between(0.22, 0.48), status,
                    "2026年秋季停止招生" if status == "撤销" else "")
        add(f"{town['name']}中心幼儿园", "幼儿园", town, seat, round(people * 0.016), luck.between(0.7, 0.95))
    header = ["学校编码", "校名", "学段", "乡镇", "所在村（社区）", "经度", "纬度", "在校学生", "学位", "校舍面积（㎡）",
              "使用面积（㎡）", "寄宿生", "办学状态", "备注"]
    return header, rows


def posted(county):
    """Offices that higher authorities keep in townships, by type."""
    luck, rows = county.luck("offices"), []

    def add(kind, town, staff, name=None, village=None):
        village = village or town["seat_village"]
        seat = (town["seat_lon"], town["seat_lat"]) if village is town["seat_village"] else None
        at = place(village, luck, 260, seat)
        rows.append([f"JG{len(rows) + 1:03d}", name or town["stem"] + kind, kind, town["name"], staff, *at])

    for at, town in enumerate(county.towns):
        people = town["resident_population"]
        add("派出所", town, 5 + round(people / 1800))
        add("司法所", town, 2 + (people > 9000) + (people > 20000))
        if at not in (9, 17, 23):
            add("养老服务中心", town, 6 + round(people / 2600))
        if at % 2 == 0:
            add("自然资源所", town, luck.whole(3, 6))
        if at % 3 == 1:
            add("市场监管所", town, luck.whole(6, 11))
        if at % 4 == 3:
            add("人民法庭", town, luck.whole(5, 8))
    for town in county.towns[7:25:9]:
        village = county.remote(town, 1)[0]
        add("派出所", town, 4, f"{village['stem']}派出所", village)
    return ["机构编号", "机构名称", "类型", "乡镇", "编制"], rows


def services(county):
    """Where one gets papers: a centre in each township, stations of former townships, rooms and points of villages."""
    luck, rows = county.luck("services"), []

    def add(name, tier, town, village, items, windows, staff, area, status="在用"):
        rows.append([f"BM{len(rows) + 1:04d}", name, tier, town["name"], village["name"], village["code"], items, windows,
                     staff, area, status])

    centre = county.towns[0]
    add("三河县政务服务中心", "政务服务中心", centre, centre["villages"][1], 1284, 96, 188, 8600)
    for town in county.towns:
        seat = town["seat_village"]
        items = 85 if town["kind"] == "subdistrict" else 154 if town["population"] > 20000 else 126
        windows = 4 + round(town["population"] / 6000)
        add(f"{town['name']}便民服务中心", "便民服务中心", town, seat, items, windows, windows + 3, luck.whole(24, 60) * 10)
        if town["kind"] != "subdistrict" and (len(town["villages"]) >= 12 or town["km2"] > 95):
            village = county.remote(town, 1)[0]
            add(f"{village['stem']}便民服务站", "便民服务站", town, village, 98, 2, 3, luck.whole(9, 20) * 10)
    for town in county.towns:
        for village in town["villages"]:
            if not luck.happens(0.025):
                add(f"{village['name']}便民服务室", "便民服务室", town, village, 45, 1, 1, luck.whole(3, 9) * 10)
            if village["groups"] >= 13:
                status = "在用" if luck.happens(0.8) else "停用"
                add(f"{village['stem']}便民服务点", "便民服务点", town, village, 18, 1, 1, luck.whole(2, 5) * 10, status)
    header = ["编号", "名称", "层级", "乡镇", "所在村（社区）", "行政区划代码", "可办事项", "窗口数", "专职人员",
              "面积（㎡）", "状态"]
    return header, rows


def assets(county):
    """Buildings that nobody uses since earlier mergers."""
    luck, rows = county.luck("assets"), []
    stations = "农技站 畜牧兽医站 林业站 广播站 文化站 国土所 工商所 粮站 供销社 财政所".split()

    def add(name, kind, town, village, area, user):
        mode = luck.pick(["调剂使用", "调剂使用", "租赁", "注入国企", "注入国企", "公开拍卖", "转公益", "留用", "待处置", ""])
        done = mode not in ("待处置", "", "留用")
        income = {"租赁": 0.006, "公开拍卖": 0.11, "注入国企": 0.08}.get(mode, 0) * area
        receiver = {"调剂使用": f"{town['name']}便民服务中心", "租赁": "县兴业资产公司", "注入国企": "县国有资产经营公司",
                    "公开拍卖": "竞得人", "转公益": "县民政局", "留用": f"{town['name']}人民政府"}.get(mode, "")
        day = datetime.date(2026, 1, 5) + datetime.timedelta(days=luck.whole(0, 280))
        rows.append([
            f"ZC{len(rows) + 1:03d}", name, kind, town["name"], village["code"], f"{village['name']}{luck.whole(1, 9)}组",
            int(area), int(round(area * luck.between(1.3, 3.2), -1)), luck.pick(["国有", "国有", "集体"]),
            "空置" if mode in ("待处置", "") else "已交付" if done else "自用", user, mode, receiver,
            f"{income:.2f}" if income else "", day.isoformat() if done else "",
            f"三府资〔2026〕{luck.whole(3, 64)}号" if done else "", ])

    for town in county.towns[3:]:
        for village in county.remote(town, 2 if len(town["villages"]) >= 12 else 1):
            stem = village["stem"]
            if luck.happens(0.75):
                area = round(luck.between(680, 2100), -1)
                add(f"原{stem}乡政府办公楼", "党政办公用房", town, village, area, f"原{stem}乡人民政府")
            if luck.happens(0.6):
                kind = luck.pick(stations)
                add(f"原{stem}{kind}", "五站五所", town, village, round(luck.between(110, 460), -1), f"原{stem}{kind}")
            if luck.happens(0.4):
                add(f"原{stem}村小校舍", "校舍", town, village, round(luck.between(320, 1250), -1), "县教育和体育局")
    header = ["资产编号", "资产名称", "资产类别", "乡镇", "行政区划代码", "坐落", "建筑面积（㎡）", "土地面积（㎡）", "权属",
              "现状", "原使用单位", "处置方式", "接收单位", "处置收入（万元）", "处置日期", "文号"]
    return header, rows
