"""Granian as one listening process and its worker; both end with whoever started them (Linux).

A process is sent the signal it asked for once for each thread of its parent that ends, and granian's main process
waits for itself for ever when it is told to end while it is being told to end. It is therefore killed when the
supervisor ends (see `child`), and its worker, which may have a phone's entries in hand, is told.
"""

import os
import signal

from granian.cli import entrypoint

from bulou.config.process import end_with_parent


def main() -> None:
    """Listen as the arguments say, which are granian's own."""
    parent = os.getpid()

    def born() -> None:
        end_with_parent(signal.SIGTERM)
        if os.getppid() != parent:  # it ended before the system was asked
            os._exit(1)

    os.register_at_fork(after_in_child=born)
    entrypoint()


if __name__ == "__main__":
    main()
