"""Names as they are compared and searched: one form for each, and their sound in Latin letters."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from bulou.places.keys import name_key

__all__ = ["SURNAMES", "name_key", "pinyin"]

#: Surnames that are read otherwise than the same character elsewhere.
SURNAMES = {
    "曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "朴": "piao", "任": "ren",
    "华": "hua", "盖": "ge", "员": "yun", "缪": "miao", "尉": "wei", "乐": "yue", "翟": "zhai", "覃": "qin",
    "种": "chong", "重": "chong", "黑": "he", "秘": "bi", "折": "she", "召": "shao", "句": "gou", "繁": "po",
}  # fmt: skip


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
