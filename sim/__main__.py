"""`python -m sim` is the command `exposim`."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point of the command; Ctrl-C is heard while its libraries are being loaded."""
    try:
        from sim.cli import main as command
    except KeyboardInterrupt:
        sys.exit(130)
    command()


if __name__ == "__main__":
    main()
