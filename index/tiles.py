"""Where each region stands on the map of tiles: a row and a column, roughly as in the Netherlands; reviewed in `data/`."""

from pathlib import Path

from index.regions import Regions, rows
from praktijkbaken.errors import SourceError

FILE = "kaart.csv"


def read_tiles(folder: Path, regions: Regions) -> dict[str, tuple[int, int]]:
    """The row and column (from 1, from the north-west) of each region, from `kaart.csv` in `folder`, in reading order.

    Raises `SourceError` where a line names no region, a place is no number or is taken, or a region is missing.
    """
    tiles: dict[str, tuple[int, int]] = {}
    for at, line in enumerate(rows(folder / FILE, "regio", "rij", "kolom", "reden"), start=2):
        if line["regio"] not in regions.names:
            raise SourceError(f"In {FILE} noemt regel {at} een onbekende regio: {line['regio']!r}.")
        if not (line["rij"].isdecimal() and line["kolom"].isdecimal() and int(line["rij"]) and int(line["kolom"])):
            raise SourceError(f"In {FILE} klopt regel {at} niet: rij en kolom zijn getallen vanaf 1.")
        place = int(line["rij"]), int(line["kolom"])
        if line["regio"] in tiles or place in tiles.values():
            raise SourceError(f"In {FILE} klopt regel {at} niet: deze regio of deze plek staat er al.")
        tiles[line["regio"]] = place
    absent = [name for name in regions.names if name not in tiles]
    if absent:
        raise SourceError(f"In {FILE} ontbreekt de regio {absent[0]!r}.")
    return dict(sorted(tiles.items(), key=lambda item: item[1]))
