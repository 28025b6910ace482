"""Names as lists write them: what is name, what is remark, what was masked or lost; and their sound. Pure."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from bulou.places.documents import holds_identity
from bulou.places.keys import LOST, name_key, visible

__all__ = ["Name", "name_key", "pinyin", "read_name", "wild"]

NAME_LENGTH = 60
#: First characters by which a spreadsheet takes a cell for a formula, half and full width.
RUNNING = tuple("=+-@＝＋－＠")
#: Where a file was cut inside a character (a code point that is no character, see ``text_file.py``).
CUT = "\ufdd0"

#: Surnames that are read otherwise than the same character elsewhere.
SURNAMES = {
    "曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "朴": "piao", "任": "ren",
    "华": "hua", "盖": "ge", "员": "yun", "缪": "miao", "尉": "wei", "乐": "yue", "翟": "zhai", "覃": "qin",
    "种": "chong", "重": "chong", "黑": "he", "秘": "bi", "折": "she", "召": "shao", "句": "gou", "繁": "po",
}  # fmt: skip
#: Surnames of nine people of ten: two names in one cell are told from one name with a space by them.
_FREQUENT = set(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_HAN = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003ffff〇]")
_BRACKET = re.compile(r"\(([^()]*)\)?|\[([^\[\]]*)\]?|【([^【】]*)】?|〔([^〔〕]*)〕?|《([^《》]*)》?|<([^<>]*)>?")
_ROLES = "户主|妻子?|丈夫|配偶|儿子?|女儿?|父亲?|母亲?|孙子|孙女|租客|租户|房东|业主|保姆|独居|外来|本人|老人|小孩"
_ROLE = re.compile(rf"[\s,，:：;、—–-]+(?:{_ROLES})$")
_ROLE_FIRST = re.compile(rf"^(?:{_ROLES})[:：\s]+(?=.)")
#: Words of somebody who is not there any more.
GONE = re.compile(
    r"死亡|[病亡身]故|[过去逝离]世|病逝|身亡|已[故亡逝殁迁搬]|销户|注销|迁出|迁走|外迁|搬走|搬离|搬出|搬家|不在此住|不住[这此]"
    r"|deceased|died|\bdead\b|moved (?:out|away)|passed away",
    re.IGNORECASE,
)
#: Words of a remark on somebody who is registered here and may live elsewhere.
AWAY = re.compile(
    r"人户分离|空挂|挂户|[户籍]在人不在|长期外出|常年外出|常住(?:外地|国外|国内)|出国|不在本?[沪市地]|不住本"
)
#: The same said by one character beside the name.
_GONE_MARK = re.compile(r"(?:^|\s)[故亡逝殁卒死](?:\s|$)")
#: A telephone behind a name, or in front of it.
_TELEPHONE = re.compile(
    r"^(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})[\s,，:：/-]+|[\s,，:：/-]*(?:(?:电话|手机)[:：]?)?(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})$"
)
_NO_NAME = re.compile(
    r"(?:无|无名|不详|不明|未知|待定|暂无|空|空户|空置|空关|无人|没有|同上|n/?a|nan|none|null|unknown|-+|/+|\.+)",
    re.IGNORECASE,
)
_ROLE_ONLY = re.compile(rf"(?:{_ROLES}|住户|居民|家属|本户|某户|小孩子|姓名|name)", re.IGNORECASE)
_MASKED = re.compile(r"[*?_#^~%…●○〇×]{2,}|[*?_^~%…×]|[某]|\.{2,}|(?<=[㐀-鿿])(?:[xX]+|[oO]{2,}|00)(?![a-zA-Z0-9])")
_POLITE = re.compile(r"^(.{1,2}?)(?:先生|女士|小姐|太太|阿姨|叔叔|大爷|大妈|大姐|大哥|师傅|奶奶|爷爷|老师|伯伯|医生)$")
#: A mark between two long halves is a middle dot that a font or a form did not have.
_DOT = re.compile(r"(?<=[㐀-鿿]{2})[*?.。●▪∙⋅‧․·•・_-](?=[㐀-鿿]{2})")
_SEVERAL = re.compile(r"(?<=[㐀-鿿]{2})\s*(?:[、/;,&+|]|\n|和(?=[㐀-鿿]{2,3}$))\s*(?=[㐀-鿿]{2})")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as read. ``fault`` of a row that cannot be taken, or ``doubt`` of a name that may be another's.

    ``fault``: none, long, masked, cut, gone, identity, several. ``doubt``: lost, mixed, polite, digits.
    ``remark``: what stood behind it in brackets.
    """

    name: str
    key: str
    fault: str = ""
    doubt: str = ""
    remark: str = ""


@lru_cache(maxsize=20_000)
def read_name(text: str) -> Name:
    """Return the name of a cell. What was masked or lost is told, and never taken for a name."""
    plain = html.unescape(text) if "&#" in text else text
    if (
        plain.isalpha()
        and 2 <= len(plain) <= 4
        and all("一" <= c <= "鿿" for c in plain)
        and "某" not in plain
        and not (_ROLE_ONLY.fullmatch(plain) or _NO_NAME.fullmatch(plain) or GONE.search(plain) or _garbled(plain))
    ):
        return Name(plain, name_key(plain), doubt="polite" if _POLITE.match(plain) else "")
    if plain[:2] == '="' and plain[-1:] == '"':
        plain = plain[2:-1]
    several = _SEVERAL.search(_TELEPHONE.sub("", unicodedata.normalize("NFKC", plain.strip())))
    shown = " ".join(visible(plain).split())
    if len(shown) > 1 and shown[0] in "'`’‘" and (shown[1] in RUNNING or _HAN.match(shown[1])):
        shown = shown[1:].lstrip()
    if shown[:1] in RUNNING and len(shown) > 1:
        return _length(_formula(shown))
    remarks = [next((part for part in found if part), "") for found in _BRACKET.findall(shown)]
    bare = _BRACKET.sub("", shown).strip()
    if not bare and remarks:
        bare, remarks = remarks[0], remarks[1:]
    for beside in (_TELEPHONE, _ROLE, _ROLE_FIRST):
        if found := beside.search(bare):
            remarks.append(found.group().strip(" ,，:：;、—–-/"))
            bare = (bare[: found.start()] + bare[found.end() :]).strip()
    remark = " ".join(part.strip() for part in remarks if part.strip())
    if _garbled(plain):
        return Name(shown, name_key(shown), "masked")
    return _judged(shown, bare, remark, bool(several))


