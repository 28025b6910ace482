"""Workbooks written part by part, as no office would: a few kilobytes that unfold to anything."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

_SCHEMAS = "http://schemas.openxmlformats.org"
_MAIN = f'xmlns="{_SCHEMAS}/spreadsheetml/2006/main" xmlns:r="{_SCHEMAS}/officeDocument/2006/relationships"'
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "workbook": "sheet.main",
    "worksheets/sheet1": "worksheet",
    "styles": "styles",
    "sharedStrings": "sharedStrings",
}
_WITHIN = ("worksheet:worksheets/sheet1", "styles:styles", "sharedStrings:sharedStrings")
HEAD = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c><c r="B1" t="inlineStr"><is><t>地址</t></is></c></row>'
)


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """Return parts as one packed file."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def xlsx(rows: str = "", after: str = "", styles: str = "", texts: str = "", **parts: str | bytes) -> bytes:
    """Return a workbook of one sheet with a header and these rows; ``after``: what stands below them."""
    types = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{_KIND}.{kind}+xml"/>' for name, kind in _PARTS.items()
    )
    within = "".join(
        f'<Relationship Id="rId{n}" Type="{_SCHEMAS}/officeDocument/2006/relationships/{kind}" Target="{name}.xml"/>'
        for n, (kind, _, name) in enumerate((one.partition(":") for one in _WITHIN), 1)
    )
    fills = '<fill><patternFill patternType="none"/></fill>' * 2
    return packed({
        "[Content_Types].xml": f'<Types xmlns="{_SCHEMAS}/package/2006/content-types"><Default Extension="rels"'
        f' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>',
        "_rels/.rels": _links(
            f'<Relationship Id="rId1" Type="{_SCHEMAS}/officeDocument/2006/relationships/officeDocument"'
            ' Target="xl/workbook.xml"/>'
        ),
        "xl/workbook.xml": f'<workbook {_MAIN}><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _links(within),
        "xl/styles.xml": f"<styleSheet {_MAIN}><fonts><font/></fonts><fills>{fills}</fills><borders><border/></borders>"
        f"<cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf/>{styles}</cellXfs><cellStyles>"
        '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
        "xl/sharedStrings.xml": f"<sst {_MAIN}>{texts}</sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet {_MAIN}><sheetData>{HEAD}{rows}</sheetData>{after}</worksheet>",
        **parts,
    })  # fmt: skip


def merged(*ranges: str) -> bytes:
    """Return a workbook with these cells merged."""
    cells = "".join(f'<mergeCell ref="{one}"/>' for one in ranges)
    return xlsx(after=f"<mergeCells>{cells}</mergeCells>")


def ods(rows: str = "") -> bytes:
    """Return a workbook of LibreOffice with these rows."""
    names = "".join(
        f' xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in ("office", "table", "text")
    )
    return packed({
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        "content.xml": f'<office:document-content{names}><office:body><office:spreadsheet><table:table table:name="a">'
        f"{rows}</table:table></office:spreadsheet></office:body></office:document-content>",
    })  # fmt: skip


def ods_cell(text: str, **given: int) -> str:
    """Return a filled cell of such a workbook, repeated across where that is said."""
    said = "".join(f' table:{name.replace("_", "-")}="{value}"' for name, value in given.items())
    return f'<table:table-cell office:value-type="string"{said}><text:p>{text}</text:p></table:table-cell>'


def _links(links: str) -> str:
    return f'<Relationships xmlns="{_SCHEMAS}/package/2006/relationships">{links}</Relationships>'
