"""The process that takes an import back: ``python -m bulou.command.jobs.worker NUMBER``."""

import sys

import django


def main(number: int) -> None:
    """Take back an import that was asked for."""
    django.setup()
    from bulou.command.jobs.undoing import perform

    perform(number)


if __name__ == "__main__":
    main(int(sys.argv[1]))
