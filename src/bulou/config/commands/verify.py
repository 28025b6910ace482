"""`bulou verify`: recomputes the books from the entries and names each difference."""

import argparse
import json

from bulou.config import database

HELP = "recompute the books from the entries; exit 1 with each difference named 核对台账"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Print the differences; exit status 1 when there is one."""
    with database.using(options.data) as urls:
        from bulou.ledger.verify import verify

        found = verify("owner" if urls.owner else "default")
    if options.json:
        differences = [difference.as_dict() for difference in found]
        print(json.dumps({"violations": len(found), "differences": differences}, ensure_ascii=False, default=str))
    else:
        for difference in found:
            print(f"{difference.zh}\n{difference.en}")
        if not found:
            print("the books agree with the entries 账实相符")
    return 1 if found else 0
