"""The process that computes an allocation: ``python -m bulou.forces.computing.worker NUMBER``."""

import sys

import django


def main(number: int) -> None:
    """Compute it."""
    django.setup()
    from bulou.forces.computing.actions import perform

    perform(number)


if __name__ == "__main__":
    main(int(sys.argv[1]))
