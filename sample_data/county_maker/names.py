"""Names as they are common in the hills of Sichuan: what stood there, who lived there, what people hoped for.

A name is used once in the county, and no two townships share one.  The lists are longer than what is needed.
"""

SUBDISTRICTS = "凤翔 书台 滨河".split()

# By the ground they lie on. None is the name of a township of the real province.
TOWNSHIPS = {
    "平坝": "三江口 石羊桥 金堰 白鹤林 永宁场 双堰 柳荫 新堰桥 文井坝 大碾 桂香 青禾 水井".split(),
    "丘陵": "龙台寺 青石桥 柏树垭 观音场 清溪口 茶坪 梓潼坝 万佛 灵泉寺 黄连垭 响水滩 长堰".split(),
    "山区": "云岭 青杠岭 石门关 雪溪 马鞍寨 白岩 鹿池 双龙洞 茶园垭 松岭 鹰嘴".split(),
}

STREETS = (
    "解放街 文庙街 钟鼓楼 人民路 建设路 滨江路 凤凰路 学府路 体育路 和平街 新华街 望江 翠屏路 文昌宫 书院街 车站路 商业街 "
    "环城路 工农街 青年路 迎宾路 花园路 公园路 朝阳路 金桂 芙蓉街 锦绣 兴业路 三元宫 米市街 河街 鱼市口 马家巷 江湾 "
    "石牌坊 桂园"
).split()
# Names that say where: kilometres east and north of the middle of the town.
STREETS_AT = {
    "东门": (1.2, 0.2), "南门口": (0.2, -1.3), "西城门": (-1.2, 0.1), "北街": (0.1, 1.0), "城南": (0.5, -3.0),
    "城西": (-3.0, 0.3), "城北": (-0.4, 3.2), "河东街": (2.2, -0.8),
}
TOWN_STREETS = "正街 新街 上街 下街 河街 桥头街 文化街 兴场街 东街 西街".split()

PLAIN = (
    "永丰 新民 团结 前进 红旗 东升 五一 高堰 金星 民主 幸福 长乐 仁和 丰收 福田 三星 七里 光辉 柏杨 荷塘 莲花 "
    "花桥 石佛 双碾 水磨 大堰 官渡 黄土 白塔 古井 黄林 香樟 桂花 桃园 沙河 青莲 竹园 楠木 回龙 广福 平安 大西 "
    "杨柳 兰草 天星 圣水 五桂 金马 沙坝 中兴 玉皇 鹤鸣 银杏 梧桐 杏花 芦溪 黄鹿 三台寺 龙王庙 太平桥 观音桥 "
    "三道堰 新堰口 大堰塘 碾子坝 水碾河 瓦窑坝 油坊坝 莲花池 柳树店 火石桥 双土地 石牛坝 沙嘴 灯草坝 石马坝"
).split()
HILL = (
    "金龙 青龙 双河 高坪 柏林 新华 胜利 永兴 太平 光明 红星 兴隆 高峰 玉泉 白云 天池 凤鸣 宝珠 松林 茶园 柑子 "
    "三溪 四方 八角 九龙 六合 百胜 千佛 万安 石龙 石笋 龙洞 龙凤 凉水 大石 梨园 桑园 檬子 檀木 燕山 飞凤 伏龙 "
    "盘龙 卧龙 清泉 灵山 文星 复兴 合心 群力 联盟 先锋 五四 八一 骑龙 青山 金鼓 金钟 铜鼓 石鼓 石牛 仙鹤 "
    "凉水井 石板沟 观音岩 响水洞 土地垭 高石梯 红岩嘴 牛角湾 柏树湾 竹林湾 梨树湾 瓦窑沟 油房沟 石灰窑 磨子沟 "
    "金竹湾 斑竹林 大堰沟 鱼洞子 狮子山 象鼻嘴 铁炉沟 月亮湾 黄泥坡 皂角湾 青石坎 楼房沟 三块石 马桑坪 龙滩子"
).split()
MOUNTAIN = (
    "石门 云峰 松林坪 天台 雪山 青岩 白水 红岩 黑龙潭 高山 茅坪 杉树 冷杉 箭竹 花岩 大坪 龙池 中坝 小坝 上坪 "
    "青冈坪 白岩沟 老鹰岩 马鞍山 龙洞河 三块岩 杉木坪 核桃坪 花椒沟 茶店子 铁厂沟 金竹坪 白果坪 香炉山 "
    "石笋岩 天生桥 羊角寨 大垭口 楠木沟 漆树坪 黄连坪 木鱼山 滴水岩 干溪沟 黄柏坪 椒园坪 "
    "岩湾 水洞沟 凉风垭 大石板 板栗坪 三岔河 两河口 龙门寨 药坪 云盘 八字岩 笔架山 关口 桐子坪 花石岩"
).split()
# Of clans spoken alike (李 and 黎, 王 and 汪, 徐 and 许 …) one only.
CLANS = (
    "李张王刘陈杨赵黄周吴徐孙胡朱林何郭罗梁宋郑谢韩唐冯董程曹袁傅沈曾彭吕苏卢蒋蔡丁魏薛叶余潘杜戴夏钟田任范方石姚谭廖邹熊"
    "白崔康邱秦顾侯邵孟万段雷尹易龚"
)
FORMS = {
    "平坝": "坝 院 碾 营 桥 林 祠".split(),
    "丘陵": "湾 沟 坡 嘴 坪 塘 垭 坝".split(),
    "山区": "坪 岩 沟 垭 梁 山 坡 河".split(),
    "江边": "沱 渡 滩 坝 河".split(),
}
CURATED = {"平坝": PLAIN, "丘陵": HILL, "山区": MOUNTAIN}


class NameBook:
    """Gives out names of villages and communities, each one once."""

    def __init__(self, rng):
        self.rng = rng
        self.used = set()
        self.curated = {terrain: [str(n) for n in rng.permutation(names)] for terrain, names in CURATED.items()}
        self.clans = [str(clan) for clan in rng.permutation(list(CLANS))]
        self.turn = 0

    def take(self, name):
        """Whether the name was still free; it is taken now."""
        free = name not in self.used
        self.used.add(name)
        return free

    def village(self, terrain, by_river):
        """A free name that suits the ground."""
        while True:
            if self.rng.random() < 0.62 and self.curated[terrain]:
                name = self.curated[terrain].pop()
            else:
                forms = FORMS["江边"] if by_river and self.rng.random() < 0.7 else FORMS[terrain]
                self.turn += 1
                clan = self.clans[self.turn % len(self.clans)]
                name = f"{clan}家{forms[int(self.rng.integers(len(forms)))]}"
            if self.take(name):
                return name
