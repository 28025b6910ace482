"""How levels, proposals and what is missing are written in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from bulou.ui.words import begin, english
from bulou.zones import rules
from bulou.zones.rules import Proposal
from bulou.zones.vocabulary import LEVELS, LIFTED

#: Tone of a level's mark on a page.
TONES = {"lockdown": "bad", "control": "warn", "precaution": "good", LIFTED: "plain"}


def level_name(name: str) -> str:
    """Return the name of a level, without its explanation."""
    found = next((one for one in LEVELS if one.name == name), None)
    if found is None:
        return _("未划定")
    return begin(found.en.split(":")[0]) if english() else found.zh


def tone(name: str) -> str:
    """Return the tone of a level's mark."""
    return TONES.get(name, "plain")


def version_name(name: str) -> str:
    """Return the name of a version of the rule, with the day from which it holds."""
    found = next((one for one in rules.VERSIONS if one.name == name), None)
    return f"{found.en if english() else found.zh} ({found.effective})" if found else name


def missing(codes: Iterable[str]) -> str:
    """Return what keeps a unit from the next step down."""
    said = {
        rules.DAYS: _("天数未满"), rules.ROUND: _("最后一天的全员核酸尚无全阴结果"), rules.ASSESSMENT: _("尚未评估"),
    }  # fmt: skip
    return _("、").join(said.get(one, one) for one in codes)


def why(proposal: Proposal) -> str:
    """Return in one sentence why the rule proposes what it proposes."""
    version = next((one for one in rules.VERSIONS if one.name == proposal.version), None)
    if version is not None and version.blanket:
        return _("全域封控期间，不论有无阳性。")
    if proposal.days is None:
        return _("没有阳性记录。")
    last = {"last": f"{proposal.last:%m-%d}", "days": proposal.days, "seven": proposal.seven,
            "fourteen": proposal.fourteen}  # fmt: skip
    text = _("最近一次阳性在%(last)s，已满%(days)s天；近7天%(seven)s人，近14天%(fourteen)s人。") % last
    if proposal.missing:
        text += _("要降为%(to)s还缺：%(missing)s。") % {
            "to": level_name(proposal.towards), "missing": missing(proposal.missing),
        }  # fmt: skip
    return text
