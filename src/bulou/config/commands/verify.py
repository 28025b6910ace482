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
        if urls.owner is None:  # the application role does not see everything
            raise database.NotReady("verify needs the owner: set BULOU_OWNER_URL")
        from django.db import connections

        from bulou.ledger.verify import verify

        differences = [str(difference) for difference in verify(connections["owner"])]
    if options.json:
        print(json.dumps({"violations": len(differences), "differences": differences}, ensure_ascii=False))
    else:
        print("\n".join(differences) or "the books agree with the entries 账实相符")
    return 1 if differences else 0
