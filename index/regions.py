"""The 35 labour-market regions, and the places that lead to them: municipalities (merged ones too), areas, companies."""

import csv
import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz, process

from praktijkbaken.errors import SettingError, SourceError

_CAPITAL_ONLY = "alleen met hoofdletter"
_CAPITAL_OR_SAID = "hoofdletter of voorzetsel"
# There a name that is also a verb ("naar werk leiden", "what goes wrong") is a place all the same: "in leiden", "en leiden?".
_SAID_TO_BE_A_PLACE = re.compile(r"(?:^|\b(?:in|uit|bij|rond|rondom|regio|gemeente|stad|doet|doen|near|from)\s+)$", re.IGNORECASE)
_ENDS_IN_A_PLACE = re.compile(r"^(?:en|of|and|or)\s+$", re.IGNORECASE)
_ADJECTIVE = "bijvoeglijk"
_ALSO_PROVINCE = "gemeente en provincie"
# A name of so many letters is recognised with a typing error: a letter too few or too many, or another one in nine.
LONG_NAME = 8
TYPO = 88
SURE_TYPO = 92
_SEVERAL_WORDS = re.compile(r"\w{4}[\s-]+\w{4}")
_SAID_OF = re.compile(r"(?:se|s|ers?)$")
MOST_WORDS_OF_A_NAME = 4
_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True)
class Place:
    """A place named in a text, `[start, end)`, and its region's canonical name."""

    name: str
    region: str
    start: int
    end: int


@dataclass(frozen=True)
class Area:
    """A name that covers several regions (a province, a part of the country), by their canonical names."""

    name: str
    regions: tuple[str, ...]


class Regions:
    """Finds regions in text and gives their canonical names.

    Facts: Besluit werkgebieden UWV 2015, annex 3, and the municipal mergers since.
    """

    def __init__(
        self,
        places: dict[str, str],
        names: tuple[str, ...],
        capital_only: frozenset[str],
        capital_or_said: frozenset[str],
        areas: tuple[Area, ...],
        provinces: frozenset[str],
        adjectives: frozenset[str],
    ) -> None:
        self._provinces, self._adjectives = provinces, adjectives
        self.names = names
        self._areas = {_key(area.name): area for area in areas}
        self._region_of = {_key(name): region for name, region in places.items()}
        self._long_names = [name for name in self._region_of if len(name) >= LONG_NAME]
        self._capital_only, self._capital_or_said = capital_only, capital_or_said
        ordered = sorted([*places, *(area.name for area in areas)], key=lambda name: (-len(name), name))
        self._pattern = re.compile(
            r"(?<![\w-])(?:" + "|".join(_as_pattern(name) for name in ordered) + r")(?![\w]|-[^\W\d_])", re.IGNORECASE
        )

    def area(self, name: str) -> Area | None:
        """The area of that name; None where it is none."""
        return self._areas.get(_key(name))

    def is_ambiguous(self, name: str) -> bool:
        """Is this municipality also the name of a province that is larger than its region?"""
        return _key(name) in self._provinces

    def nearest(self, name: str) -> str | None:
        """The known place that is spelt almost like `name`; None where there is none."""
        known = {*self._region_of, *self._areas} - self._adjectives
        near = difflib.get_close_matches(_key(name), sorted(known), n=1, cutoff=0.8)
        return near[0].title() if near else None

    def find(self, text: str, areas: bool = False) -> list[Place]:
        """The places in `text`, in order; the longest name wins where names overlap.

        With `areas` a province is a place in each of its regions, as in a question; what a source says of one is of no region by name.
        """
        found = []
        for match in self._pattern.finditer(text):
            name = match.group()
            if name[0].islower() and not self._is_place(name.lower(), text[: match.start()], text[match.end() :]):
                continue
            area = self._areas.get(_key(name))
            if area is not None:
                found += [Place(name, region, match.start(), match.end()) for region in area.regions if areas]
                continue
            found.append(Place(name, self._region_of[_key(name)], match.start(), match.end()))
        return found

    def misspelt(self, text: str, is_word: Callable[[str], bool]) -> list[Place]:
        """The places in `text` whose long names are spelt almost right, in order. `is_word` tells what is a common word and no name."""
        tokens = list(_TOKEN.finditer(text))
        found: list[Place] = []
        for at, first in enumerate(tokens):
            if found and first.start() < found[-1].end:
                continue
            for last in reversed(tokens[at : at + MOST_WORDS_OF_A_NAME]):
                typed = text[first.start() : last.end()]
                if len(typed) < LONG_NAME or (first is last and is_word(typed.lower())):
                    continue
                near = self._long_name(typed, opens=first.start() == 0 and first is last)
                if near:
                    found.append(Place(typed, self._region_of[near], first.start(), last.end()))
                    break
        return found

    def is_spelt_right(self, name: str) -> bool:
        """Is this the name of a place, or what is said of it ("Westlandse"), letter for letter?"""
        return _key(name) in self._region_of or _key(name) in self._areas or _SAID_OF.sub("", _key(name)) in self._region_of

    def _long_name(self, typed: str, opens: bool) -> str | None:
        """The long name that `typed` is a misspelling of, or what is said of it ("westlandse"); None where it is none.

        In small letters there is no telling a name from a word ("voorschot", Voorschoten), and at the opening of a text hardly.
        """
        bare = _SAID_OF.sub("", _key(typed))
        if bare in self._long_names:
            return bare
        if typed[0].islower() and not _SEVERAL_WORDS.search(typed):
            return None
        opens = opens or typed[0].islower()
        near = process.extractOne(_key(typed), self._long_names, scorer=fuzz.ratio, score_cutoff=SURE_TYPO if opens else TYPO)
        return near[0] if near else None

    def _is_place(self, name: str, before: str, after: str) -> bool:
        """Is a name in small letters a place here, and not the common word that it also is?"""
        if name in self._capital_or_said:
            alone = bool(_ENDS_IN_A_PLACE.match(before)) and not after.strip(" ?.!")
            return alone or bool(_SAID_TO_BE_A_PLACE.search(before))
        return name not in self._capital_only

    def in_text(self, text: str) -> tuple[str, ...]:
        """Canonical names of the regions that `text` names, each once, in order."""
        return tuple(dict.fromkeys(place.region for place in self.find(text)))

    def require(self, name: str) -> str:
        """The region that `name` lies in. Raises `SettingError` with the nearest known name when it is unknown."""
        found = self.canonical(name)
        if found is None:
            near = difflib.get_close_matches(_key(name), self._region_of, n=1)
            hint = f"Bedoelt u {self._region_of[near[0]]}?" if near else f"Bekend zijn: {', '.join(self.names)}."
            raise SettingError(f"Onbekende regio {name!r}. {hint}")
        return found

    def canonical(self, name: str) -> str | None:
        """The region that `name` (a region, municipality or other known place) lies in; None where it is unknown."""
        return self._region_of.get(_key(name))


