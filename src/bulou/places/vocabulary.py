"""Words of the registries: needs, fields of a roster, attributes with a history, reasons for refusing a row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """A need that changes how a person is served. ``bit`` is stored and never reused."""

    bit: int
    name: str
    zh: str
    en: str
    words: tuple[str, ...] = ()


NEEDS = (
    Need(0, "bedridden", "卧床", "bedridden", ("卧床不起", "长期卧床", "失能", "瘫痪", "行动不便")),
    Need(1, "dialysis", "透析", "dialysis", ("血透", "腹透", "血液透析", "尿毒症")),
    Need(2, "infant", "婴儿", "infant", ("婴幼儿", "新生儿", "baby")),
    Need(3, "pregnant", "孕妇", "pregnant", ("孕产妇", "怀孕", "临产", "产妇", "pregnancy")),
    Need(
        4, "alone_over_75", "高龄独居", "alone, over 75",
        ("独居老人", "独居", "空巢老人", "独居高龄", "alone", "living alone", "alone over 75"),
    ),
)  # fmt: skip
ALL_NEEDS = (1 << len(NEEDS)) - 1


@dataclass(frozen=True, slots=True)
class CardFlag:
    """Why the identity number of somebody found in the field gave no digest; somebody should look at it."""

    name: str
    zh: str
    en: str


CARDS = {
    row.name: row
    for row in (
        CardFlag("sealed", "证件号码无法解密", "the identity number cannot be opened"),
        CardFlag("digit", "证件号码校验位不符", "the check digit of the identity number is wrong"),
        CardFlag("taken", "证件号码已属名单上另一人", "the identity number is that of another person on record"),
    )
}

#: Attributes of a person whose earlier values are kept as dated facts. Codes are stored and never reused.
ATTRIBUTES = {
    "name": 1,
    "birth_year": 2,
    "phone": 3,
    "needs": 4,
    "household": 5,
    "registered_area": 6,
}
#: The same for areas.
AREA_ATTRIBUTES = {"name": 1, "name_en": 2, "code": 3}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a roster and the column titles it goes by (compared in lower case, without spaces and brackets)."""

    name: str
    zh: str
    en: str
    titles: tuple[str, ...]


FIELDS = (
    Field("street", "街镇", "street or town", (
        "街道", "镇", "街道镇", "街道/镇", "所属街镇", "street/town", "street", "town", "subdistrict")),
    Field("neighbourhood", "居委会", "neighbourhood", (
        "居委", "社区", "居民委员会", "村居", "居村委", "所属居委", "committee", "neighborhood", "residentscommittee")),
    Field("compound", "小区", "compound", ("小区名称", "小区名", "社区小区", "里弄", "弄", "estate", "community")),
    Field("building", "楼号", "building", (
        "楼栋", "幢号", "栋号", "楼幢", "楼", "楼栋号", "幢", "栋", "号楼", "bldg", "block", "buildingno")),
    Field("stairwell", "单元", "stairwell", ("单元号", "门洞", "门栋", "梯", "unit", "entrance", "staircase")),
    Field("floor", "楼层", "floor", ("层", "层数", "所在楼层", "storey", "level")),
    Field("door", "室号", "door", (
        "室", "房号", "房间号", "门牌号", "户号", "门号", "room", "roomno", "flat", "apartment")),
    Field("name", "姓名", "name", ("居民姓名", "住户姓名", "人员姓名", "fullname", "personname", "resident")),
    Field("id_number", "证件号码", "identity number", (
        "身份证号", "身份证号码", "身份证", "公民身份号码", "证件号", "idnumber",
        "idno", "identitynumber", "idcard", "id_number")),
    Field("birth_date", "出生日期", "date of birth", (
        "出生年月", "出生年月日", "生日", "出生年份", "出生年", "dateofbirth", "birthdate", "birthday", "dob",
        "birth_date", "birthyear", "yearofbirth", "birth_year")),
    Field("phone", "电话", "phone", (
        "联系电话", "手机", "手机号", "手机号码", "联系方式", "电话号码", "tel", "telephone", "mobile", "phonenumber")),
    Field("needs", "特殊需求", "needs", (
        "特殊人群", "备注", "需求", "特殊情况", "人群类别", "remarks", "note", "notes", "need")),
    Field("registered", "户籍地", "registered at", (
        "户籍地址", "户籍", "户籍所在地", "registeredaddress", "registeredat")),
)  # fmt: skip
FIELD_NAMES = tuple(field.name for field in FIELDS)
PLACE_FIELDS = ("street", "neighbourhood", "compound", "building")
DOOR_FIELDS = ("stairwell", "floor", "door")

