"""Whatever somebody types: one plain sentence and a status, never the machine's insides."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulou.config import command, ending, environment, sentences
from bulou.config.command import COMMANDS, main
from bulou.config.command_parser import Parser
from bulou.config.told import Told

#: What people and programs put where something else belongs. A system hands no NUL on.
NONSENSE = (
    "", " ", "-1", "0", "1", "2.5", "nan", "inf", "-inf", "1e400", "9" * 30, "9" * 5000, "0x10", "1_000", "１２", "漏",
    "\udc80", "a\nb", "\x1b[2J", "Required", "true", "none", "1.3.2", "9999.1", "0.0", "1..2", "1.-3", "2022-02-30",
    "0001-01-01", "9999-12-31T23:59:59-12:00", "yesterday", "/nonexistent/x", "/", "..", "~nobody-here/x", "x" * 5000,
    "%s %(prog)s {}", "'; DROP TABLE ledger_line; --", "postgresql://u:hidden-word@[::1", "http://a b", "Asia",
    "/etc/passwd", "999.1.1.1", "256", "65536", "a..b", "--", "-h x",
)  # fmt: skip


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Somewhere to write, the environment as it was, the signals as they were."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BULOU_DATA", str(tmp_path / "data"))
    held = {number: signal.getsignal(number) for number in ending.ENDING}
    yield
    for number, handler in held.items():
        signal.signal(number, handler)


def ran(*arguments: str) -> int:
    """The exit status of a command line, however it ends."""
    try:
        return main(arguments)
    except SystemExit as error:
        assert isinstance(error.code, int)
        return error.code


def sentence(said: str) -> str:
    """Check that what was said is one sentence for a person."""
    assert said.startswith("bulou: ") and said.count("\n") == 1 and said.endswith("\n"), said
    assert len(said) < 700 and all(one.isprintable() for one in said[:-1]), said
    for inside in ("Traceback", "Error:", "Errno", "object at 0x", "ValueError", "<class"):
        assert inside not in said, said
    return said


def options_of() -> list[tuple[str, argparse.Action]]:
    """Every option of every command that takes a value."""
    found = []
    for name in COMMANDS:
        parser: argparse.ArgumentParser = command.parser()
        for word in name.split():
            groups = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
            parser = groups.choices[word]
        found += [(name, a) for a in parser._actions if a.nargs != 0 and not isinstance(a, argparse._HelpAction)]
    return found


def right(name: str, leave_out: argparse.Action) -> list[str]:
    """What else a command needs, in order, with a place for the option under trial."""
    Path("list.csv").write_text("x")
    needed = {
        "paper": {"area": ["--area=1.3"], "out": ["--out=x.pdf"]},
        "user add": {"area": ["--area=1.3"], "name": ["wang"]},
        "import persons": {"file": ["list.csv"]},
        "import areas": {"file": ["list.csv"]},
        "restore": {"backup": ["."]},
        "rehearse": {"scenario": ["calm"]},
    }
    return [word for dest, said in needed.get(name, {}).items() if dest != leave_out.dest for word in said]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("name", "action"), options_of(), ids=lambda one: getattr(one, "dest", one))
def test_every_option_takes_nonsense_or_refuses_it_in_a_sentence(
    name: str, action: argparse.Action, language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setenv("BULOU_LANGUAGE", language)
    made = command.parser()
    monkeypatch.setattr(command, "parser", lambda: made)
    monkeypatch.setattr(Parser, "parse_args", _parsed_only)
    others, refused = right(name, action), 0
    for nonsense in NONSENSE:
        given = [f"{action.option_strings[-1]}={nonsense}"] if action.option_strings else ["--", nonsense]
        status = ran(*name.split(), *others, *given)
        out, err = capsys.readouterr()
        assert status in (0, 2) and out == "", (nonsense, status, out)
        if status == 2:
            refused += 1
            assert any(one in sentence(err) for one in "，。") == (language == "zh-hans"), err
    if action.type is not None and action.type is not Path:
        assert refused, f"{name} {action.dest} takes everything"


def _parsed_only(self: Parser, arguments: list[str]) -> argparse.Namespace:
    """Parse as always, and do nothing then."""
    options = argparse.ArgumentParser.parse_args(self, arguments)
    options.run = lambda _: 0
    return options


@pytest.mark.parametrize(
    "arguments",
    [
        (), ("dmeo",), ("user",), ("user", "remove"), ("serve", "--prot", "1"), ("serve", "x"), ("backup", "--keep"),
        ("paper",), ("demo", "--people", "0"), ("demo", "--people=-5"), ("demo", "--people=99999999999"),
        ("demo", "--minutes=-1"), ("demo", "--scenario=nothing"), ("rehearse", "nothing"), ("rehearse", "none.toml"),
        ("rehearse", "calm", "--speed=nan"), ("serve", "--port", "70000"), ("serve", "--host", "not a host"),
        ("serve", "--tls-cert", "x"), ("restore", "."), ("restore", "/nonexistent"), ("import", "persons", "nothing"),
        ("import", "areas", "."), ("import", "persons", "/dev/null", "--as-of", "soon"),
        ("verify", "--data", ""), ("paper", "--area", "1.3", "--out", "x", "--lines", "0"),
        ("user", "add", "wang", "--area", "nowhere"), ("user", "add", "wang", "--area", "1", "--role", "king"),
        ("user", "add", "wang", "--area", "1", "--days", "400"),
        ("migrate", "--data", "/dev/null/x"), ("serve", "--port", "0", "--data", "/proc/nothing"),
    ],
    ids=lambda arguments: " ".join(arguments) or "nothing",
)  # fmt: skip
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_wrong_use_is_one_sentence(
    arguments: tuple[str, ...], language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setenv("BULOU_LANGUAGE", language)
    assert ran(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == "" and sentence(err)
    assert not Path("data").exists(), "something was made"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("variable", environment.TABLE, ids=lambda one: one.name)
def test_every_setting_is_checked_before_anything_is_done(
    variable: environment.Variable, language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(Parser, "parse_args", _parsed_only)
    refused = 0
    for nonsense in NONSENSE:
        if variable.name != "BULOU_LANGUAGE":
            monkeypatch.setenv("BULOU_LANGUAGE", language)
        monkeypatch.setenv(variable.name, nonsense)
        if variable.name == "BULOU_OWNER_URL":
            monkeypatch.setenv("BULOU_DATABASE_URL", "postgresql:///x")
        status = ran("verify")
        out, err = capsys.readouterr()
        assert out == "" and status in (0, 2)
        if status == 2:
            refused += 1
            assert variable.name in sentence(err)
            assert not variable.secret or len(nonsense) < 6 or nonsense not in err, "a secret was shown"
            assert "hidden-word" not in err
    assert refused > 3, f"{variable.name} takes everything"


@given(st.text(st.characters(exclude_characters="\0")), st.sampled_from(environment.TABLE))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_value_of_a_setting_makes_more_than_a_sentence(text: str, variable: environment.Variable) -> None:
    for wrong in environment.faults({variable.name: text}):
        assert variable.name in wrong.zh and variable.name in wrong.en
        sentence(f"bulou: {wrong.zh}\n"), sentence(f"bulou: {wrong.en}\n")


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("BULOU_TOPT", "BULOU_TOTP"), ("BULOU_DATABSE_URL", "BULOU_DATABASE_URL"),
        ("BULOU_TIMEZONE", "BULOU_TIME_ZONE"),
        ("bulou_data", "BULOU_DATA"), ("BULOU_METRIC_KEY", "BULOU_METRICS_KEY"), ("BULOU_", "BULOU_"),
        ("BULOU_LANG", "BULOU_LANGUAGE"),
    ],
)  # fmt: skip
def test_an_unknown_setting_is_refused_with_the_nearest(
    name: str, nearest: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setenv(name, "x")
    assert ran("verify") == 2
    err = sentence(capsys.readouterr().err)
    assert name in err and nearest in err
    assert not Path("data").exists()


def test_every_wrong_setting_is_told_at_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setenv("BULOU_TOTP", "Required")
    monkeypatch.setenv("BULOU_TIME_ZONE", "Mars")
    monkeypatch.setenv("BULOU_OWNER_URL", "postgresql:///x")
    assert ran("verify") == 2
    assert [word in capsys.readouterr().err for word in ("BULOU_TOTP",)] == [True]
    assert len(environment.faults()) == 3


def test_what_is_allowed_is_taken() -> None:
    given_ = {
        "BULOU_TOTP": "required", "BULOU_PUBLIC_URL": "https://bulou.example:8443", "BULOU_TIME_ZONE": "Asia/Urumqi",
        "BULOU_LANGUAGE": "en", "BULOU_LOG": "json", "BULOU_DEBUG": "1", "BULOU_METRICS_KEY": "k" * 20,
        "BULOU_SECRET_KEY": "s" * 32, "BULOU_DATABASE_URL": "postgresql://app:x@db/bulou", "BULOU_TEST_RUN": "x",
        "BULOU_OWNER_URL": "host=/run user=owner dbname=bulou", "BULOU_DATA": "/数据/a b", "OTHER": "\udc80",
    }  # fmt: skip
    assert environment.faults(given_) == []
    assert environment.faults(dict.fromkeys(environment.NAMES, "")) == []


class OfOurs(Exception):
    """A fault of the program."""


@pytest.mark.parametrize("debug", ["0", "1"])
def test_a_fault_of_ours_is_told_with_its_place_and_without_its_values(
    debug: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setenv("BULOU_DEBUG", debug)

    def run(_: argparse.Namespace) -> int:
        raise OfOurs("王芳 13800000000")

    monkeypatch.setattr("bulou.config.commands.verify.run", run)
    assert ran("verify") == 1
    err = capsys.readouterr().err
    assert "OfOurs" in err and "test_wrong_use.py:" in err
    assert ("13800000000" in err) == (debug == "1")


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device", "/data/x"), PermissionError(13, "Permission denied", b"/data/\xff"),
        OSError(30, "Read-only file system", "/data/\udc80"), NotADirectoryError(20, "Not a directory", "/x"),
        Told("说", "said"), MemoryError(), "\udc80".encode,
    ],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_what_a_user_can_cause_is_a_sentence(error, capsys: pytest.CaptureFixture) -> None:
    try:
        raise error if isinstance(error, BaseException) else error()
    except BaseException as raised:
        assert sentences.ended(raised) == 2
    sentence(capsys.readouterr().err)


def test_what_merely_happened_meanwhile_is_no_cause() -> None:
    try:
        try:
            raise FileNotFoundError(2, "No such file", "/x")
        except OSError:
            raise OfOurs from None
    except OfOurs as error:
        assert sentences.of(error) is None
