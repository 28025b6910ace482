"""What verify compares of printed sheets, and what of them is sealed."""

from bulou.ledger import checks
from bulou.ledger.checks import Book, Check, sql
from bulou.ledger.statements import statements

SQL = statements(__package__, "checks")


def declare() -> None:
    """Declare it."""
    checks.declare(
        (Check("sheets", 3, "纸质登记单", "printed sheet", sql(SQL["sheets"])),),
        (Book("sheet", "纸质登记单", "printed sheet", SQL["sheet"]),),
    )
