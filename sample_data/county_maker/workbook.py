"""Writes tables as a county office keeps them: CSV for Excel, workbooks with formats, points as GeoJSON."""
import csv
import datetime
import io
import json
import zipfile
from xml.sax.saxutils import escape, quoteattr

STAMP = (2026, 11, 2, 9, 0, 0)  # of every part of a workbook, so that its bytes are the same each time
NUMBER_FORMATS = {"#,##0": 3, "0.00": 2, "#,##0.00": 4, "yyyy-mm-dd": 164, "0.0": 165}
FONT = '<font><sz val="11"/><name val="宋体"/></font>'


def letters(column):
    """A column as Excel counts them: A, B … Z, AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def csv_bytes(header, rows):
    """UTF-8 with a mark in front, so that Excel opens it."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def geojson_bytes(name, header, rows):
    """Points; the last two columns are their longitude and latitude."""
    features = []
    for row in rows:
        *values, lon, lat = row
        properties = {key: value for key, value in zip(header, values) if value != ""}
        geometry = {"type": "Point", "coordinates": [lon, lat]}
        features.append(json.dumps({"type": "Feature", "properties": properties, "geometry": geometry},
                                   ensure_ascii=False, separators=(",", ":")))
    return ('{"type":"FeatureCollection","name":"%s","features":[\n%s\n]}\n' % (name, ",\n".join(features))).encode()


def cell(at, value, style):
    if value == "":
        return f'<c r="{at}" s="{style}"/>'
    if isinstance(value, datetime.date):
        return f'<c r="{at}" s="{style}"><v>{(value - datetime.date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{at}" s="{style}"><v>{value}</v></c>'
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def workbook_bytes(sheet, title, columns, rows):
    """One sheet: a title over all columns, the names of the columns, the rows.

    Columns are (name, width, format or None).
    """
    styles = sorted({fmt for _, _, fmt in columns if fmt})
    style_of = {fmt: 3 + at for at, fmt in enumerate(styles)}  # 0 plain, 1 title, 2 names of columns
    last = letters(len(columns) - 1)
    lines = [f'<row r="1" ht="28" customHeight="1">{cell("A1", title, 1)}</row>']
    lines.append('<row r="2">' + "".join(cell(f"{letters(c)}2", name, 2) for c, (name, _, _) in enumerate(columns))
                 + "</row>")
    for number, row in enumerate(rows, 3):
        cells = (cell(f"{letters(c)}{number}", value, style_of.get(columns[c][2], 0)) for c, value in enumerate(row))
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    widths = "".join(f'<col min="{c}" max="{c}" width="{width}" customWidth="1"/>'
                     for c, (_, width, _) in enumerate(columns, 1))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    own = "".join(f'<numFmt numFmtId="{NUMBER_FORMATS[fmt]}" formatCode={quoteattr(fmt)}/>'
                  for fmt in styles if NUMBER_FORMATS[fmt] >= 164)
    count = sum(NUMBER_FORMATS[fmt] >= 164 for fmt in styles)
    xfs = "".join(f'<xf numFmtId="{NUMBER_FORMATS[fmt]}" fontId="0" fillId="0" borderId="0" applyNumberFormat="1"/>'
                  for fmt in styles)
    centre = '<alignment horizontal="center" vertical="center"/>'
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{office}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{office}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{office}.styles+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
        f'<sheet name={quoteattr(sheet)} sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{relations}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}">' + (f'<numFmts count="{count}">{own}</numFmts>' if count else "")
        + f'<fonts count="2">{FONT}<font><b/><sz val="14"/><name val="宋体"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
        '</fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{3 + len(styles)}"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        f'<xf numFmtId="0" fontId="1" fillId="0" borderId="0" applyFont="1" applyAlignment="1">{centre}</xf>'
        f'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" applyAlignment="1">{centre}</xf>{xfs}</cellXfs>'
        "</styleSheet>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="2" topLeftCell="A3" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<cols>{widths}</cols><sheetData>{"".join(lines)}</sheetData>'
        f'<mergeCells count="1"><mergeCell ref="A1:{last}1"/></mergeCells></worksheet>',
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            archive.writestr(info, head + text)
    return buffer.getvalue()
