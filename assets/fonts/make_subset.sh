#!/usr/bin/env bash
# Makes quhua-cjk-subset.otf from Debian's fonts-noto-cjk: the characters that README.md lists, without hints.
#
#   apt-get install fonts-noto-cjk && pip install fonttools && assets/fonts/make_subset.sh
set -euo pipefail
cd "$(dirname "$0")"
source_font=${1:-/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc}
simplified_chinese=2 # number of the face in the collection

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 - "$work/characters.txt" <<'PYTHON'
import sys
from pathlib import Path

characters = {chr(c) for c in (*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0xFF01, 0xFF5F))}
characters |= set("‐–—‘’“”†•…‰′″※℃№←↑→↓↔↕↖↗↘↙↶↷⇧⌘⌥√∞∠≈≠≤≥①②③④⑤⑥⑦⑧⑨⑩■□▢▣▲△▴▸▼▽▾◂◆◇○◉◎●★☆♀♂✓✔✕✗⚑⚠￥")
# GB 2312: symbols and full-width forms (rows 1 to 3), and the 3,755 common characters (rows 16 to 55)
for row in (*range(1, 4), *range(16, 56)):
    for cell in range(1, 95):
        characters |= set(bytes((0xA0 + row, 0xA0 + cell)).decode("gb2312", "ignore"))
# rarer ones that place names of the region use
PLACES = (
    "丞倭倮僰叩呷咪哙坭坳垭埝嫘宕尕岐岚岱岷嵋幺怡旌昙晏杵枧柘桠桤桷梓梵椑楠榉榕樵毓氐汶沐沱泗泸洄淙渌湔漩漹潆潼澌濛濯灞牦珑珙"
    "琊瑙瞿砻硐硗碛祠禅筠筱箐箴簸粑粽罾胥舣茜荄荍荞荥萃萼葭蒿蓥蓼蔺蕨薰虒蛟蟠蟾趱蹊轸辋邛郪郫鄢阙隍雎雒雩馥驷驿骝髻鲹鳌鳡鹫麒"
    "麟"
    "塆塝碥塽埝垸圩埂坨墩浜塬峁崾岘屻垴厝汊溇滘涌埗埔"
)
characters |= set(PLACES)
# what the sample data and the texts of the program say
root = Path("../..")
for pattern in ("sample_data/**/*.geojson", "sample_data/**/*.json", "sample_data/**/*.py", "src/**/*.rs"):
    for path in sorted(root.glob(pattern)):
        characters |= set(path.read_text(encoding="utf-8"))
Path(sys.argv[1]).write_text("".join(sorted(c for c in characters if c >= " ")), encoding="utf-8")
PYTHON

pyftsubset "$source_font" --font-number=$simplified_chinese --text-file="$work/characters.txt" \
  --output-file="$work/subset.otf" --no-hinting --layout-features= --no-glyph-names --name-IDs=0,1,2,3,4,5,6,13,14 \
  --drop-tables+=vhea,vmtx,VORG,GPOS,GSUB,GDEF,BASE,DSIG --notdef-outline --recommended-glyphs

# The licence lets a changed font go by another name only, and asks for the notice to stay in it.
python3 - "$work/subset.otf" quhua-cjk-subset.otf <<'PYTHON'
import sys

from fontTools.ttLib import TTFont

font = TTFont(sys.argv[1], recalcTimestamp=False)
family, name = "Quhua CJK Subset", "QuhuaCJKSubset-Regular"
for record in list(font["name"].names):
    text = {1: family, 2: "Regular", 3: f"{name};from Noto Sans CJK SC 2.004", 4: family, 6: name}.get(record.nameID)
    if record.langID not in (0, 0x409):
        font["name"].names.remove(record)
    elif text is not None:
        record.string = text
cff = font["CFF "].cff
cff.fontNames = [name]
cff.topDictIndex[0].FullName, cff.topDictIndex[0].FamilyName = family, family
font.save(sys.argv[2])
print(f"{sys.argv[2]}: {len(font.getBestCmap())} characters")
PYTHON
ls -l quhua-cjk-subset.otf
