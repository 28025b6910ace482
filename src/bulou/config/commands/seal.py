"""`bulou seal`: the newest seal and the public key; seals written out to be kept elsewhere; proofs, and their check."""

import argparse
import sys
from pathlib import Path

from bulou.config import database, sealing

HELP = "show the newest seal, write seals out, prove that an entry was in 存证"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options and the two acts."""
    parser.add_argument("--now", action="store_true", help="seal at once what no seal holds yet 立即存证")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="write all seals, one a line; what FILE holds already stays as it is. Keep it on another machine 导出存证",
    )
    acts = parser.add_subparsers(metavar="ACTION", dest="act")
    prove = acts.add_parser("prove", help="prove that an entry was in 证明某条事件已存证")
    prove.add_argument("journal", type=int, help="the journal's number 流水号")
    prove.add_argument("number", type=int, help="the entry's number in it 序号")
    prove.add_argument(
        "--content", action="store_true", help="put the entry itself into the proof; it may name a person 附原文"
    )
    check = acts.add_parser("check", help="check a proof against a file of seals, without a database 核验证明")
    check.add_argument("proof", type=Path, help="a file that `bulou seal prove` printed 证明文件")
    check.add_argument(
        "--seal", type=Path, required=True, metavar="FILE", help="the file of seals that was kept 存证文件"
    )
    for parser_ in (prove, check):
        # Before or behind the act; what is not given must not undo what was.
        parser_.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS, help="data folder 数据目录")


def run(options: argparse.Namespace) -> int:
    """Do it; exit status 1 when something is not as it was sealed, or there is nothing to show."""
    database.setup()
    from bulou.ledger.seal import Broken

    act = {"prove": _prove, "check": _check, None: _show}[options.act]
    try:
        return act(options)
    except (Broken, OSError) as error:
        said = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else error
        print(f"bulou: {said}", file=sys.stderr)
        return 1


def _show(options: argparse.Namespace) -> int:
    from bulou.ledger import seal, seal_proof
    from bulou.ledger.seal_key import Signer

    with database.using(options.data) as urls:
        alias = sealing.alias(urls)
        if options.now:
            sealing.seal(options.data, urls, all_of_it=True)
        seals = seal.everything(alias)
        if options.out:
            new = seal_proof.write(options.out, seals)
            print(f"{options.out}: {len(seals)} seals, {new} new 存证 {len(seals)} 份，新增 {new} 份")
        elif seals:
            print(f"存证 seal {seals[-1].short}")
            print(f"digest 摘要 {seals[-1].digest}")
    if not seals:
        print("bulou: nothing is sealed yet: `bulou serve` seals every hour, `--now` at once 尚未存证", file=sys.stderr)
        return 1
    print(f"key 公钥 {Signer.open(options.data).public}")
    return 0


def _prove(options: argparse.Namespace) -> int:
    import msgspec

    from bulou.ledger import seal_proof

    with database.using(options.data) as urls:
        proofs = seal_proof.prove(options.journal, options.number, options.content, sealing.alias(urls))
    if not proofs:
        print(f"bulou: entry {options.journal}/{options.number} is in no seal 该事件尚未存证", file=sys.stderr)
        return 1
    for proof in proofs:  # more than one where another content gave way
        print(msgspec.json.encode(proof).decode())
    return 0


def _check(options: argparse.Namespace) -> int:
    from bulou.ledger import seal_proof

    seals = seal_proof.read(options.seal)
    for line in options.proof.read_text("utf-8").splitlines():
        shown = seal_proof.check(line, seals)
        judged = "" if shown.refusal is None else f", refused with {shown.refusal} 拒收"
        print(
            f"entry {shown.journal}/{shown.number}, received {shown.received_at.isoformat()}{judged}, is in seal"
            f" {shown.seal.number} of {shown.seal.until.isoformat()}; SHA-256 of its content {shown.sha256}\n"
            f"该事件已列入存证 {shown.seal.short}"
        )
    return 0
