"""The seal: nothing sealed is changed or removed unseen, nothing is put in backwards, an entry can be proven."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import msgspec
import psycopg
import pytest

from bulou.config import backup
from bulou.config import connections as config_connections
from bulou.config.connections import Urls
from bulou.ledger import clock, intake, seal, seal_proof
from bulou.ledger.effects import Entry
from bulou.ledger.seal import Broken, Seal
from bulou.ledger.seal_key import Signer
from bulou.ledger.verify import Difference, verify
from tests import cast, shelf
from tests.builders import Pen, rivals
from tests.laws.test_mutations import a_troubled_day

HOUR = timedelta(hours=1)
#: When the day of ``a_troubled_day`` was received, and sealed.
RECEIVED = cast.minute(700)
SEALED = RECEIVED + HOUR


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer.open(tmp_path)


@pytest.fixture
def day(database: str) -> None:
    """A troubled day came in, in an order of its own."""
    shelf.enrol()
    entries = a_troubled_day()
    for i in range(0, len(entries), 5):
        intake.post(entries[i : i + 5], RECEIVED + timedelta(seconds=i))


def told(seals: list[Seal] | None = None) -> list[tuple[str, dict]]:
    return [(d.what, d.key) for d in verify("owner", seals=seals)]


def of(found: list[Difference]) -> set[str]:
    return {d.what for d in found}


def later(*entries: Entry, minutes: float) -> None:
    intake.post(entries, RECEIVED + timedelta(minutes=minutes))


@pytest.fixture
def sealed(day: None, signer: Signer) -> list[Seal]:
    return seal.make(SEALED, signer, "owner")


def test_each_hour_seals_what_came_since_and_names_the_seal_before(sealed, signer) -> None:
    later(Pen(cast.AYI, next=900).called(720, cast.PERSONS["li"].id), minutes=90)
    second = seal.make(SEALED + HOUR, signer, "owner")
    third = seal.make(SEALED + 2 * HOUR, signer)
    first = sealed[0]
    assert (first.number, first.since, first.before) == (1, None, "")
    assert (
        first.books["entry"] > 20
        and first.books["journal"] == len(cast.JOURNALS)
        and sum(first.books.values()) == first.size
    )
    assert [s.books for s in (*second, *third)] == [{"entry": 1}, {}], "that nothing came is sealed as well"
    assert [(s.before, s.since) for s in (*second, *third)] == [
        (first.digest, first.until),
        (second[0].digest, second[0].until),
    ]
    assert all(s.is_signed() and s.key == signer.public for s in (*sealed, *second, *third))
    assert told([*sealed, *second, *third]) == [] == told([])


def test_much_is_shared_out_to_several_seals(day, signer, monkeypatch) -> None:
    monkeypatch.setattr(seal, "MOST", 7)
    made = seal.make(SEALED, signer, "owner")
    assert [s.size for s in made[:-1]] == [7] * (len(made) - 1) and len(made) > 3
    assert told(made) == []
    assert [s.size for s in seal.make(SEALED + HOUR, signer, "owner")] == [0]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE ledger_entry SET raw = raw || ' '::bytea WHERE number = 1", "sealed.entry"),
        ("UPDATE ledger_entry SET received_at = received_at + interval '1 us' WHERE number = 1", "sealed.entry"),
        ("DELETE FROM ledger_variant", "sealed.entry"),
        ("UPDATE ledger_seal_leaves SET hashes[1] = hashes[2] WHERE book = 'entry'", "leaves.root"),
        ("UPDATE ledger_seal_leaves SET keys[1] = 'x' WHERE book = 'journal'", "leaves.names"),
        ("DELETE FROM ledger_seal_leaves WHERE book = 'journal'", "leaves.books"),
        ("UPDATE ledger_seal SET statement = convert_to(replace(convert_from(statement, 'UTF8'),"
         " '\"size\":', '\"size\":1'), 'UTF8')", "seal.signature"),
        ("UPDATE ledger_seal SET statement = '\\x00'", "seal"),
        ("DELETE FROM ledger_seal", "seal"),
        ("UPDATE ledger_incarnation SET name = 'another'", "seal.ledger"),
    ],
)  # fmt: skip
def test_what_is_done_to_what_was_sealed_is_named(sealed, owner_url, change, what) -> None:
    with psycopg.connect(owner_url) as owner:
        owner.execute("UPDATE ledger_entry SET digest = substring(sha256(raw) FOR 16)")
        assert owner.execute(change).rowcount > 0
        owner.execute("UPDATE ledger_entry SET digest = substring(sha256(raw) FOR 16)")
    found = of(verify("owner", seals=sealed))
    assert what in found


def test_a_rewritten_body_with_its_digest_is_found_by_the_seal_alone(sealed, owner_url) -> None:
    """The books follow from the entries, and the entries are others now: only what was noted before tells."""
    target = "kind = 'standing.set' AND number > 10"
    with psycopg.connect(owner_url) as owner:
        done = owner.execute(
            "UPDATE ledger_entry SET raw ="
            " convert_to(replace(convert_from(raw, 'UTF8'), 'on paper', 'on a sheet'), 'UTF8')"
            f" WHERE {target} RETURNING journal, number"
        ).fetchall()
        assert len(done) == 1
        owner.execute(f"UPDATE ledger_entry SET digest = substring(sha256(raw) FOR 16) WHERE {target}")
    assert told() == []
    assert [(what, key["row"]) for what, key in told(sealed)] == [("sealed.entry", "{}/{}".format(*done[0]))]


def test_what_was_changed_stays_named_when_it_is_sealed_anew(sealed, signer, owner_url) -> None:
    with psycopg.connect(owner_url) as owner:
        owner.execute("UPDATE ledger_journal_record SET name = 'x' WHERE journal = %s", [cast.AYI])
        owner.execute("UPDATE ledger_journal SET name = 'x' WHERE id = %s", [cast.AYI])
    made = seal.make(SEALED + HOUR, signer, "owner")
    assert made[0].books == {"journal": 1}
    (found,) = verify("owner", seals=[*sealed, *made])
    assert (found.what, found.key["seal"], bool(found.recorded)) == ("sealed.journal", 1, True)


def test_a_seal_that_cannot_be_read_stops_neither_pages_nor_the_next_hour(sealed, signer, owner_url) -> None:
    with psycopg.connect(owner_url) as owner:
        owner.execute("UPDATE ledger_seal SET statement = '\\x00'")
    assert seal.footer() == "" and seal.is_due(SEALED)
    made = seal.make(SEALED + HOUR, signer, "owner")
    assert [s.number for s in made] == [2]
    assert ("seal", {"seal": 1}) in told(made)


def test_an_entry_put_in_backwards_is_named(sealed, signer, owner_url) -> None:
    slipped = Pen(cast.AYI, next=900).called(60, cast.PERSONS["li"].id)
    intake.post([slipped], RECEIVED - 3 * HOUR)
    assert [(what, key["row"]) for what, key in told(sealed)] == [("unsealed.entry", f"{cast.AYI}/900")]
    made = seal.make(SEALED + HOUR, signer, "owner", all_of_it=True)
    found = told([*sealed, *made])
    assert [(what, key["seal"]) for what, key in found] == [("backdated.entry", 2)], "sealed it is late, not lost"


def test_what_comes_a_little_late_is_sealed_in_the_next_hour(sealed, signer) -> None:
    later(Pen(cast.AYI, next=900).called(60, cast.PERSONS["li"].id), minutes=50)
    made = seal.make(SEALED + HOUR, signer, "owner")
    assert made[0].books == {"entry": 1} and told([*sealed, *made]) == []


def test_a_clock_that_is_put_back_loses_nothing(sealed, signer) -> None:
    later(Pen(cast.AYI, next=900).called(60, cast.PERSONS["li"].id), minutes=-600)
    made = seal.make(RECEIVED - 9 * HOUR, signer, "owner")
    assert made[0].books == {"entry": 1}


def test_an_entry_that_gives_way_stays_provable(day, signer, tmp_path) -> None:
    odd = Pen(cast.LAO, next=900)
    first, second = rivals(odd.write("nonsense", 10), odd.called(11, cast.PERSONS["li"].id))
    later(first, minutes=10)
    made = seal.make(SEALED, signer, "owner")
    later(second, minutes=70)
    made += seal.make(SEALED + HOUR, signer, "owner")
    assert told(made) == []
    proofs = seal_proof.prove(cast.LAO, 900, using="owner")
    shown = [seal_proof.check(msgspec.json.encode(proof), made) for proof in proofs]
    assert [(s.seal.number, s.refusal) for s in shown] == [(1, 101), (2, None)], (
        "refused it was, and it is not forgotten"
    )


def test_a_proof_is_checked_without_a_database(sealed, tmp_path, database) -> None:
    kept = tmp_path / "seals.jsonl"
    seal_proof.write(kept, sealed)
    proof = seal_proof.prove(cast.AYI, 1, content=True, using="owner")[0]
    config_connections.bind(Urls("postgresql:///none?host=/nonexistent", "postgresql:///none?host=/nonexistent"))
    shown = seal_proof.check(msgspec.json.encode(proof), seal_proof.read(kept))
    assert (shown.journal, shown.number, shown.seal.number) == (cast.AYI, 1, 1)
    assert json.loads(proof.content)["kind"] == "person.found"
    bent = {
        "said": proof.said.replace(f" {cast.AYI} 1 ", f" {cast.AYI} 2 "), "index": proof.index + 1,
        "size": proof.size + 1, "path": proof.path[1:], "digest": "0" * 64, "content": proof.content + b" ",
        "seal": "x", "extra": 1,
    }  # fmt: skip
    for name, value in bent.items():
        told = msgspec.json.encode({**msgspec.to_builtins(proof), name: value if name != "content" else "AAAA"})
        with pytest.raises(Broken):
            seal_proof.check(told, seal_proof.read(kept))


def test_a_file_of_seals_that_was_tampered_with_is_refused(sealed, signer, tmp_path) -> None:
    seals = [*sealed, *seal.make(SEALED + HOUR, signer, "owner"), *seal.make(SEALED + 2 * HOUR, signer, "owner")]
    lines = [s.line for s in seals]
    assert [s.digest for s in seal_proof.read(_file(tmp_path, lines))] == [s.digest for s in seals]
    wrong = {
        "signature": [lines[0].replace('"size":', '"size":1', 1), *lines[1:]],
        "follow": [lines[0], lines[2]],
        "one form": [lines[0].replace(",", ", ", 1), *lines[1:]],
        "no seal": [""],
        "not a seal": ["{}"],
    }
    for words, content in wrong.items():
        with pytest.raises(Broken, match=words):
            seal_proof.read(_file(tmp_path, content))


def _file(folder: Path, lines: list[str]) -> Path:
    file = folder / "kept.jsonl"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def test_a_file_grows_and_never_loses_what_it_holds(sealed, signer, tmp_path, owner_url) -> None:
    kept = tmp_path / "kept.jsonl"
    assert seal_proof.write(kept, sealed) == 1
    more = seal.make(SEALED + HOUR, signer, "owner")
    assert seal_proof.write(kept, [*sealed, *more]) == 1 and seal_proof.write(kept, [*sealed, *more]) == 0
    with psycopg.connect(owner_url) as owner:
        owner.execute("DELETE FROM ledger_seal"), owner.execute("DELETE FROM ledger_seal_leaves")
    forged = seal.make(SEALED + HOUR, Signer.open(tmp_path), "owner")
    with pytest.raises(Broken, match="does not have"):
        seal_proof.write(kept, forged)
    assert [s.number for s in seal_proof.read(kept)] == [1, 2]


def test_a_history_sealed_anew_by_the_holder_of_the_key_is_told_by_the_file(sealed, signer, owner_url) -> None:
    with psycopg.connect(owner_url) as owner:
        owner.execute("DELETE FROM ledger_seal"), owner.execute("DELETE FROM ledger_seal_leaves")
        owner.execute("DELETE FROM ledger_stray")
    seal.make(SEALED + timedelta(minutes=1), signer, "owner")
    assert told([]) == [], "the database alone cannot tell"
    assert ("seal", 1) in [(what, key["seal"]) for what, key in told(sealed)]


def test_after_a_restore_what_was_sealed_before_the_backup_is_proven(
    sealed, signer, tmp_path, clone, database, owner_url
) -> None:
    made = backup.make(tmp_path, Urls(database, owner_url), tmp_path / "elsewhere", SEALED)
    lost = seal.make(SEALED + HOUR, signer, "owner")
    with clone() as empty:
        with psycopg.connect(empty.owner, autocommit=True) as owner:
            owner.execute("DROP SCHEMA public CASCADE")
            owner.execute("CREATE SCHEMA public")
            owner.execute("GRANT USAGE ON SCHEMA public TO bulou_app")
        new = tmp_path / "new"
        new.mkdir()
        backup.restore(made, new, empty, SEALED + 2 * HOUR)
        assert told(sealed) == []
        later(Pen(cast.AYI, next=900).called(60, cast.PERSONS["li"].id), minutes=190)
        again = seal.make(SEALED + 3 * HOUR, Signer.open(new), "owner")
        assert again[0].before == sealed[0].digest and again[0].ledger != sealed[0].ledger
        assert again[0].key != sealed[0].key and again[0].books == {"entry": 1, "incarnation": 1}
        assert told([*sealed, *again]) == []
        assert [(what, key["seal"]) for what, key in told([*sealed, *lost])] == [("seal", 2)], (
            "what came after the backup"
        )


def test_a_seal_is_due_once_an_hour_of_the_ledgers_clock(day, tmp_path, database, owner_url, monkeypatch) -> None:
    from bulou.config import sealing

    monkeypatch.setenv("BULOU_DATA", str(tmp_path))
    urls = Urls(database, owner_url)
    made = []
    for minutes in (0, 20, 50, 70, 90, 130):
        at = SEALED + timedelta(minutes=minutes)
        clock.play(tmp_path, at, at, 0)
        made.append(sealing.seal(tmp_path, urls, only_when_due=True))
    assert made == [1, 1, 0, 0, 1, 0], "at 10:40, 11:00, 11:30, 11:50, 12:10 and 12:50"
    assert (tmp_path / "seal-key.pem").stat().st_mode & 0o077 == 0
    assert seal.latest()[0].short.startswith("3 · ") and seal.footer() == seal.latest()[0].short


def test_a_key_that_others_may_read_is_refused(tmp_path) -> None:
    Signer.open(tmp_path)
    (tmp_path / "seal-key.pem").chmod(0o644)
    with pytest.raises(PermissionError):
        Signer.open(tmp_path)
    (tmp_path / "seal-key.pem").chmod(0o600)
    (tmp_path / "seal-key.pem").write_text("nothing")
    with pytest.raises(ValueError):
        Signer.open(tmp_path)
