"""What people write of somebody in a list, and the one thing that it means. Pure.

A word is understood only where all of it is: it must be made up of phrases of ``words.toml``, of words that change
nothing, and of the evidence that belongs to them (a hospital, who says so, when somebody is back). What is left over,
be it a "not" or a "perhaps", makes the whole line unreadable; it is given back and never guessed.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from bulou.ledger.vocabulary import DutyKind

#: What no list can do, and is told apart so that the line says why: nothing new, sampled here, which is not said.
OPEN, SAMPLED, UNSURE = "open", "sampled", "unsure"
#: Reasons that no list can give: they need the other record, or follow from a tube.
NEVER = frozenset({"same_person", "pool_pending"})
_TABLE = tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))
_WHO = "(?:物业|房东|邻居|居委|居委会|家属|家人|本人|子女|女儿|儿子|单位|楼组长|志愿者|医院)"
#: Evidence, and when somebody is back: closed forms, in which no "not" has room.
_EVIDENCE = tuple(map(re.compile, (
    r"\d{1,3}(?:病区|病房|床|号床|楼|层)", r"[东西南北]院区?",
    rf"{_WHO}(?:电话|微信|当面)?(?:说|确认|告知|证实|核实)", r"(?:电话|微信|当面)(?:确认|告知|核实)",
    r"(?:(?:今|明|后)(?:天|晚|早)|今日|明日|晚上|下午|上午|中午|傍晚|早上|周[一二三四五六日天]|\d{1,2}[点时]半?|\d{1,2}:\d{2})+"
    r"(?:回来|回家|到家|返回|下班|回)",
    r"回老家|去老家|去外地",
)))  # fmt: skip
#: The name of a hospital, in which nothing may stand that says another thing of being there.
_HOSPITAL = re.compile(
    r"[在于]?(?:[一-龥]{2,8}?医院|[一二三四五六七八九十]院|第?\d{1,2}院|市一|icu)(?:\d{1,2}(?:号|楼|层|病区|病房|床|科))*"
)
_NOT_IN_A_NAME = re.compile("[不没未无非别勿否出回从离要去曾若如将刚准打可许像过想送]")
#: Of an emoji: how it is drawn, and the colour of a hand.
_SHADES = "\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_BETWEEN_HAN = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")
_SIGNS = re.compile(r"[\s,，、。.;；:：!！~()（）\[\]【】|/“”\"'·\-]+")


def plain(text: str) -> str:
    """Return a word as it is compared: half width, no capitals, signs as spaces, none beside Chinese characters."""
    text = "".join(
        c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf" and c not in _SHADES
    )
    return _BETWEEN_HAN.sub("", _SIGNS.sub(" ", text.lower()).strip())


@cache
def _own(kind: DutyKind) -> dict[str, str]:
    """Return the words of a kind of duty, as pages and exports write them: reasons, and stages as what they tell."""
    found = {plain(word): reason.name for reason in kind.reasons for word in (reason.zh, reason.en)}
    for rank, stage in enumerate(kind.stages):
        told = OPEN if rank == 0 else SAMPLED if rank >= kind.took_part else stage.name
        found |= {plain(word): told for word in (stage.zh, stage.en)}
    return found


@cache
def _phrases(kind: DutyKind) -> tuple[dict[str, str], int]:
    known = {plain(word): act for act, words in _TABLE["acts"].items() for word in words.split("|")}
    known |= {plain(word): "" for word in _TABLE["fillers"]["words"].split("|")}
    known |= _own(kind)
    return known, max(map(len, known))


def acts_of(text: str, kind: DutyKind) -> frozenset[str] | None:
    """Return all that a text says, empty for a text without any word; None where it is not understood to its end, or
    where there is evidence for nothing.
    """
    known, longest = _phrases(kind)
    said, at, found, evidence = plain(text), 0, set[str](), False
    while at < len(said):
        if said[at] == " ":
            at += 1
            continue
        size = next((n for n in range(min(longest, len(said) - at), 0, -1) if _whole(said, at, n, known)), 0)
        if size:
            found.add(known[said[at : at + size]])
        else:
            size, evidence = _evidence(said, at), True
        if not size:
            return None
        at += size
    found -= {""}
    return frozenset(found) if found or not evidence else None


def _whole(said: str, at: int, size: int, known: Mapping[str, str]) -> bool:
    """Tell whether a phrase stands here; a Latin one ends where the word does."""
    part, after = said[at : at + size], said[at + size : at + size + 1]
    return (
        part in known
        and not (_latin(part[-1]) and _latin(after))
        and not (_latin(part[0]) and _latin(said[at - 1 : at]))
    )


def _latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _evidence(said: str, at: int) -> int:
    """Return the length of the longest evidence that stands here; 0 for none."""
    sizes = [len(match[0]) for pattern in _EVIDENCE if (match := pattern.match(said, at))]
    if (named := _HOSPITAL.match(said, at)) and not _NOT_IN_A_NAME.search(named[0]):
        sizes.append(len(named[0]))
    return max(sizes, default=0)


def act_of(text: str, kind: DutyKind, otherwise: str = "") -> str:
    """Return the one act that a text means, ``otherwise`` for a text without a word, "" where it is not understood.

    Whoever received the call and says more means what he says more. Two other things at once are not understood.
    """
    found = acts_of(text, kind)
    if found is None:
        return ""
    if not found:
        return otherwise
    more = found - {"called", OPEN} or found - {OPEN} or found
    return next(iter(more)) if len(more) == 1 else ""


#: What evidence for a reason must not deny: a "not" shortly before its word.
_DENIED = {
    "moved_out": "搬|退租", "in_hospital": "住院|医院", "in_facility": "隔离|方舟", "deceased": "死|故|去世|过世",
    "sampled_elsewhere": "采|做|检|测", "refuses": "拒", "not_known_here": "查无",
}  # fmt: skip


def denies(reason: str, evidence: str) -> bool:
    """Tell whether words that should support a reason say its opposite: 没搬走 for moved out, 出院 for in hospital."""
    stem = _DENIED.get(reason)
    said = plain(evidence)
    if stem is None:
        return False
    opposite = {"in_hospital": "出院", "moved_out": "搬来|搬入|搬进|搬回|仍住|还住", "deceased": "健在|活着"}.get(
        reason
    )
    return bool(
        re.search(rf"(?:不是|没有|没|未|不|并非|not |never ).{{0,2}}(?:{stem})", said)
        or (opposite and re.search(opposite, said))
    )


def state_of(state: str, reason: str, kind: DutyKind) -> tuple[int, str | None]:
    """Return the stage and the typed reason of the two cells in which our own files write them; -1: no such stage."""
    stages = {plain(word): rank for rank, stage in enumerate(kind.stages) for word in (stage.zh, stage.en)}
    reasons = {plain(word): one.name for one in kind.reasons for word in (one.zh, one.en)}
    return stages.get(plain(state), -1), reasons.get(plain(reason), reason.strip() or None)
