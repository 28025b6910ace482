"""Under the application role a session sees its own areas and nothing else, in every table that there is.

The tables come from the catalogue: a new one fails here until somebody has decided about it.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection, transaction

from bulou.config.connections import Urls
from bulou.field.actions import offer_enrolment
from bulou.ledger import seal
from bulou.ledger.areas import span
from bulou.ledger.scope import EVERYWHERE, multirange, scoped
from bulou.ledger.seal_key import Signer
from tests import cast
from tests import desk_street as street
from tests.security import two_streets

OURS, THEIRS = span(cast.STREET), span(street.NEXT_STREET)

#: Under a policy, and how the test knows a row of Bamboo Creek: a condition on `t`.
THEIR_ROWS = {
    "ledger_entry": "t.area BETWEEN {lo} AND {hi}",
    "ledger_line": "t.area BETWEEN {lo} AND {hi}",
    "ledger_statement": "t.area BETWEEN {lo} AND {hi}",
    "ledger_duty": "t.area BETWEEN {lo} AND {hi}",
    "ledger_counter": "t.area BETWEEN {lo} AND {hi}",
    "ledger_standing": "t.area BETWEEN {lo} AND {hi}",
    "places_household": "t.area BETWEEN {lo} AND {hi}",
    "places_person": "t.area BETWEEN {lo} AND {hi}",
    "rounds_sheet": "t.area BETWEEN {lo} AND {hi}",
    "opening_draft": "t.area BETWEEN {lo} AND {hi}",
    "residents_card": "t.area BETWEEN {lo} AND {hi}",
    "calls_serving": "t.area BETWEEN {lo} AND {hi}",
    "calls_call": "t.area BETWEEN {lo} AND {hi}",
    "coverage_draw": "t.area BETWEEN {lo} AND {hi}",
    "coverage_stratum": "t.area BETWEEN {lo} AND {hi}",
    "coverage_drawn": "t.area BETWEEN {lo} AND {hi}",
    "uploads_upload": "t.area BETWEEN {lo} AND {hi}",
    "linkage_run": "t.area BETWEEN {lo} AND {hi}",
    "halting_halt": "t.area BETWEEN {lo} AND {hi}",
    "jobs_undoing": "t.area BETWEEN {lo} AND {hi}",
    "scope_plan": "t.area BETWEEN {lo} AND {hi}",
    "scope_treated": "t.area BETWEEN {lo} AND {hi}",
    "scope_misfilled": "t.area BETWEEN {lo} AND {hi}",
    "regroup_regrouping": "t.area BETWEEN {lo} AND {hi}",
    "api_key": "t.area BETWEEN {lo} AND {hi}",
    "saved_view": "t.area BETWEEN {lo} AND {hi}",
    "now_owner": "t.area BETWEEN {lo} AND {hi}",
    "devices_service": "t.area BETWEEN {lo} AND {hi}",
    "exchange_taken": "t.area BETWEEN {lo} AND {hi}",
    "exchange_taken_row": "t.area BETWEEN {lo} AND {hi}",
    "places_look_up": "t.area BETWEEN {lo} AND {hi}",
    "people_glass": "t.area BETWEEN {lo} AND {hi}",
    "people_export": "t.area BETWEEN {lo} AND {hi}",
    "places_said": "EXISTS (SELECT FROM places_person p WHERE p.id = t.person AND p.area BETWEEN {lo} AND {hi})",
    "places_person_fact": "EXISTS (SELECT FROM places_person p WHERE p.id = t.person AND p.area BETWEEN {lo} AND {hi})",
    "forces_member": "t.area BETWEEN {lo} AND {hi}",
    "forces_member_change": (
        "EXISTS (SELECT FROM forces_member m WHERE m.id = t.member AND m.area BETWEEN {lo} AND {hi})"
    ),
    "forces_look": "t.area BETWEEN {lo} AND {hi}",
    "forces_call_up": "t.area BETWEEN {lo} AND {hi}",
    "forces_asked": "t.area BETWEEN {lo} AND {hi}",
    "forces_plan": "t.area BETWEEN {lo} AND {hi}",
    "computing_run": "t.area BETWEEN {lo} AND {hi}",
    "matters_matter": "t.area BETWEEN {lo} AND {hi}",
    "protection_test": "t.area BETWEEN {lo} AND {hi}",
    "protection_team": "t.area BETWEEN {lo} AND {hi}",
    "protection_team_change": "t.area BETWEEN {lo} AND {hi}",
    "volunteers_poster": "t.area BETWEEN {lo} AND {hi}",
    "volunteers_application": "t.area BETWEEN {lo} AND {hi}",
    "volunteers_key": "t.area BETWEEN {lo} AND {hi}",
    "volunteers_look": "t.area BETWEEN {lo} AND {hi}",
    "forces_shift": "t.area BETWEEN {lo} AND {hi}",
    "notices_notice": "t.area BETWEEN {lo} AND {hi}",
    "notices_delivery": "t.area BETWEEN {lo} AND {hi}",
    "notices_rumour": "t.area BETWEEN {lo} AND {hi}",
    "oversight_inspection": "t.area BETWEEN {lo} AND {hi}",
    "oversight_inspection_finding": "t.area BETWEEN {lo} AND {hi}",
    "oversight_report": "t.area BETWEEN {lo} AND {hi}",
    "attachments_photo": "t.area BETWEEN {lo} AND {hi}",
    "attachments_photo_look": "t.area BETWEEN {lo} AND {hi}",
    "places_unit": "t.area BETWEEN {lo} AND {hi}",
    "places_unit_change": "EXISTS (SELECT FROM places_unit u WHERE u.id = t.unit AND u.area BETWEEN {lo} AND {hi})",
    "stands_for_enrolmentunit": "EXISTS (SELECT FROM field_enrolment e WHERE e.token_hash = t.token_hash"
    " AND e.ranges <@ int8multirange(int8range({lo}, {hi}, '[]')))",
    "field_enrolment": "t.ranges <@ int8multirange(int8range({lo}, {hi}, '[]'))",
    # The sender and the taker both count a reassignment: what must be hidden is one between two others.
    "ledger_transfer": "t.origin BETWEEN {lo} AND {hi} AND t.area BETWEEN {lo} AND {hi}",
    # Both ends see a doubt; what must be hidden is one between two others.
    "places_doubt": "t.area BETWEEN {lo} AND {hi} AND t.other_area BETWEEN {lo} AND {hi}",
    "ledger_movement": "t.journal = 1009",
    # In whose care a person is, is a fact of health. Tubes, boxes and goods are labels and quantities.
    "ledger_holding": "(t.holder_kind = 1 AND t.holder = 900) OR (t.holder_kind = 2 AND t.holder = 99)",
    # Contents that were not taken; may hold names. No area can be trusted: for the whole district alone.
    "accounts_change": "t.ranges <@ int8multirange(int8range({lo}, {hi}, '[]'))",
    "ledger_variant": "true",
    "ledger_stray": "true",
    # Digests over rows of all areas, on which a guess could be tried out.
    "ledger_seal_leaves": "true",
    "places_written": "true",
}
#: Seen by who sees everything.
WHOLE = {"ledger_variant", "ledger_stray", "ledger_seal_leaves", "places_written"}
#: Under no policy, and why that is right.
OPEN = {
    "residents_tried": "how often something was tried, by keyed digests of addresses and cards",
    "places_area": "the tree of areas is public: names of streets and buildings",
    "places_area_fact": "earlier names and codes of areas",
    "places_succession": "which area took the place of which",
    "oversight_checklist": "checklists: every inspector of the district goes by the same",
    "stock_good": "what goods there are, their units and packs: the same for all stores",
    "stock_good_change": "what was done to goods, by which member of staff",
    "stock_lot": "numbers of lots and their days of expiry; how much a store has of them stands in the ledger",
    "places_source": "which office a list came from, and its column titles",
    "places_import_run": "counts of an import; no row of the file",
    "places_import_refusal": "row numbers and codes; nothing of the row",
    "places_import_flag": "row numbers, titles of columns and codes; nothing of the cell",
    "places_import_seen": "opaque ids during one import",
    "ledger_campaign": "the name of a round; every street works under the district's",
    "field_device": "what a journal is for: read with its key before anybody's scope is known",
    "field_jump": "by how much a device's clock had jumped before an entry: numbers",
    "field_corrector": "through which journal a member of staff says anew what was refused for its time: read to write",
    "field_accepted": "which entry stands for which: numbers",
    "field_handing": "which journals came as files, by whom: counts; the page shows those of the own areas",
    "ledger_journal": "names of devices, the numbers they hold, hashed keys: read before anybody's scope is known",
    "ledger_journal_record": "as the journals, whose enrolment it records",
    "ledger_seal": "digests over everything that came in an hour, to be printed and kept outside",
    "ledger_tally": "how many looks, exports and changes of accounts each member of staff has made",
    "ledger_void": "numbers of entries",
    "ledger_void_said": "numbers of entries",
    "ledger_incarnation": "the ledger's own name",
    "ledger_duty_kind": "vocabulary",
    "ledger_carriage": "vocabulary",
    "ledger_consequence": "vocabulary",
    "now_writer": "through which journal a member of staff acts: read to write",
    "axes_accessattempt": "wrong tries by name and address of staff, for a quarter of an hour: read before sign-in",
    "axes_accessattemptexpiration": "unused",
    "axes_accessfailurelog": "unused",
    "axes_accesslog": "unused",
    "otp_static_staticdevice": "recovery codes of staff: read to sign in",
    "otp_static_statictoken": "recovery codes of staff: read to sign in",
    "otp_totp_totpdevice": "second step of staff: read to sign in",
    "auth_user": "names and hashed passwords of staff: read to sign in",
    "auth_group": "unused",
    "auth_group_permissions": "unused",
    "auth_permission": "unused",
    "auth_user_groups": "unused",
    "auth_user_user_permissions": "unused",
    "accounts_session": "signed sessions, by a random key: read to know the user",
    "django_content_type": "unused",
    "django_migrations": "versions",
    "config_version": "version",
}
#: Read by everybody, written within the own areas alone (tests/security/test_access.py).
WRITTEN = {"accounts_grant": "the roles of staff: they make the scope, so they are read before it"}
#: May stand in a table without a policy although its name says area.
AREA_WITHOUT_POLICY = {
    "places_area",
    "places_area_fact",
    "places_succession",
    "ledger_campaign",
    "ledger_journal",
    "ledger_journal_record",
}


@pytest.fixture(scope="module")
def streets(two_streets_clone, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Urls]:
    with two_streets_clone() as urls:
        seal.make(cast.minute(900), Signer.open(tmp_path_factory.mktemp("key")), "owner")
        yield urls


def catalogue(urls: Urls) -> dict[str, tuple[bool, bool, list[str]]]:
    """Return for each table, view and materialized view: row level security, whether forced or not owned, columns."""
    with psycopg.connect(urls.application) as session:
        return {
            name: (secured, owned, columns)
            for name, secured, owned, columns in session.execute(
                "SELECT c.relname, c.relrowsecurity, pg_has_role(current_user, c.relowner, 'USAGE'),"
                " array_agg(a.attname::text) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
                " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
                " AND a.attnum > 0 AND NOT a.attisdropped GROUP BY c.oid"
            )
        }


def test_every_table_is_decided(streets: Urls) -> None:
    found = catalogue(streets)
    secured = {name for name, (on, _, _) in found.items() if on}
    assert secured == set(THEIR_ROWS) | set(WRITTEN)
    assert set(found) - secured == set(OPEN)
    assert [name for name, (_, owned, _) in found.items() if owned] == [], "an owner is bound by no policy"


def test_whatever_has_an_area_has_a_policy(streets: Urls) -> None:
    words = {"area", "areas", "ranges", "origin", "to_area", "found_area", "registered_area", "offered_to"}
    bare = {name for name, (on, _, columns) in catalogue(streets).items() if words & set(columns) and not on}
    assert bare <= AREA_WITHOUT_POLICY


def test_no_open_table_holds_what_names_a_person(streets: Urls) -> None:
    """By its columns, and by what is in it: nothing of Bamboo Creek's people."""
    telling = {"raw", "phone", "pinyin", "id_tail", "id_digest", "subject", "holder", "household", "birth_year"}
    for name, (secured, _, columns) in catalogue(streets).items():
        if not secured:
            assert not telling & set(columns), name
            with psycopg.connect(streets.application) as session:
                rows = str(session.execute(f"SELECT t::text FROM {name} t").fetchall())
            assert not any(secret in rows for secret in two_streets.SECRETS[:3]), name


