"""Where a command writes: what is asked for to standard output, the rest to standard error."""

import sys


def put(text: str) -> None:
    """Writes a line of what was asked for."""
    sys.stdout.write(text + "\n")


def say(text: str) -> None:
    """Writes a line for the person at the terminal, not for what reads the output."""
    sys.stderr.write(text + "\n")
