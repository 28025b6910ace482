"""Whatever an insider changes in the database is named, by verify or by verify with the seals.

The tables and columns come from the catalogue: a new one fails here until somebody has decided about it.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import psycopg
import pytest
from django.apps import apps
from psycopg import sql

from bulou.config.connections import Urls
from bulou.ledger import seal_proof
from bulou.ledger.seal import Seal
from bulou.ledger.verify import verify
from tests.security import insider

#: Tables whose every row is a fact, and by which differences a change of one is named.
FACTS = {
    "ledger_entry": {"entry", "sealed", "unfounded", "line", "unreadable", "journal"},
    "ledger_variant": {"variant", "sealed", "entry"},
    "ledger_stray": {"stray", "sealed"},
    "ledger_line": {"line", "unfounded", "frozen_list", "numbering", "unheard", "unreadable", "duty"},
    "ledger_movement": {"movement", "unfounded", "numbering"},
    "ledger_statement": {"standing", "unreadable", "statement", "unfounded", "numbering"},
    "ledger_void": {"void"},
    "ledger_void_said": {"void", "unfounded"},
    "ledger_duty": {"duty"},
    "ledger_counter": {"counter", "balance"},
    "ledger_transfer": {"transfer", "balance"},
    "ledger_holding": {"holding", "conservation"},
    "ledger_standing": {"standing"},
    "ledger_journal": {"journal", "enrolment"},
    "ledger_journal_record": {"enrolment", "sealed"},
    "ledger_campaign": {"campaign"},
    "ledger_incarnation": {"sealed", "seal"},
    "ledger_seal": {"seal"},
    "ledger_seal_leaves": {"leaves", "sealed"},
    "ledger_tally": {"looks", "exports", "emergencies", "history"},
    "ledger_duty_kind": {"word", "duty", "check"},
    "ledger_carriage": {"word"},
    "ledger_consequence": {"word", "check"},
    "places_area": {"registry"},
    "places_area_fact": {"sealed", "fact"},
    "places_household": {"registry"},
    "places_person": {"registry"},
    "places_person_fact": {"sealed", "fact"},
    "places_written": {"sealed", "registry"},
    "places_look_up": {"looks", "sealed"},
    "places_import_run": {"sealed"},
    "people_glass": {"emergencies", "sealed"},
    "people_export": {"exports", "sealed"},
    "accounts_grant": {"grants", "sealed"},
    "accounts_change": {"history", "grants", "sealed", "accounts"},
    "auth_user": {"accounts", "grants"},
    "field_enrolment": {"devices", "sealed"},
    "field_device": {"devices", "sealed"},
    "field_handing": {"sealed"},
    "rounds_sheet": {"sheets", "sealed"},
    "now_writer": {"writers"},
    "field_corrector": {"correctors", "anew"},
    "field_accepted": {"anew"},
    "field_jump": {"sealed"},
    "devices_service": {"service", "sealed"},
    "exchange_taken": {"lists", "sealed"},
    "exchange_taken_row": {"lists", "sealed"},
    "places_doubt": {"doubts", "sealed"},
}
#: What is no fact, and why; a table, or one column of a table above.
NO_FACTS = {
    "ledger_entry.refused_field": "of a content that could not be read: a hint for whoever mends it",
    "ledger_journal.heard_at": "when a device last sent: shown beside it, no book follows from it",
    "ledger_carriage.id": "the number of a row that each upgrade fills anew",
    "ledger_consequence.id": "the number of a row that each upgrade fills anew",
    "places_source": "titles of columns, remembered for the next list; the name of who sent a list is sealed with it",
    "places_import_refusal": "why rows of a file were not taken: the rejects file has it, nothing follows from it",
    "places_import_seen": "which row spoke of whom during an import; removed with the next one",
    "stands_for_enrolmentunit": "for which unit an offer is: what a device works for is a fact of its journal",
    "places_succession": "which area took the place of which, to be shown; the areas' own facts say when they changed",
    "saved_view": "how a list is narrowed, under a name: changed as its owner likes, no book follows from it",
    "now_owner": "who answers for a desk, with a telephone: looked up, and changed as people change",
    "forces_member": "people of the forces by name and telephone: changed as they change; no book follows from it",
    "forces_member_change": "what was done to their records: the desk's role cannot change it",
    "forces_look": "who was shown their names: the desk's role cannot change it",
    "forces_call_up": "who was called where: a list to telephone by, nothing is counted from it",
    "forces_asked": "what they answered: changed as they answer, nothing is counted from it",
    "forces_plan": "an allocation as it was computed: a proposal, and the shifts beside it are what holds",
    "computing_run": "allocations that were asked for and how far they are: a proposal, no book follows from it",
    "matters_matter": "which duty a call-up is: the duty itself stands in the ledger",
    "protection_test": "tests of the forces' own people: no resident is counted by them",
    "protection_team": "teams from outside, where they lodge: changed as they come and go, nothing is counted from it",
    "protection_team_change": "what was done to teams: the desk's role cannot change it",
    "volunteers_poster": "codes of posters as digests: they open a form alone",
    "volunteers_application": "who has signed up: decided by the committee, no book follows from it",
    "volunteers_key": "codes of own pages as digests",
    "volunteers_look": "who was shown the names of those who signed up: the desk's role cannot change it",
    "forces_shift": "who works when and where: changed as it is rostered, no book follows from it",
    "notices_notice": "texts to households, changed as they go from draft to sent; no book follows from them",
    "notices_delivery": "what became of a text to a household: changed as it is sent and read, no book follows from it",
    "notices_rumour": "what is being said and the answer: changed as it is answered, no book follows from it",
    "places_unit": "units by name and telephone: looked up, and changed as they change; nothing is counted from them",
    "oversight_checklist": "checklists by version: the desk's role cannot change one, and no book follows from it",
    "oversight_inspection": "inspections as they are planned and made: what came of them is findings of the ledger",
    "oversight_inspection_finding": "which findings came of an inspection: the desk's role cannot change it",
    "oversight_report": "reports: a signed one stays as it is, the database holds it, and names its digest",
    "attachments_photo": "which photo belongs to what: the desk's role can only say that one was taken away",
    "attachments_photo_look": "who was shown a photo: the desk's role cannot change it",
    "stock_good": "goods by name, unit and pack: how much there is of them stands in the ledger",
    "stock_good_change": "what was done to goods: the desk's role cannot change it, and no book follows from it",
    "stock_lot": "what stands on the labels of lots: the desk's role cannot change it, quantities are in the ledger",
    "places_unit_change": "what was done to units: the desk's role cannot change it, and no book follows from it",
    "field_corrector.user_id": "as whom the journal is written is its name, which is a fact of its enrolment",
    "places_import_flag": "why cells of a file were left: the report file has it, nothing follows from it",
    "now_writer.user_id": "as whom the journal is written is its name, which is a fact of its enrolment",
    "auth_user.first_name": "not used",
    "auth_user.last_name": "not used",
    "auth_user.email": "not used",
    "auth_user.last_login": "when somebody last signed in, for the page of users",
    "auth_user.date_joined": "not used",
    "auth_group": "not used",
    "auth_group_permissions": "not used",
    "auth_user_groups": "not used",
    "auth_user_user_permissions": "not used",
    "auth_permission": "not used",
    "axes_accessattempt": "wrong passwords of the last quarter of an hour",
    "axes_accessattemptexpiration": "not used",
    "axes_accessfailurelog": "not used",
    "axes_accesslog": "not used",
    "otp_static_staticdevice": "secrets of the second step: that there is one is told by the history of the account",
    "otp_static_statictoken": "secrets of the second step, each used up by its use",
    "otp_totp_totpdevice": "secrets of the second step; changes with every code",
    "accounts_session": "who is signed in now; what it holds is signed by a key outside the database",
    "django_content_type": "not used",
    "django_migrations": "which migrations have run",
    "opening_draft": "a round that is being prepared; once it is opened, the ledger has it, with who opened it",
    "residents_card": "codes of doors as digests; what is said through one is an entry of the ledger",
    "residents_tried": "wrong tries of the last hours",
    "calls_serving": "which site serves a building: no book follows from it, and it changes as sites do",
    "calls_call": "a timetable; who was called and who came is in the ledger",
    "coverage_draw": "a sample with its seed and what was counted; who was drawn and found what is in the ledger",
    "coverage_stratum": "how many people a sample was drawn from",
    "coverage_drawn": "who was drawn: each is an entry of the ledger as well",
    "uploads_upload": "a file on its way, with counts; what was imported is a run of the register, which is sealed",
    "linkage_run": "a run that matches lists, with counts; each merge is an entry of the ledger, which is sealed",
    "halting_halt": "a wish that long work ends",
    "jobs_undoing": "that an import was taken back, with counts; who left is an entry, what returned is a sealed fact",
    "scope_plan": "a round that is being prepared; once it is opened, the ledger has its rule",
    "scope_treated": "why somebody was left out when the round began, to be shown; the rule and who owes are sealed",
    "scope_misfilled": "how a tube is filled, derived from its entry, which is sealed",
    "places_said": "what lists say beside the record, which is sealed with its facts",
    "regroup_regrouping": "what a split or merger moved, to take it back; the areas' facts and records are sealed",
    "api_key": "keys of other systems as digests: that one was made or revoked is in the history of its account",
    "config_version": "which version has been installed",
}
FULL = os.environ.get("SECURITY") == "full"
#: Columns of a table that are tried in the short form; the seed is printed with a failure.
TRIED = 3


@pytest.fixture(scope="module")
def kept(clone, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Urls, list[Seal]]]:
    """A sealed installation whose constraints its owner has dropped, and the seals as they were kept outside."""
    folder = tmp_path_factory.mktemp("outside")
    with clone() as urls:
        seal_proof.write(folder / "seals.jsonl", insider.settle(folder))
        with psycopg.connect(urls.owner) as owner:
            for table, name in owner.execute(
                "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('c', 'f', 'u', 'x')"
                " AND connamespace = 'public'::regnamespace ORDER BY contype"
            ).fetchall():
                drop = "ALTER TABLE {} DROP CONSTRAINT IF EXISTS {} CASCADE"
                owner.execute(sql.SQL(drop).format(sql.Identifier(table), sql.Identifier(name)))
        yield urls, seal_proof.read(folder / "seals.jsonl")


def test_every_table_is_decided(kept: tuple[Urls, list[Seal]]) -> None:
    found = insider.catalogue(kept[0].owner)
    whole = {name for name in NO_FACTS if "." not in name}
    assert set(found) == set(FACTS) | whole and not set(FACTS) & whole
    columns = {f"{table}.{column}" for table in FACTS for column in found[table]}
    assert {name for name in NO_FACTS if "." in name} <= columns
    assert set(FACTS) <= {model._meta.db_table for model in apps.get_models()}
    assert all(NO_FACTS.values())


def test_untouched_it_is_clean(kept: tuple[Urls, list[Seal]]) -> None:
    seals = kept[1]
    assert [d.en for d in verify("owner", seals=seals)] == []
    assert [d.en for d in verify("owner")] == []


@pytest.mark.parametrize("table", FACTS)
def test_a_change_is_named(table: str, kept: tuple[Urls, list[Seal]]) -> None:
    urls, seals = kept
    columns = {c: k for c, k in sorted(insider.catalogue(urls.owner)[table].items()) if f"{table}.{c}" not in NO_FACTS}
    seed = random.randrange(10**6)
    dice = random.Random(seed)
    tried = list(columns) if FULL else dice.sample(list(columns), min(TRIED, len(columns)))
    for column in tried:
        with insider.changed(urls.owner, table, column, columns[column], dice) as row:
            found = verify("owner", seals=seals)
        assert FACTS[table] & {d.what.partition(".")[0] for d in found}, (
            f"{table}.{column} of {row} (seed {seed}): {[d.en for d in found][:5]}"
        )
        assert all(d.zh and d.en for d in found)


#: A row that is gone only means that the user's next act enrols another journal.
MISSED_BY_NOBODY = {"now_writer", "field_corrector"}


@pytest.mark.parametrize("table", sorted(set(FACTS) - MISSED_BY_NOBODY))
def test_a_row_that_is_gone_is_named(table: str, kept: tuple[Urls, list[Seal]]) -> None:
    urls, seals = kept
    name = sql.Identifier(table)
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE TABLE gone AS SELECT * FROM {} ORDER BY random() LIMIT 1").format(name))
        match = sql.SQL("to_jsonb(t) = (SELECT to_jsonb(g) FROM gone g)")
        try:
            assert owner.execute(sql.SQL("DELETE FROM {} t WHERE {}").format(name, match)).rowcount == 1
            found = verify("owner", seals=seals)
        finally:
            columns = sql.SQL(", ").join(map(sql.Identifier, insider.catalogue(urls.owner)[table]))
            put = "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM gone"
            owner.execute(sql.SQL(put).format(name, columns, columns))
            owner.execute("DROP TABLE gone")
    named = {d.what.partition(".")[0] for d in found} - {"table"}  # the copy is a table that nobody knows
    assert named & FACTS[table], [d.en for d in found][:5]
