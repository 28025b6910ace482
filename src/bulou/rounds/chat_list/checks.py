"""What verify compares of lists that were applied, and what of them is sealed."""

from bulou.ledger import checks
from bulou.ledger.checks import Book, Check, sql
from bulou.ledger.statements import statements

SQL = statements(__package__, "checks")

CHECKS = (Check("lists", 3, "已录入的名单", "list that was applied", sql(SQL["lists"])),)
BOOKS = (
    Book("taken", "已录入的名单", "list that was applied", SQL["taken"]),
    Book("taken_row", "已录入名单的行", "row of a list that was applied", SQL["taken_row"]),
    Book("taken_back", "名单的撤销", "list that was taken back", SQL["taken_back"]),
)


def declare() -> None:
    """Declare it."""
    checks.declare(CHECKS, BOOKS)
