"""Verify on a damaged database: whatever somebody wrote there is a named difference, and hides none of the others."""

import psycopg
import pytest

from bulou.ledger import checks
from bulou.ledger.verify import verify
from tests.laws.test_verify import WEST, scenario

#: Another difference, which must be named whatever else is wrong.
WITNESS = f"UPDATE ledger_counter SET done = done + 1 WHERE kind = 1 AND area = {WEST}"

#: (what is done to an entry of the phone in the east, the differences of which one must name it).
DAMAGE = {
    "bytes that are no text": ("raw = '\\xff00fe'::bytea", {"entry"}),
    "broken JSON": ("raw = convert_to('{{\"kind\": ', 'UTF8')", {"entry"}),
    "another JSON value": ("raw = convert_to('[1, 2]', 'UTF8')", {"entry"}),
    "nothing": ("raw = ''::bytea", {"entry"}),
    "nesting without an end": ("raw = convert_to(repeat('[', 100000), 'UTF8')", {"entry"}),
    "a time of no calendar": ("at = 'infinity'", {"entry"}),
    "a time before all calendars": ("at = '4000-01-01 BC'", {"entry"}),
    "a content dated out of every calendar": (
        "raw = convert_to(regexp_replace(convert_from(raw, 'UTF8'), '\"at\":\"[^\"]*\"',"
        " '\"at\":\"0001-01-01T00:00:00+14:00\"'), 'UTF8')", {"entry"},
    ),
    "a kind that nobody declares": ("kind = 'coffee.made'", {"entry.kind"}),
    "a journal that nobody enrolled": ("journal = 4503599627370495", {"entry.journal"}),
    "a number beyond all numbers": ("number = 9223372036854775807", {"entry", "journal.highest", "unfounded"}),
    "a refusal that does not exist": ("refusal = 9999", {"entry.refusal"}),
    "a refused field": ("refused_field = 'x'", {"entry.refused_field"}),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGE)
def test_damaged_content_is_named_and_hides_nothing(database, owner_url, name):
    change, whats = DAMAGE[name]
    town = scenario()
    with psycopg.connect(owner_url) as owner:
        done = owner.execute(
            f"UPDATE ledger_entry SET {change.format()} WHERE journal = %s AND number = 4", [town.east]
        ).rowcount
        assert done == 1
        owner.execute("UPDATE ledger_entry SET digest = substring(sha256(raw) FOR 16)")
        owner.execute(WITNESS)
    found = {d.what for d in verify("owner")}
    assert whats & (found | {what.partition(".")[0] for what in found}), found
    assert "counter.done" in found


@pytest.mark.parametrize(
    ("table", "change"),
    [("ledger_line", "at = 'infinity'"), ("ledger_line", "kind = 99"), ("ledger_line", "until = '4000-01-01 BC'"),
     ("ledger_movement", "at = 'infinity'"), ("ledger_statement", "until = 'infinity'"),
     ("ledger_journal", "ranges = '{(,)}'"), ("ledger_journal", "enrolled_at = '-infinity'"),
     ("ledger_campaign", "closed_at = 'infinity'"), ("ledger_campaign", "rules = '[1]'"),
     ("ledger_duty", "kind = 99"), ("ledger_duty", "stage_at = 'infinity'"), ("ledger_line", "due = 'infinity'"),
     ("ledger_duty", "due_at = '-infinity'"), ("ledger_duty", "given_kind = -1"), ("ledger_counter", "stages = '{}'"),
     ("ledger_counter", "stages = '{{1},{2}}'"), ("ledger_counter", "stages = stages || 0 || 1"),
     ("ledger_journal", "actor = 3"), ("ledger_journal", "unit_kind = 3, unit = 3")],
)  # fmt: skip
def test_damaged_rows_hide_nothing(database, owner_url, table, change):
    scenario()
    with psycopg.connect(owner_url) as owner:
        owner.execute(f"UPDATE {table} SET {change} WHERE ctid = (SELECT max(ctid) FROM {table})")
        owner.execute(
            "DELETE FROM ledger_journal_record WHERE journal = (SELECT max(journal) FROM ledger_journal_record)"
        )
    found = {d.what for d in verify("owner")}
    noun = table.removeprefix("ledger_")
    assert any(what.partition(".")[0] in (noun, "enrolment", "unreadable", "check") for what in found), found
    assert "enrolment" in found


#: An entry taken out as if it had been refused, with everything that it said; and one that was refused taken in.
RELABELLED = {
    "as refused by the rules": (
        "UPDATE ledger_entry SET refusal = 106, refused_field = 'area' WHERE kind = 'standing.set'"
    ),
    "as refused by the database": (
        "UPDATE ledger_entry SET refusal = 199, refused_field = '', kind = '', at = NULL, area = 0, flags = '{}'"
        " WHERE kind = 'standing.set'"
    ),
    "as never understood": (
        "UPDATE ledger_entry SET refusal = 112, refused_field = '', kind = '', at = NULL, area = 0, flags = '{}'"
        " WHERE kind = 'standing.set'"
    ),
}


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize("name", RELABELLED)
def test_an_entry_relabelled_as_refused_is_named(database, owner_url, monkeypatch, name, many):
    if many:
        monkeypatch.setattr("bulou.ledger.verify_entries.FEW", 5)
    scenario()
    with psycopg.connect(owner_url) as owner:
        owner.execute(RELABELLED[name])
        owner.execute(
            "DELETE FROM ledger_standing WHERE (subject, name) IN (SELECT subject, name FROM ledger_statement)"
        )
        owner.execute("DELETE FROM ledger_statement")
    assert {d.what for d in verify("owner", sample=0)} == {"entry.refusal", "statement"}