def test_the_role_cannot_step_out(streets: Urls) -> None:
    """Neither superuser nor owner, no way round policies, no function that runs as somebody else.

    Of other roles it has one alone, which may ask for a checkpoint and reads nothing.
    """
    with psycopg.connect(streets.application) as session:
        role = session.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles"
            " WHERE rolname = current_user"
        ).fetchone()
        assert role == (False,) * 5
        assert session.execute("SELECT m.roleid::regrole::text, m.admin_option FROM pg_auth_members m"
                               " JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = current_user"
                               ).fetchall() == [("pg_checkpoint", False)]  # fmt: skip
        assert session.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        ).fetchall() == []  # fmt: skip
        for statement in ("SET ROLE bulou_owner", "SET row_security = off; SELECT FROM places_person LIMIT 1",
                          "ALTER TABLE places_person DISABLE ROW LEVEL SECURITY", "TRUNCATE ledger_entry",
                          "CREATE TABLE mine (a int)", "COPY places_person TO '/nonexistent'",
                          "UPDATE places_look_up SET reason = 'x'", "DELETE FROM places_look_up",
                          "UPDATE people_glass SET why = 'x'", "DELETE FROM people_glass",
                          "UPDATE people_export SET rows = 0", "DELETE FROM people_export",
                          "UPDATE ledger_seal SET number = 9", "DELETE FROM ledger_seal_leaves",
                          "UPDATE ledger_journal_record SET name = 'x'", "DELETE FROM places_written"):  # fmt: skip
            with pytest.raises(psycopg.Error), session.transaction():
                session.execute(statement)


