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
    "phone_2": 7,
    "sex": 8,
    "bed": 9,
}
#: The same for areas. ``aliases``: the other names that lists use, one a line; ``state``: open or closed, by whom.
AREA_ATTRIBUTES = {"name": 1, "name_en": 2, "code": 3, "aliases": 4, "state": 5}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a roster and the column titles it goes by (compared in lower case, without spaces and brackets)."""

    name: str
    zh: str
    en: str
    titles: tuple[str, ...]


#: Of two columns for one field the title that stands first here counts: a room says more than a household's number.
FIELDS = (
    Field("street", "街镇", "street or town", (
        "街道", "镇", "街道镇", "街道/镇", "所属街镇", "乡镇", "乡镇街道", "street/town", "street", "town",
        "subdistrict")),
    Field("neighbourhood", "居委会", "neighbourhood", (
        "居委", "社区居委", "居民委员会", "村居", "居村委", "村委会", "所属居委", "社区", "committee", "neighborhood",
        "residentscommittee")),
    Field("compound", "小区", "compound", (
        "小区名称", "小区名", "社区小区", "居民小区", "楼盘", "里弄", "弄", "弄号", "estate", "community")),
    Field("building", "楼号", "building", (
        "楼栋号", "幢号", "栋号", "楼栋", "楼幢", "号楼", "幢", "栋", "座", "bldg", "block", "buildingno", "号", "楼")),
    Field("stairwell", "单元", "stairwell", ("单元号", "门洞", "门栋", "梯", "unit", "entrance", "staircase")),
    Field("floor", "楼层", "floor", ("层", "层数", "所在楼层", "storey", "level")),
    Field("door", "室号", "door", (
        "房间号", "房号", "室", "房间", "房室号", "roomno", "roomnumber", "room", "flat", "apartment", "门号",
        "门牌号", "门牌", "户号")),
    Field("bed", "床号", "bed", ("床位号", "床位", "床", "铺位", "床铺", "bedno")),
    Field("address", "住址", "address", (
        "详细地址", "现住址", "居住地址", "家庭住址", "家庭地址", "现居住地址", "居住地", "地址", "homeaddress",
        "residentialaddress")),
    Field("name", "姓名", "name", ("居民姓名", "住户姓名", "人员姓名", "fullname", "personname", "resident")),
    Field("id_number", "证件号码", "identity number", (
        "身份证号", "身份证号码", "身份证", "公民身份号码", "公民身份证号码", "居民身份证号", "证件号", "证件编号",
        "idnumber",
        "idno", "identitynumber", "idcard", "id_number")),
    Field("birth_date", "出生日期", "date of birth", (
        "出生年月", "出生年月日", "生日", "出生年份", "出生年", "dateofbirth", "birthdate", "birthday", "dob",
        "birth_date", "birthyear", "yearofbirth", "birth_year")),
    Field("sex", "性别", "sex", ("男女", "gender")),
    Field("phone", "手机", "phone", (
        "手机号", "手机号码", "移动电话", "mobile", "mobilephone", "电话", "联系电话", "联系方式", "联系号码",
        "本人电话", "电话号码", "tel",
        "telephone", "phonenumber", "座机", "座机号", "固定电话", "固话", "家庭电话", "住宅电话", "landline",
        "备用电话", "其他电话")),
    Field("needs", "特殊需求", "needs", (
        "特殊人群", "备注", "需求", "特殊情况", "人群类别", "remarks", "note", "notes", "need")),
    Field("registered", "户籍地", "registered at", (
        "户籍地址", "户籍", "户籍所在地", "registeredaddress", "registeredat")),
)  # fmt: skip
FIELD_NAMES = tuple(field.name for field in FIELDS)
PLACE_FIELDS = ("street", "neighbourhood", "compound", "building")
DOOR_FIELDS = ("stairwell", "floor", "door")
#: Fields of which every column is read, the first title first: a mobile before a landline.
SEVERAL_COLUMNS = ("phone", "needs")
#: What in a title says that the column is about somebody else than the person of the row.
OTHERS_TITLES = (
    "户主", "家属", "联系人", "紧急", "监护", "代理", "填报", "填表", "网格", "楼组长", "楼长", "负责", "审核",
    "志愿", "房东",
    "父亲", "母亲", "配偶", "子女", "与", "关系", "owner", "head", "contact", "guardian", "emergency",
)  # fmt: skip

#: Column titles that a file may carry and that are not read: line numbers, and what a rejects file adds.
REJECT_TITLES = ("原文件行号 source row", "原因", "reasons")
IGNORED_TITLES = ("序号", "编号", "no.", "no", "sn", "#", *REJECT_TITLES)
#: First words of rows that sum up and are nobody, and of rows below a list that say who made it.
SUM_WORDS = ("合计", "总计", "小计", "共计", "累计", "total", "sum", "subtotal")
FOOT_WORDS = (
    "制表", "填表", "填报", "审核", "负责人", "联系人", "经办", "统计人", "复核", "说明", "注", "备注", "日期",
    "单位盖章", "盖章",
    "preparedby", "checkedby", "note",
)  # fmt: skip


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
    RowRefusal(304, "birth_date", "出生日期不存在、在将来或无法识别", "not a date of birth, or one that lies ahead",
               "如 1980-09-23、1980年9月、1980", "such as 1980-09-23, 1980-09 or 1980"),
    RowRefusal(305, "birth_date", "出生日期与证件号码不一致", "the birth date differs from the identity number",
               "与证件号码相同的日期", "the same date as in the identity number"),
    RowRefusal(306, "building", "缺少楼号", "no building", "楼号", "the building"),
    RowRefusal(307, "building", "地址中的名称不在区域表中", "a place that the area tree does not have",
               "区域表中的名称", "a name of the area tree"),
    RowRefusal(308, "compound", "地址有多个同名区域", "several places of that name",
               "补充街镇、居委会或小区", "the street, neighbourhood or compound as well"),
    RowRefusal(309, "door", "缺少室号", "no door", "室号，最多 10 个字", "a door of at most 10 characters"),
    RowRefusal(310, "phone", "电话无法识别", "not a phone number",
               "一个或两个电话号码", "one or two telephone numbers"),
    RowRefusal(311, "needs", "特殊需求无法识别", "a need that is not in the list",
               "卧床、透析、婴儿、孕妇、高龄独居", "bedridden, dialysis, infant, pregnant, alone_over_75"),
    RowRefusal(312, "building", "不在您负责的区域", "outside your areas",
               "您负责的区域内的地址", "an address within your areas"),
    RowRefusal(313, "name", "与本文件前面一行为同一人而内容不同，保留前面一行",
               "says otherwise than an earlier row about the same person, which is kept",
               "同一人在一个文件中只有一种内容", "one statement about a person in one file"),
    RowRefusal(314, "floor", "楼层无法识别", "not a floor", "-9 至 200 的整数", "a whole number from -9 to 200"),
    RowRefusal(315, "stairwell", "单元过长", "the stairwell is too long", "最多 10 个字", "at most 10 characters"),
    RowRefusal(316, "name", "姓名被遮盖或缺字", "the name is masked or lacks characters",
               "完整姓名", "the whole name"),
    RowRefusal(317, "name", "文件在一个字的中间被截断", "the file was cut inside a character",
               "重新导出的完整文件", "the whole file, exported anew"),
    RowRefusal(318, "name", "姓名后注明此人已故或已搬离", "the name says that the person has died or moved out",
               "删去此行；在册的人由街镇核实后处理", "no such row; whoever is on record is decided upon by a person"),
    RowRefusal(319, "name", "此行已划掉", "the row is struck off", "未划掉的行", "a row that is not struck off"),
    RowRefusal(320, "name", "此格内有证件号码", "an identity number in this cell",
               "证件号码只填在证件号码列", "identity numbers in their own column alone"),
    RowRefusal(321, "id_number", "号码被电子表格取整，末几位已丢失",
               "a spreadsheet has rounded the number and lost its last digits",
               "单元格格式设为文本后重新填写", "the number typed in anew into a cell formatted as text"),
    RowRefusal(322, "door", "此格被电子表格改成了日期", "a spreadsheet has turned this cell into a date",
               "单元格格式设为文本后重新填写", "the value typed in anew into a cell formatted as text"),
    RowRefusal(323, "name", "此格是错误值，或公式没有保存结果", "an error value, or a formula without a stored result",
               "打开并保存后的文件，或填写的内容", "the file opened and saved, or the value itself"),
    RowRefusal(324, "phone", "此格写明没有", "the cell says that there is none",
               "留空或填写内容", "nothing, or the value"),
    RowRefusal(325, "phone", "号码以外的文字未读入", "words beside the value were left",
               "只填号码或姓名", "the value alone"),
    RowRefusal(326, "phone", "超过两个电话，其余未读入", "more than two telephones, the others were left",
               "最多两个电话", "at most two telephones"),
    RowRefusal(327, "needs", "备注说明此人可能已不在此处，请核实",
               "a remark says that the person may not live here any more: to be verified",
               "核实后的名册", "a list that was verified"),
    RowRefusal(328, "row", "此行的格数多于表头，多出的未读入", "more cells than the header has, the others were left",
               "与表头相同的格数", "as many cells as the header has"),
    RowRefusal(329, "name", "姓名写法存疑，请核对", "a doubtful way of writing a name: to be checked",
               "证件上的姓名", "the name as on the document"),
    RowRefusal(330, "id_number", "证件号码已遮盖", "the identity number is masked",
               "完整号码，或退回文件中的代码", "the whole number, or the code of a rejects file"),
    RowRefusal(331, "name", "一格内有两个姓名", "two names in one cell", "每人一行", "one person a row"),
    RowRefusal(332, "name", "此格过长", "the cell is too long", "不超过 2000 个字", "at most 2,000 characters"),
    RowRefusal(333, "sex", "性别无法识别", "not a sex", "男或女", "male or female"),
    RowRefusal(334, "compound", "没有写明在哪个小区", "nothing says in which compound",
               "小区一栏、表名中的小区，或导入时选定的区域",
               "a column or a title with the compound, or the area of the import"),
    RowRefusal(335, "stairwell", "单元与室号中写的单元不一致", "another stairwell than the one in the door",
               "同一个单元", "one stairwell in both"),
)  # fmt: skip

ROW_REFUSALS: dict[int, RowRefusal] = {row.code: row for row in _TABLE}


@dataclass(frozen=True, slots=True)
class DoubtKind:
    """What a person has to decide about two facts that may be one person or two."""

    name: str
    zh: str
    en: str


DOUBTS = {
    row.name: row
    for row in (
        DoubtKind("number", "同一证件号码，姓名、地址不同", "one identity number with another name and another door"),
        DoubtKind("twice", "同一文件中一个证件号码出现在两处", "one identity number at two places of one file"),
        DoubtKind("name", "证件号码或住处相同，姓名写法不同", "one number or one door, the name written otherwise"),
        DoubtKind("namesake", "同一住处的同名人，无法区分", "two of one name at one door that nothing tells apart"),
        DoubtKind(
            "several", "同一住处有几个同名人，不知是哪一个", "several of one name at one door, and which is meant"
        ),
        DoubtKind("found", "现场登记的人可能已在名册上", "somebody found who may be on the list of that door"),
    )
}
#: Decisions on a doubt: one person as on record; one person, and what the other source says is right; two people.
DECISIONS = {"same": "同一人，保留原记录", "take": "同一人，采用新内容", "two": "两个人"}


def need_names(bits: int) -> list[str]:
    """Return the names of the needs in a bit mask."""
    return [need.name for need in NEEDS if bits >> need.bit & 1]


def need_bits(names: list[str]) -> int:
    """Return the bit mask of names of needs; unknown names are left out."""
    return sum({1 << need.bit for need in NEEDS if need.name in names})
