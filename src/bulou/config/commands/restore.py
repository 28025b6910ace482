"""`bulou restore`: a backup becomes a new life of its ledger in an empty data folder."""

import argparse
import shutil
import sys
from pathlib import Path

from bulou.config import backup, connections, database, forms
from bulou.config.alone import alone
from bulou.config.command_parser import typed
from bulou.config.data_folder import Folder
from bulou.config.environment import read
from bulou.config.postgres import Cluster
from bulou.places.identity import FILE

HELP = "bring a backup into an empty data folder; phones then send again what it lacks 恢复"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("backup", type=Path, help="a folder that `bulou backup` wrote 备份目录")
    parser.add_argument(
        "--identity-keys",
        type=typed(forms.FILE),
        metavar="FILE",
        help=f"the {FILE} of the old folder, kept apart from backups; without it lists cannot be linked",
    )


def run(options: argparse.Namespace) -> int:
    """Restore; say what is still to be done."""
    data = Path(options.data).absolute()
    backup.check(options.backup)  # before anything is made
    with alone(Folder(data), "bulou restore"):
        urls = connections.urls(data)
        if read("BULOU_DATABASE_URL"):
            return _restore(options, data, urls)
        with Cluster(data).running() as cluster:
            database.create(cluster)
            return _restore(options, data, urls)


def _restore(options: argparse.Namespace, data: Path, urls: connections.Urls) -> int:
    database.bind(urls)
    about = backup.restore(options.backup, data, urls, backup.today())
    keys = data / FILE
    if options.identity_keys:
        shutil.copyfile(options.identity_keys, keys)
        keys.chmod(0o600)
    print(f"restored 已恢复: {about['entries']} entries, {about['made_at']}")
    print("phones send again what is missing; look at devices and health 手机会自动补发，请查看“设备与运行”")
    if not keys.exists() and backup.has_identities(urls):
        print(
            f"bulou: put the old {FILE} into {data} before the next list is imported: without it nobody is recognised"
            f" 导入名单之前请先放回原来的 {FILE}，否则无法识别同一人",
            file=sys.stderr,
        )
    return 0