def _formula(shown: str) -> Name:
    """Return a name that begins as a formula does; it is text, and judged as any other."""
    key = name_key(shown)
    fault = (
        "identity" if _identity(shown)
        else "none" if not _letters(key)
        else "masked" if _masked(shown, key)
        else ""
    )  # fmt: skip
    return Name(shown, key, fault, "" if fault else _doubt(shown))


def _judged(shown: str, bare: str, remark: str, several: bool) -> Name:
    name = _spaced(_DOT.sub(_dot, bare))
    key = name_key(name)
    fault = (
        "identity" if _identity(shown)
        else "cut" if CUT in shown
        else "gone" if any(words.search(part) for words in (GONE, _GONE_MARK) for part in (remark, bare))
        else "none" if not _letters(key) or _NO_NAME.fullmatch(bare) or _ROLE_ONLY.fullmatch(bare)
        else "several" if several or _two_names(bare)
        else "masked" if _masked(name, key)
        else ""
    )  # fmt: skip
    return _length(Name(name, key, fault, "" if fault else _doubt(name), remark))


def _length(name: Name) -> Name:
    return name if len(name.name) <= NAME_LENGTH else Name(name.name[:NAME_LENGTH], name.key, name.fault or "long")


def _dot(match: re.Match[str]) -> str:
    """A star or question mark is a dot only in a name too long to be a masked one."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    return "·" if match.group() not in "*?_" or len(before) + len(after) >= 5 else match.group()


def _spaced(name: str) -> str:
    """Return a name without spaces next to Chinese characters; Latin names keep single ones."""
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", name) if " " in name and _HAN.search(name) else name


def _letters(key: str) -> bool:
    return any(unicodedata.category(c)[0] == "L" or c in LOST or c == "〇" for c in key)


def _identity(text: str) -> bool:
    return holds_identity(text) or bool(re.search(r"\d[\d -]{13,}[\dXx]", text))


def _two_names(bare: str) -> bool:
    parts = bare.split()
    return len(parts) > 1 and all(2 <= len(part) <= 3 and part[0] in _FREQUENT for part in parts)


def _masked(name: str, key: str) -> bool:
    if _MASKED.search(name) or "\ufffd" in name or len(key) == 1:
        return True
    return any(unicodedata.category(c) in ("Co", "Cn") for c in name)


def _garbled(name: str) -> bool:
    """Tell whether a name is text that was read under another encoding: æ\x9dŽ or ÀîÃ÷ or 鐜嬫槑 for a Chinese name."""
    if name.isascii():
        return False
    if _HAN.search(name):
        return _reads(name, "gb18030", "utf-8")
    plain = name.replace(" ", "")
    western = len(plain) >= 4 and not any(c.isascii() for c in plain)
    return any(
        _reads(plain, said, meant)
        for said in ("cp1252", "latin-1") for meant in ("utf-8", *(("gb18030",) if western else ()))
    )  # fmt: skip


def _reads(text: str, said: str, meant: str) -> bool:
    """Tell whether the bytes of a text are Chinese characters and nothing else under another encoding."""
    try:
        read = text.encode(said).decode(meant)
    except UnicodeError:
        return False
    return bool(read) and all(_HAN.match(c) for c in read)


def _doubt(name: str) -> str:
    if any(c in name for c in LOST) or "〇" in name or "○" in name:
        return "lost"
    if any(c.isdigit() for c in name):
        return "digits"
    if _HAN.search(name) and re.search(r"[A-Za-z]", name):
        return "mixed"
    return "polite" if _POLITE.match(name) else ""


def wild(name: str, key: str) -> re.Pattern[str] | None:
    """Return what a doubtful name may stand for, as a pattern over keys; None for a name that is itself alone."""
    if polite := _POLITE.match(name):
        return re.compile(re.escape(name_key(polite[1])) + ".{1,3}")
    if any(c in key for c in LOST) or "〇" in key:
        return re.compile("".join("." if c in LOST or c == "〇" else re.escape(c) for c in key))
    if _HAN.search(key) and re.search(r"[a-z0-9]", key):
        return re.compile(re.sub(r"[a-z0-9]+", ".{0,4}", key))
    return None


@lru_cache(maxsize=30_000)
def _sound(character: str) -> str:
    return "".join(c for c in lazy_pinyin(character, style=Style.NORMAL)[0].lower() if c.isalnum())[:12]


def pinyin(key: str) -> tuple[str, str]:
    """Return (full sound, initials) of a name key, such as ("zengshi", "zs").

    Characters are read one by one by their most usual sound (names are no words), the first one as a surname.
    Latin names give themselves and their first letter.
    """
    if not key:
        return "", ""
    if key.isascii():
        plain = "".join(c for c in key if c.isalnum())
        return plain, plain[:1]
    sounds = [SURNAMES.get(key[0]) or _sound(key[0]), *map(_sound, key[1:])]
    return "".join(sounds), "".join(sound[:1] for sound in sounds)
