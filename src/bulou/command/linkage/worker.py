"""The process that links the register: ``python -m bulou.command.linkage.worker NUMBER``."""

import sys

import django


def main(number: int) -> None:
    """Do a run that was asked for."""
    django.setup()
    from bulou.command.linkage.actions import perform

    perform(number)


if __name__ == "__main__":
    main(int(sys.argv[1]))
