"""Facets: limits of region, theme, target group and year, from the call or from the question, and which passages they leave."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.dutch import Analyser, fold, words
from index.regions import Regions, rows
from index.snapshot import Snapshot
from rag.answer import Facet, Filter

FACETS: tuple[Facet, ...] = ("region", "theme", "target_group", "year")
# A word of at least so many letters also counts inside a longer one ("bijstand" in "bijstandsgerechtigde").
INSIDE = 6
# So many texts are remembered with the target groups that they name.
READ = 4096
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
# "alleen voor jongeren", "only in Twente", "binnen het thema Data", "doelgroep statushouders": a limit, said as one.
_CUE = re.compile(
    r"\b(?:(?:alleen|uitsluitend|enkel|only)(?:\s+(?:maar|in|uit|van|voor|bij|over|binnen|met|from|for|about|within|in|of))?|"
    r"(?:binnen|in|uit|onder|within|in|under)\s+(?:het|the)\s+(?=thema|theme)|(?:voor|bij|for)\s+(?:de|the)\s+(?=doelgroep|target))"
    r"(?:\s*(?:de|het|the))?(?:\s*(?:regio|region|thema|theme|doelgroep|target\s+group|jaar|year))?[\s:]+",
    re.IGNORECASE,
)
_OPENING = re.compile(r"^[\s'\"‘“]*")


@dataclass(frozen=True)
class TargetGroup:
    """A target group and the words by which a passage is about it, as stems."""

    name: str
    stems: tuple[tuple[str, ...], ...]
    long: tuple[str, ...]


class Facets:
    """The limits that questions can set on one snapshot, each with the values that it knows."""

    def __init__(self, snapshot: Snapshot, regions: Regions, analyser: Analyser, groups: Mapping[str, Sequence[str]]) -> None:
        self._snapshot, self._regions, self._analyser = snapshot, regions, analyser
        self._names = {self._stems(word): group for group, terms in groups.items() for word in (group, *terms)}
        self._themes = {fold(theme): theme for passage in snapshot.passages for theme in passage.themes}
        self._groups = {
            group: TargetGroup(
                group,
                tuple(self._stems(term) for term in terms),
                tuple(fold(term) for term in terms if " " not in term and len(term) >= INSIDE),
            )
            for group, terms in groups.items()
        }
        self._sizes = {len(key) for group in self._groups.values() for key in group.stems}
        # the same sentences and passages are read for question after question
        self._groups_of = lru_cache(maxsize=READ)(self._read_groups)

    def values(self) -> dict[Facet, tuple[str, ...]]:
        """What can be chosen: the themes, target groups and years of this snapshot, and the regions that it is about.

        A chapter of the report that is no theme is none to choose; who names it gets it.
        """
        passages, kept = self._snapshot.passages, self._snapshot
        tagged = [*(story.themes for story in kept.stories.values()), *(document.themes for document in kept.documents.values())]
        themes = {theme for of_one in tagged for theme in of_one}
        return {
            "region": tuple(sorted({region for p in passages for region in p.regions})),
            "theme": tuple(theme for theme in dict.fromkeys(self._themes.values()) if theme in themes),
            "target_group": tuple(self._groups),
            "year": tuple(sorted({year for at in range(len(passages)) for year in self._years(at)})),
        }

    def of_call(self, wanted: Mapping[Facet, Sequence[str]]) -> tuple[Filter, ...]:
        """The limits that a caller sets. A value that nobody knows stays as it was given: it leaves nothing, and says so."""
        return tuple(
            Filter(facet=facet, value=self._known(facet, value) or value, origin="call")
            for facet in FACETS
            for value in wanted.get(facet, ())
        )

    def of_question(self, text: str) -> tuple[Filter, ...]:
        """The limits that a question sets in so many words: "alleen voor jongeren", "binnen het thema Data", "only in Twente"."""
        found: dict[tuple[Facet, str], Filter] = {}
        for cue in _CUE.finditer(text):
            rest = _OPENING.sub("", text[cue.end() :])
            limit = self._first(rest)
            if limit is not None:
                found[limit] = Filter(facet=limit[0], value=limit[1], origin="question")
        return tuple(found.values())

    def allowed(self, limits: Sequence[Filter]) -> NDArray[np.bool_] | None:
        """Which passages the limits leave, one entry a passage; None without limits. Values of one facet add up, facets narrow."""
        if not limits:
            return None
        left = np.ones(len(self._snapshot.passages), dtype=np.bool_)
        for facet in FACETS:
            values = [one.value for one in limits if one.facet == facet]
            if values:
                left &= np.array([any(self._holds(at, facet, value) for value in values) for at in range(len(left))], dtype=np.bool_)
        return left

    def regions_of(self, limits: Sequence[Filter]) -> tuple[str, ...]:
        """The regions that the limits name; a province or part of the country stands for its own."""
        return tuple(dict.fromkeys(r for one in limits if one.facet == "region" for r in self._expand(one.value)))

    def groups_in(self, text: str) -> frozenset[str]:
        """The target groups that `text` names."""
        return self._groups_of(text)

    def _holds(self, at: int, facet: Facet, value: str) -> bool:
        passage = self._snapshot.passages[at]
        if facet == "region":
            return bool(set(self._expand(value)) & set(passage.regions))
        if facet == "theme":
            return fold(value) in {fold(theme) for theme in passage.themes}
        if facet == "year":
            return value in self._years(at)
        return value in self.groups_in(passage.searched)

    def _read_groups(self, text: str) -> frozenset[str]:
        tokens = words(text)
        stems = [self._analyser.stem(token) for token in tokens]
        runs = {tuple(stems[at : at + size]) for size in self._sizes for at in range(len(stems))}

        def is_named(group: TargetGroup) -> bool:
            return not runs.isdisjoint(group.stems) or any(word in token for word in group.long for token in tokens)

        return frozenset(name for name, group in self._groups.items() if is_named(group))

    def _years(self, at: int) -> set[str]:
        """The years that a passage names, and its source's own."""
        passage = self._snapshot.passages[at]
        return {*_YEAR.findall(passage.text), *_YEAR.findall(self._snapshot.documents[passage.document_id].date or "")}

    def _expand(self, region: str) -> tuple[str, ...]:
        area = self._regions.area(region)
        return area.regions if area else (region,)

    def _known(self, facet: Facet, value: str) -> str | None:
        if facet == "region":
            area = self._regions.area(value)
            return area.name if area else self._regions.canonical(value)
        if facet == "theme":
            return self._themes.get(fold(value))
        if facet == "target_group":
            return self._names.get(self._stems(value))
        return value.strip()

    def _first(self, rest: str) -> tuple[Facet, str] | None:
        """The value that `rest` begins with, longest first; a region, theme, target group or year."""
        year = _YEAR.match(rest)
        if year:
            return "year", year.group()
        places = self._regions.find(rest, areas=True)
        if places and places[0].start == 0:
            return "region", self._known("region", places[0].name) or places[0].region
        plain, stems = fold(rest), self._stems(rest)
        for name, theme in sorted(self._themes.items(), key=lambda one: -len(one[0])):
            if re.match(rf"{re.escape(name)}(?!\w)", plain):
                return "theme", theme
        for key, group in sorted(self._names.items(), key=lambda one: -len(one[0])):
            if stems[: len(key)] == key:
                return "target_group", group
        return None

    def _stems(self, term: str) -> tuple[str, ...]:
        return tuple(self._analyser.stem(word) for word in words(term))


def read_target_groups(folder: Path) -> dict[str, list[str]]:
    """The target groups and their words from `doelgroepen.csv` in `folder`; words are apart by `;`."""
    lines = rows(folder / "doelgroepen.csv", "doelgroep", "woorden")
    return {line["doelgroep"]: [word.strip() for word in line["woorden"].split(";") if word.strip()] for line in lines}
