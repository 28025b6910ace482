"""`bulou verify`: recomputes the books from the entries and names each difference."""

import argparse
import json
import sys

from bulou.config import database

HELP = "recompute the books from the entries; exit 1 with each difference named 核对台账"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--seal",
        nargs="?",
        const="",
        metavar="FILE",
        help="also hold every row to the seals, and those to FILE that `bulou seal --out` wrote and that was kept"
        " elsewhere; without FILE to those of the database alone 连同存证一起核对",
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="expand every entry line by line, and not a sample where there are very many 逐条核对",
    )


def run(options: argparse.Namespace) -> int:
    """Print the differences; exit status 1 when there is one, or when FILE is no file of seals."""
    database.setup()
    from bulou.ledger import seal, seal_proof, verify_seal
    from bulou.ledger.verify import verify

    try:
        kept = None if options.seal is None else seal_proof.read(options.seal) if options.seal else []
    except (seal.Broken, OSError) as error:
        said = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else error
        print(f"bulou: {said}", file=sys.stderr)
        return 1
    with database.using(options.data) as urls:
        alias = "owner" if urls.owner else "default"
        sample = None if options.all else 500
        found = verify(alias, sample=sample, seals=kept)
        told = verify_seal.told(alias) if kept is not None else {}
    if options.json:
        differences = [difference.as_dict() for difference in found]
        said = {"violations": len(found), "differences": differences}
        if kept is not None:
            said["seal"] = told | {"kept": len(kept)}
        print(json.dumps(said, ensure_ascii=False, default=str))
    else:
        for difference in found:
            print(f"{difference.zh}\n{difference.en}")
        if kept is not None:
            keys = ", ".join(told["keys"])
            print(f"{told['seals']} seals, {told['leaves']} rows 存证 {told['seals']} 份; keys 公钥: {keys}")
        if not found:
            print("the books agree with the entries 账实相符")
    return 1 if found else 0
