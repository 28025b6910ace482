"""The process that imports a list: ``python -m bulou.command.uploads.worker NUMBER``."""

import sys

import django


def main(number: int) -> None:
    """Import it."""
    django.setup()
    from bulou.command.uploads.actions import perform

    perform(number)


if __name__ == "__main__":
    main(int(sys.argv[1]))
