"""What verify compares of the registries and of the record of looks, and what of them is sealed."""

from bulou.ledger import checks
from bulou.ledger.checks import Book, Check, sql
from bulou.ledger.statements import statements
from bulou.places import merges

SQL = statements(__package__, "checks")
SEAL = statements(__package__, "seal")

CHECKS = (
    Check("registry", 1, "区域、户与人员登记", "registry of areas, doors and persons", sql(SQL["registry"])),
    Check("fact", 1, "登记的变更记录", "dated facts of persons and areas", sql(SQL["fact"])),
    Check("found", 1, "现场登记人员", "person registered from the field", sql(SQL["found"])),
    Check("doubts", 1, "人员疑问的处理", "decision whether two are one person", sql(SQL["doubts"])),
    Check("merges", 1, "合并的人员记录", "merged records of persons", sql(merges.SQL["check"])),
    Check("looks", 6, "查阅记录", "record of looks", sql(SQL["looks"])),
)
BOOKS = (
    Book("look", "查阅记录", "look at a person", SEAL["look"], dated=True),
    Book("written", "登记写入记录", "record of what was written into the registries", SEAL["written"]),
    Book("fact", "登记变更", "dated fact", SEAL["fact"]),
    Book("fact_end", "登记变更的截止", "end of a dated fact", SEAL["fact_end"]),
    Book("doubt", "人员疑问", "doubt whether two are one person", SEAL["doubt"]),
    Book("import", "名单导入", "imported list", SEAL["import"]),
)


def declare() -> None:
    """Declare it."""
    checks.declare(CHECKS, BOOKS)