def _key(name: str) -> str:
    return re.sub(r"[\s\-]+", " ", name.replace("’", "'").replace("‘", "'").lower()).strip()


def _as_pattern(name: str) -> str:
    parts = re.split(r"[\s\-]+", name)
    return r"[\s\-]+".join(re.escape(part).replace("'", "['’‘]") for part in parts)


def rows(path: Path, *columns: str) -> list[dict[str, str]]:
    """The lines of a reviewed CSV file. Raises `SourceError` when it is missing or lacks a column."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            lines = list(reader)
    except FileNotFoundError:
        raise SourceError(f"Het gegevensbestand {path} ontbreekt. Zet het terug met: git checkout -- data") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise SourceError(f"Het gegevensbestand {path} is niet te lezen: {error}.") from None
    absent = [column for column in columns if column not in (reader.fieldnames or [])]
    if absent:
        raise SourceError(f"In {path} ontbreekt de kolom {absent[0]!r}. De eerste regel moet alle kolomnamen hebben.")
    for at, line in enumerate(lines, start=2):
        if None in line or None in line.values():
            raise SourceError(f"In {path} klopt regel {at} niet: er staan te veel of te weinig velden.")
    return lines


def read_regions(folder: Path) -> Regions:
    """The regions from `arbeidsmarktregios.csv`, `gemeente-wijzigingen.csv`, `plaatsen.csv` and `gebieden.csv` in `folder`."""
    places: dict[str, str] = {}
    names: dict[str, None] = {}
    for line in rows(folder / "arbeidsmarktregios.csv", "arbeidsmarktregio", "gemeente"):
        names[line["arbeidsmarktregio"]] = None
        places[line["gemeente"]] = line["arbeidsmarktregio"]
    for line in rows(folder / "gemeente-wijzigingen.csv", "gemeente", "was"):
        regions = {places[old] for old in line["was"].split(";") if old in places}
        if line["gemeente"] not in places and len(regions) == 1:
            places[line["gemeente"]] = regions.pop()
    places.update({name: name for name in names})
    capital_only, capital_or_said, provinces, adjectives = set(), set(), set(), set()
    for line in rows(folder / "plaatsen.csv", "naam", "regio", "soort", "toelichting"):
        if line["regio"] not in names:
            raise SourceError(f"plaatsen.csv noemt bij {line['naam']!r} een onbekende regio: {line['regio']!r}.")
        places[line["naam"]] = line["regio"]
        if line["soort"] == _ALSO_PROVINCE:
            provinces.add(_key(line["naam"]))
        if line["toelichting"] == _ADJECTIVE:
            adjectives.add(_key(line["naam"]))
        if line["soort"] == _CAPITAL_ONLY:
            capital_only.add(line["naam"].lower())
        if line["soort"] == _CAPITAL_OR_SAID:
            capital_or_said.add(line["naam"].lower())
    areas = []
    for line in rows(folder / "gebieden.csv", "naam", "regios", "soort"):
        of_area = tuple(line["regios"].split(";"))
        unknown = [region for region in of_area if region not in names]
        if unknown:
            raise SourceError(f"gebieden.csv noemt bij {line['naam']!r} een onbekende regio: {unknown[0]!r}.")
        areas.append(Area(line["naam"], of_area))
        if line["soort"] == _ADJECTIVE:
            adjectives.add(_key(line["naam"]))
    return Regions(
        places,
        tuple(names),
        frozenset(capital_only),
        frozenset(capital_or_said),
        tuple(areas),
        frozenset(provinces),
        frozenset(adjectives),
    )
