"""Questions that the sources do not answer though they sound like it: searched beside what does, never shown.

A question that is nearer to these than to any other words for a sentence is probably not answered either.
"""

from pathlib import Path

from index.attribution import ASKED_COLUMNS
from index.regions import rows

FILE = "buitenvragen.csv"


def read_beyond(folder: Path) -> dict[str, str]:
    """The questions of `buitenvragen.csv` in `folder`, each once, in order, with the number of the sentence that each sounds like (empty:
    none in particular). Raises `SourceError` for a file that is no good."""
    lines = rows(folder / FILE, "nr", *ASKED_COLUMNS)
    found: dict[str, str] = {}
    for line in lines:
        for column in ASKED_COLUMNS:
            if line[column].strip():
                found.setdefault(line[column].strip(), line["nr"])
    return found
