"""What verify compares of the journals of the desk's users."""

from bulou.ledger import checks
from bulou.ledger.checks import Check, sql
from bulou.ledger.statements import statements


def declare() -> None:
    """Declare it."""
    statement = statements(__package__, "checks")["writers"]
    checks.declare((Check("writers", 3, "桌面用户的流水", "journal of a desk user", sql(statement)),))
