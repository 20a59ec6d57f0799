"""Questions that the sources do not answer though they sound like it: searched beside what does, never shown.

A question that is nearer to these than to any other words for a sentence is probably not answered either.
"""

from pathlib import Path

from index.attribution import ASKED_COLUMNS
from index.regions import rows

FILE = "buitenvragen.csv"


def read_beyond(folder: Path) -> tuple[str, ...]:
    """The questions of `buitenvragen.csv` in `folder`, each once, in order. Raises `SourceError` for a file that is no good."""
    lines = rows(folder / FILE, "nr", *ASKED_COLUMNS)
    return tuple(dict.fromkeys(line[column].strip() for line in lines for column in ASKED_COLUMNS if line[column].strip()))
