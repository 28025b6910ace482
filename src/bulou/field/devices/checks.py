"""What verify compares of devices' service, and what of it is sealed."""

from bulou.ledger import checks
from bulou.ledger.checks import Book, Check, sql
from bulou.ledger.statements import statements

SQL = statements(__package__, "checks")


def declare() -> None:
    """Declare it."""
    checks.declare(
        (Check("service", 3, "设备停用与恢复记录", "record of a device's service", sql(SQL["acts"])),),
        (Book("service", "设备停用与恢复", "device out of service or back", SQL["service"]),),
    )
