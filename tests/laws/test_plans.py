"""The intake's statements are planned once a connection: plans made for each batch were half of a small one's time."""

from django.db import connections

from bulou.ledger import intake, journals
from bulou.ledger.scope import EVERYWHERE, SET, scoped
from tests import cast
from tests.builders import Pen

BATCHES = 8


def plans() -> dict[str, tuple[int, int]]:
    """How often each prepared statement ran by its kept plan, and by one made for that run."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT statement, generic_plans, custom_plans FROM pg_prepared_statements")
        return {statement: (generic, custom) for statement, generic, custom in cursor.fetchall()}


def test_each_statement_is_planned_once_however_many_batches_come(ledger):
    ayi, before = Pen(cast.AYI), plans()
    for minute in range(BATCHES):
        with scoped(EVERYWHERE):
            intake.post([ayi.called(minute, 501)], cast.minute(minute))
            journals.standing_of([cast.AYI])
            journals.incarnation()
    ran = {
        statement: (generic - before.get(statement, (0, 0))[0], custom - before.get(statement, (0, 0))[1])
        for statement, (generic, custom) in plans().items()
    }
    assert sum(generic == BATCHES for generic, _ in ran.values()) >= 8
    ran.pop(SET.replace("%(scope)s", "$1"))  # only what comes after it is told to keep its plan
    assert not any(custom for _, custom in ran.values()), ran
