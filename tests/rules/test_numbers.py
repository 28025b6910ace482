"""Identity numbers are known by themselves, with a wrong check digit as well, and leave nothing behind."""

from __future__ import annotations

import pytest

from bulou.places.rules import check_character
from bulou.ui.identity_text import holds_identity, tails, without

GOOD = "31990419810203000" + check_character("31990419810203000")
BAD = GOOD[:17] + ("0" if GOOD[17] != "0" else "1")


@pytest.mark.parametrize("number", [GOOD, BAD, "31990419810203001X"])
@pytest.mark.parametrize(
    "form",
    ["{}", "张三 {}", "张三{}收到", "+{}", "'{}", '="{}"', "\u200b{}"],
    ids=["bare", "name", "glued", "+", "'", "=", "zero"],
)
def test_a_number_is_known_and_goes(number: str, form: str) -> None:
    text = form.format(number)
    assert holds_identity(text)
    assert not any(c in without(text) for c in ("3199", "1981", "0203"))
    assert number[6:14] not in tails(text) and number[-4:] in tails(text)


@pytest.mark.parametrize(
    "grouped", ["319904 19810203 0009", "319904-1981-0203-0009", "３１９９０４１９８１０２０３０００９"]
)
def test_however_it_is_grouped(grouped: str) -> None:
    assert holds_identity(grouped) and "1981" not in without(grouped)


@pytest.mark.parametrize("text", ["13900001234 13900005678", "3-502", "7012345678901234", "2022-04-03 10:00", ""])
def test_other_digits_stay(text: str) -> None:
    assert not holds_identity(text) and without(text) == tails(text) == text