def test_every_entry_is_read_when_it_is_asked_for(database, owner_url, monkeypatch):
    monkeypatch.setattr("bulou.ledger.verify_entries.FEW", 5)
    scenario()
    with psycopg.connect(owner_url) as owner:
        owner.execute("UPDATE ledger_entry SET refusal = NULL, refused_field = NULL WHERE kind = 'nonsense'")
    assert verify("owner", sample=0) == []
    assert {d.what for d in verify("owner", sample=None)} == {"entry.refusal"}


def test_a_check_that_fails_is_named_and_the_others_go_on(database, owner_url, monkeypatch):
    scenario()

    def failing(cursor):
        cursor.execute("SELECT 1 / 0")
        return []

    broken = checks.Check("broken", 6, "坏的核对", "broken check", failing)
    monkeypatch.setitem(checks.CHECKS, "broken", broken)
    with psycopg.connect(owner_url) as owner:
        owner.execute("UPDATE ledger_standing SET value = value || 'x' WHERE name = 'infection'")
        owner.execute(
            "UPDATE ledger_journal_record SET name = 'x' WHERE id = (SELECT min(id) FROM ledger_journal_record)"
        )
    found = {(d.what, d.key.get("check")): d.recorded for d in verify("owner")}
    assert found["check", "broken"] == "DataError 22012"
    assert {what for what, _ in found} == {"check", "standing.value", "enrolment.name"}


#: What is done to the guards of the database, and the difference that names it.
GUARDS = {
    "row level security switched off": (
        "ALTER TABLE places_person DISABLE ROW LEVEL SECURITY", "table.row_level_security",
    ),
    "a policy that lets everything through": ("ALTER POLICY scope ON ledger_entry USING (true)", "policy.using"),
    "a policy for another role": ("ALTER POLICY scope ON ledger_entry TO PUBLIC", "policy.roles"),
    "a policy dropped": ("DROP POLICY one_person ON places_person", "policy"),
    "a policy of nobody's": ("CREATE POLICY more ON ledger_duty USING (true)", "policy"),
    "a check dropped from a policy": ("ALTER POLICY scope ON field_enrolment WITH CHECK (true)", "policy.check"),
    "a right given": ("GRANT UPDATE ON accounts_change TO bulou_app", "table.rights"),
    "a right given for one column": ("GRANT UPDATE (why) ON people_glass TO bulou_app", "table.rights"),
    "a right for all": ("GRANT SELECT ON places_person TO PUBLIC", "table.rights"),
    "a function replaced": (
        "CREATE OR REPLACE FUNCTION ledger_line_checksum(campaign integer, kind smallint, subject bigint,"
        " occasion bigint, area bigint, due timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 1::bigint'",
        "function.body",
    ),
    "a function that runs as its owner": ("ALTER FUNCTION ledger_next SECURITY DEFINER", "function.definer"),
    "a function dropped": ("DROP FUNCTION places_person_digest", "function"),
    "a function of nobody's": ("CREATE FUNCTION helper() RETURNS int LANGUAGE sql AS 'SELECT 1'", "function"),
    "a rule": ("CREATE RULE quiet AS ON INSERT TO places_look_up DO INSTEAD NOTHING", "trigger"),
    "a trigger": (
        "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
        " CREATE TRIGGER quiet BEFORE INSERT ON places_look_up FOR EACH ROW EXECUTE FUNCTION nothing()", "trigger",
    ),
    "a package's trigger dropped": ("DROP TRIGGER accounts_told ON accounts_grant", "trigger"),
    "a package's trigger switched off": ("ALTER TABLE auth_user DISABLE TRIGGER accounts_told", "trigger.enabled"),
    "a package's trigger for fewer acts": (
        "CREATE OR REPLACE TRIGGER accounts_told AFTER INSERT ON accounts_grant FOR EACH ROW"
        " EXECUTE FUNCTION accounts_told()", "trigger.as",
    ),
    "a constraint's triggers switched off": ("ALTER TABLE places_person DISABLE TRIGGER ALL", "trigger"),
    "a view in place of a table": (
        "ALTER TABLE now_owner RENAME TO hidden; CREATE VIEW now_owner AS SELECT * FROM hidden", "table.is_table",
    ),
    "a declared word": ("UPDATE ledger_consequence SET vals = '{1}'", "word"),
    "a table of the application's own": ("ALTER TABLE now_owner OWNER TO bulou_app", "role.owns"),
}  # fmt: skip


@pytest.mark.parametrize("name", GUARDS)
def test_a_guard_that_is_changed_is_named(database, owner_url, name):
    change, what = GUARDS[name]
    with psycopg.connect(owner_url) as owner:
        owner.execute(change)
    found = verify("owner")
    assert what in {d.what for d in found}, [d.en for d in found]
    assert all(d.law in (1, 6) and d.zh and d.en for d in found)


def test_the_application_sees_what_it_can_of_the_guards(database, owner_url):
    assert verify() == []
    with psycopg.connect(owner_url) as owner:
        owner.execute("ALTER TABLE places_person DISABLE ROW LEVEL SECURITY")
    assert [d.what for d in verify()] == ["table.row_level_security"]
