"""The process that opens a round: ``python -m bulou.rounds.opening.worker NUMBER``."""

import sys

import django


def main(number: int) -> None:
    """Open it."""
    django.setup()
    from bulou.rounds.opening.actions import perform

    perform(number)


if __name__ == "__main__":
    main(int(sys.argv[1]))