@pytest.mark.parametrize("table", THEIR_ROWS)
def test_a_session_sees_its_own_rows_alone(table: str, streets: Urls) -> None:
    theirs = THEIR_ROWS[table].format(lo=THEIRS[0], hi=THEIRS[1])
    with psycopg.connect(streets.owner) as owner, psycopg.connect(streets.application) as session:

        def seen(scope: str | None, condition: str = "true") -> int:
            with session.transaction():
                if scope is not None:
                    session.execute("SELECT set_config('bulou.scope', %s, true)", [scope])
                return session.execute(f"SELECT count(*) FROM {table} t WHERE {condition}").fetchone()[0]

        (there,) = owner.execute(f"SELECT count(*) FROM {table} t WHERE {theirs}").fetchone()
        (all_,) = owner.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert there > 0 or table == "ledger_transfer", "nothing that could be seen wrongly"
        assert (seen(None), seen(""), seen("{}")) == (0, 0, 0), "an absent scope sees nothing"
        assert seen(multirange([OURS]), theirs) == 0
        assert seen(multirange(EVERYWHERE)) == all_
        assert (seen(multirange([OURS])) > 0) == (table not in WHOLE)
        with pytest.raises(psycopg.Error), session.transaction():
            session.execute("SELECT set_config('bulou.scope', 'nonsense', true)")
            session.execute(f"SELECT count(*) FROM {table}")


