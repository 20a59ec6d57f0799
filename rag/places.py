"""The places of a statement: each must be named in its evidence, and keep to what the evidence says of that place."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from index.dutch import fold
from index.regions import Place, Regions
from rag.told import Problem, Told

_SAME_PLACE = {"the hague": "Den Haag", "'s-gravenhage": "Den Haag", "'s-hertogenbosch": "Den Bosch"}
_SAME_PLACE_RE = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in _SAME_PLACE), re.IGNORECASE)
_PIECES = re.compile(r";\s|,?\s(?:maar|terwijl|while|but)\s|(?:,\s(?:en\s)?|\sen\s)(?=in\s+(?:de\s+)?[A-Z])|(?<=[a-z)])\.\s")


class Places:
    """Finds and compares the places of statements and evidence."""

    def __init__(self, regions: Regions) -> None:
        self._regions = regions

    def of(self, text: str) -> list[Place]:
        """The places that `text` names."""
        return self._regions.find(text, areas=True)

    def pieces(self, told: Told) -> list[Told]:
        """A sentence that says one thing of one region and another of the next, in parts."""
        text = one_name(told.text)
        parts = [part for part in _PIECES.split(text) if part.strip()]
        named = [self.of(part) for part in parts]
        if len({frozenset(fold(place.name) for place in places) for places in named if places}) < 2:
            return [replace(told, text=text)]
        # what follows a part that names a place goes on about it
        pieces: list[Told] = []
        regions, names = told.regions, frozenset[str]()
        for part, places in zip(parts, named, strict=True):
            if places:
                regions = tuple(dict.fromkeys(place.region for place in places))
                names = frozenset(fold(place.name) for place in places)
            pieces.append(replace(told, text=part, regions=regions, places=names))
        return pieces

    def wrong(self, said: str, places: list[Place], told: list[Told]) -> Iterable[Problem]:
        """A place must be named in the evidence, or be the region that a recorded decision ties to it; places named together
        must belong to one sentence."""
        if not places:
            return
        areas = self._regions
        by_name: dict[str, set[str]] = {}
        for place in places:
            by_name.setdefault(place.name, set()).add(place.region)

        def holds(one: Told, name: str) -> bool:
            is_region = areas.area(name) is None and any(_is_region(name, region) for region in by_name[name])
            return _names(one.text, name) or (is_region and bool(by_name[name] & set(one.regions)))

        for name in by_name:
            if not any(holds(one, name) for one in told):
                yield Problem("place", name)
        if len(by_name) > 1 and not any(all(holds(one, name) for name in by_name) for one in told):
            yield Problem("place", " / ".join(by_name))


def one_name(text: str) -> str:
    """Places that have two names under one of them."""
    return _SAME_PLACE_RE.sub(lambda match: _SAME_PLACE[match.group().lower()], text.replace("‘s-", "'s-").replace("’s-", "'s-"))


def _is_region(name: str, region: str) -> bool:
    return _squash(name) == _squash(region)


def fits(told: Told, places: Sequence[Place]) -> bool:
    """Is this about one of `places`, or about none in particular?"""
    if told.places:
        return not places or any(
            fold(place.name) in told.places or (_is_region(place.name, place.region) and place.region in told.regions) for place in places
        )
    return not places or not told.regions or any(place.region in told.regions for place in places)


def _squash(text: str) -> str:
    return re.sub(r"[\s-]+", "", text.lower().removeprefix("regio "))


def _names(text: str, name: str) -> bool:
    """Does `text` hold this name, with a space or a hyphen between its parts?"""
    parts = "[ -]+".join(re.escape(part) for part in re.split(r"[\s-]+", name))
    return re.search(rf"(?<!\w){parts}(?!\w)", text, re.IGNORECASE) is not None
