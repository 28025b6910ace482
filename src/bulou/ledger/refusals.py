"""Why an entry is refused or flagged: numbered, in both languages, with what was expected and what to do next.

A refused entry is stored and acknowledged all the same, so that no phone is ever blocked by one. Codes are never
reused. Codes from 100 refuse one entry; codes from 400 refuse a whole request, which the sender keeps.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """One numbered reason. ``expected`` and ``next_step`` are shown to the person who can mend it."""

    code: int
    zh: str
    en: str
    expected: str
    next_step: str


_TABLE = (
    Refusal(
        101, "未知的事件类型", "unknown kind of entry", "a kind of the vocabulary", "update the app; the entry is kept"
    ),
    Refusal(102, "缺少字段", "a field is missing", "all fields of the kind", "report it again with the field"),
    Refusal(103, "字段类型不符", "a field has the wrong type or value", "the type of the reference", "report it again"),
    Refusal(104, "编号超出范围", "an id is out of range", "an integer from 1 to 2^53-1", "scan or type it again"),
    Refusal(
        105,
        "时间超出该流水的有效期",
        "the time is outside the journal's validity",
        "from a day before enrolment to a day after expiry",
        "set the phone's clock; report it again",
    ),
    Refusal(
        106,
        "不在本设备负责的区域",
        "the area is not this device's own",
        "an area of the work pack",
        "ask the desk to widen the device's scope",
    ),
    Refusal(107, "区域编号无效", "not a valid area id", "a node of the area tree", "choose the area from the list"),
    Refusal(
        108,
        "采样管人数不符合采样方式",
        "the number of persons does not fit the tube's mode",
        "single 1, pooled and household 1 to 20",
        "void it and seal the tube again",
    ),
    Refusal(
        109, "同一人在同一管中重复", "a subject is named twice in one entry", "each subject once", "report it again"
    ),
    Refusal(
        110, "原因不在列表中", "the reason is not in the list", "a typed reason of the duty", "choose from the list"
    ),
    Refusal(
        111,
        "缺少证据",
        "evidence is missing",
        "a few words or a photo that a second person can check",
        "report it again with evidence",
    ),
    Refusal(112, "编码错误 (非 UTF-8 或 JSON)", "the entry is not valid UTF-8 JSON", "UTF-8 JSON", "update the app"),
    Refusal(
        113,
        "该类型不能由此流水写入",
        "this journal may not write this kind",
        "a kind of the device's role",
        "ask the desk",
    ),
    Refusal(
        114,
        "找不到被移交的任务",
        "the acceptance names no offer",
        "journal and number of the offer",
        "open the offer again and accept it there",
    ),
    Refusal(115, "流水序号无效", "the entry's number is not valid", "an integer from 1 to 2^24-1", "update the app"),
    Refusal(116, "文字过长", "a text is too long", "at most 2,000 characters", "shorten it"),
    Refusal(117, "校验位不符", "the check digit is wrong", "a printed label with its check digit", "scan it again"),
    Refusal(
        118,
        "姓名里有证件号, 证件号只能写在证件号一栏",
        "the name holds an identity number",
        "a name alone; an identity number has a field of its own, which is sealed",
        "register the person again by name; write the number into its own field",
    ),
    Refusal(
        199,
        "无法入账",
        "the ledger could not take the entry",
        "an entry that the database accepts",
        "it is kept; report it to the administrator",
    ),
    Refusal(
        401, "设备未登记或密钥无效", "unknown device or key", "a bearer key from enrolment", "enrol the device again"
    ),
    Refusal(402, "设备已停用", "the device was revoked", "an active device", "hand the journal to a supervisor"),
    Refusal(403, "设备已过期", "the device has expired", "a device within its validity", "enrol it for the new shift"),
    Refusal(404, "没有这个页面", "no such resource", "a documented path", "check the address"),
    Refusal(405, "不支持的请求方法", "the method is not allowed here", "the method of the reference", "update the app"),
    Refusal(
        410,
        "登记码无效, 已用过或已过期",
        "the enrolment token is unknown, used or out of time",
        "a token that was not used yet",
        "ask the desk for a new code",
    ),
    Refusal(
        413,
        "请求过大",
        "the request is too large",
        "at most 4 MiB, 5,000 entries, and 20,000 of entries, people, tubes and results in them together",
        "send smaller batches",
    ),
    Refusal(
        414,
        "任务名单过大",
        "the work pack is too large",
        "at most 5,000 people a device",
        "ask the desk to split the device's area",
    ),
    Refusal(
        415,
        "不是照片，或照片不能收",
        "this is no photo, or one that cannot be taken",
        "JPEG, PNG or WebP of at most 15 MB, with the digest that the entry names; at most 60 of one matter",
        "take the photo again",
    ),
    Refusal(
        416,
        "照片还不能收：没有这条上报，或它没有提到这张照片",
        "no entry of this device that counts names this photo",
        "an entry that came before its photos, with the digest of each",
        "hand the entry in first; the photo stays on the phone",
    ),
    Refusal(
        422,
        "请求不是有效的 JSON",
        "the request is not valid JSON",
        "an object with a list named entries",
        "update the app; nothing was taken",
    ),
    Refusal(
        429, "请稍后再发", "too much at once; send again later", "a pause as in Retry-After", "wait; nothing is lost"
    ),
    Refusal(
        500,
        "程序出错, 未收取任何内容",
        "a fault of the program; nothing was taken",
        "no fault",
        "send again later; report it to the administrator",
    ),
    Refusal(502, "电脑端页面暂时不可用", "the desk does not answer", "a running desk", "reload in a minute"),
    Refusal(
        503, "暂时无法入账, 请稍后再发", "the ledger cannot be reached", "a running database", "wait; nothing is lost"
    ),
)

REFUSALS: dict[int, Refusal] = {row.code: row for row in _TABLE}


class Refused(Exception):
    """Raised by a pure check: one numbered refusal, the field, and the value that was found."""

    def __init__(self, code: int, field: str = "", found: object = None):
        self.code, self.field, self.found = code, field, found
        refusal = REFUSALS[code]
        super().__init__(f"{code} {refusal.en}" + (f": {field}" if field else "") + f" (expected {refusal.expected})")


#: Flags: the entry counts, and somebody should look at it.
FLAGS: dict[str, tuple[str, str]] = {
    "clock": ("手机时钟偏差超过一小时, 已校正", "the phone's clock was off by more than an hour; corrected"),
    "variant": (
        "同一序号有两种内容, 摘要较小者计入",
        "the same number came with two contents; the smaller digest counts",
    ),
}