@pytest.mark.parametrize("table", ["places_person", "places_household", "ledger_duty", "ledger_standing"])
def test_a_session_changes_its_own_rows_alone(table: str, streets: Urls) -> None:
    theirs = THEIR_ROWS[table].format(lo=THEIRS[0], hi=THEIRS[1])
    with scoped((OURS,)), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} AS t WHERE {theirs}")
        assert cursor.rowcount == 0
        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            cursor.execute(f"UPDATE {table} SET area = %s", [street.NEXT_BUILDING])


def test_a_transfer_between_two_others_is_hidden(streets: Urls) -> None:
    query = "SELECT count(*) FROM ledger_transfer"
    for area, expected in ((cast.STREET, 1), (street.NEXT_STREET, 1), (cast.area_id(104, 9), 0)):
        with scoped((span(area),)), connection.cursor() as cursor:
            cursor.execute(query)
            assert cursor.fetchone() == (expected,)


def test_a_device_gets_no_more_than_its_giver_has(streets: Urls) -> None:
    with scoped((OURS,)), pytest.raises(PermissionError):
        offer_enrolment("x", "phone", (span(cast.DISTRICT),), cast.minute(9000), "street", cast.DAWN)
    with pytest.raises(PermissionError):
        offer_enrolment("x", "phone", (OURS,), cast.minute(9000), "nobody", cast.DAWN)


def test_an_inner_scope_ends_with_its_block(streets: Urls) -> None:
    """What a page writes through the intake's scope must not widen the rest of the page."""

    def seen() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM places_person")
            return cursor.fetchone()[0]

    with scoped((OURS,)):
        ours = seen()
        with scoped(EVERYWHERE):
            assert seen() > ours
        assert seen() == ours
    assert seen() == 0