#: Column titles that a file may carry and that are not read: line numbers, and what a rejects file adds.
REJECT_TITLES = ("原文件行号 source row", "原因", "reasons")
IGNORED_TITLES = ("序号", "编号", "no.", "no", "sn", "#", *REJECT_TITLES)
#: First words of rows that sum up and are nobody.
SUM_WORDS = ("合计", "总计", "小计", "共计", "total", "sum", "subtotal")


@dataclass(frozen=True, slots=True)
class RowRefusal:
    """Why a row of a roster was not taken. ``expected`` says in both languages what would be."""

    code: int
    field: str
    zh: str
    en: str
    expected_zh: str
    expected_en: str


_TABLE = (
    RowRefusal(301, "name", "缺少姓名", "no name", "姓名，最多 60 个字", "a name of at most 60 characters"),
    RowRefusal(302, "id_number", "证件号码校验位不符", "the check digit of the identity number is wrong",
               "按 GB 11643 校验的 18 位号码", "18 characters whose last one checks the others (GB 11643)"),
    RowRefusal(303, "id_number", "证件号码不完整或无法识别", "not an identity number",
               "18 位（或旧 15 位）身份证号，或护照等证件号", "18 (or old 15) digits, or a passport or permit number"),
    RowRefusal(304, "birth_date", "出生日期不存在或无法识别", "not a date of birth",
               "如 1980-09-23、1980年9月、1980", "such as 1980-09-23, 1980-09 or 1980"),
    RowRefusal(305, "birth_date", "出生日期与证件号码不一致", "the birth date differs from the identity number",
               "与证件号码相同的年份", "the same year as in the identity number"),
    RowRefusal(306, "building", "缺少楼号", "no building", "楼号", "the building"),
    RowRefusal(307, "building", "地址中的名称不在区域表中", "a place that the area tree does not have",
               "区域表中的名称", "a name of the area tree"),
    RowRefusal(308, "compound", "地址有多个同名区域", "several places of that name",
               "补充街镇、居委会或小区", "the street, neighbourhood or compound as well"),
    RowRefusal(309, "door", "缺少室号", "no door", "室号，最多 10 个字", "a door of at most 10 characters"),
    RowRefusal(310, "phone", "电话无法识别", "not a phone number", "5 至 20 位数字", "5 to 20 digits"),
    RowRefusal(311, "needs", "特殊需求无法识别", "a need that is not in the list",
               "卧床、透析、婴儿、孕妇、高龄独居", "bedridden, dialysis, infant, pregnant, alone_over_75"),
    RowRefusal(312, "building", "不在您负责的区域", "outside your areas",
               "您负责的区域内的地址", "an address within your areas"),
    RowRefusal(313, "name", "与本文件前面一行为同一人而内容矛盾", "contradicts an earlier row about the same person",
               "同一人在一个文件中只有一种内容", "one statement about a person in one file"),
    RowRefusal(314, "floor", "楼层无法识别", "not a floor", "-9 至 200 的整数", "a whole number from -9 to 200"),
    RowRefusal(315, "stairwell", "单元过长", "the stairwell is too long", "最多 10 个字", "at most 10 characters"),
)  # fmt: skip

ROW_REFUSALS: dict[int, RowRefusal] = {row.code: row for row in _TABLE}


def need_names(bits: int) -> list[str]:
    """Return the names of the needs in a bit mask."""
    return [need.name for need in NEEDS if bits >> need.bit & 1]


def need_bits(names: list[str]) -> int:
    """Return the bit mask of names of needs; unknown names are left out."""
    return sum({1 << need.bit for need in NEEDS if need.name in names})
