"""What each sentence is about: read from the reviewed file for the report, by rules for every other document.

The rules are held against the reviewed file by `evals/attribution.py`, so their precision and recall are known.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.catalogue import Catalogue, Story
from index.documents import Document, squash
from index.dutch import Analyser
from index.regions import Regions, rows
from praktijkbaken.errors import SourceError

Role = Literal["approach", "result", "figure", "advice", "caveat", "frame"]
FILE = "zinnen.csv"
ASKED_FILE = "vragen.csv"
ASKED_TITLES_FILE = "titelvragen.csv"
ASKED_COLUMNS = ("vraag", "gewoon", "engels")
ROLES: dict[str, Role] = {
    "aanpak": "approach",
    "resultaat": "result",
    "cijfer": "figure",
    "advies": "advice",
    "voorbehoud": "caveat",
    "kader": "frame",
}
# A word counts for one divided by the number of titles that hold it; so much must a sentence share with a title of its region.
TELLING = 1.25
SHORTEST_NAME = 5
_NAME = re.compile(r"[\w@+]+")
_MARKED = re.compile(r"[\d+@]")
SHORT_BULLET = 3


@dataclass(frozen=True)
class Attribution:
    """What a unit is about: the stories tied to it, the regions, and what must travel with it.

    `leans_on` and `caveats` are numbers of units of the same document: sentences it cannot be understood without, and
    sentences that limit its claim. `asked` holds other words in which people ask for what it says.
    """

    stories: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    leans_on: tuple[int, ...] = ()
    caveats: tuple[int, ...] = ()
    role: Role = "frame"
    asked: tuple[str, ...] = ()


def read_attributions(document: Document, folder: Path, catalogue: Catalogue, regions: Regions) -> tuple[Attribution, ...]:
    """The attribution of each unit of the report, from the reviewed file in `folder`.

    Raises `SourceError` with the line when a line does not fit the report, a title, a region or another line.
    """
    lines = rows(folder / FILE, "nr", "soort", "regios", "verhalen", "leunt_op", "voorbehoud", "zin", "reden")
    claims = [at for at, unit in enumerate(document.units) if unit.kind != "mention"]
    if len(lines) != len(claims):
        raise SourceError(f"{FILE} heeft {len(lines)} regels, het rapport {len(claims)} zinnen. Geef elke zin één regel.")
    unit_of = {line["nr"]: at for line, at in zip(lines, claims, strict=True)}
    by_title = catalogue.by_title()
    asked = read_asked(folder)
    if unheld := asked.keys() - unit_of.keys():
        raise SourceError(f"{ASKED_FILE}: nummer {min(unheld)!r} is geen zin. Neem een nummer uit {FILE}.")
    found: dict[int, Attribution] = {}
    for line, at in zip(lines, claims, strict=True):
        where = f"{FILE}, nr {line['nr']}"
        unit = document.units[at]
        if squash(line["zin"]) != squash(document.text[unit.start : unit.end]):
            raise SourceError(f"{where}: {line['zin'][:60]!r} is niet de zin van het rapport op die plaats.")
        if line["soort"] not in ROLES:
            raise SourceError(f"{where}: soort {line['soort']!r} bestaat niet. Kies uit: {', '.join(ROLES)}.")
        titles = _parts(line["verhalen"], "|")
        if unknown := [title for title in titles if title not in by_title]:
            raise SourceError(f"{where}: {unknown[0]!r} staat niet in de catalogus.")
        named = _parts(line["regios"], "|")
        if strange := [name for name in named if regions.canonical(name) != name]:
            raise SourceError(f"{where}: {strange[0]!r} is geen van de 35 regio's.")
        others = [*line["leunt_op"].split(), *line["voorbehoud"].split()]
        if lost := [nr for nr in others if nr not in unit_of or nr == line["nr"]]:
            raise SourceError(f"{where}: nummer {lost[0]} is geen andere zin.")
        found[at] = Attribution(
            stories=tuple(by_title[title].id for title in titles),
            regions=named,
            leans_on=tuple(unit_of[nr] for nr in line["leunt_op"].split()),
            caveats=tuple(unit_of[nr] for nr in line["voorbehoud"].split()),
            role=ROLES[line["soort"]],
            asked=asked.get(line["nr"], ()),
        )
    for link in catalogue.links:
        story = by_title[link.title].id
        if link.unit in found and story not in found[link.unit].stories:
            raise SourceError(f"{FILE}: bij een zin drukt het rapport de link van {link.title!r} af, maar de regel noemt dat verhaal niet.")
    asked_titles = _asked_titles(folder / ASKED_TITLES_FILE, by_title)
    for at, story in catalogue.of_mention.items():
        regions_of = next(s.regions for s in catalogue.stories if s.id == story)
        found[at] = Attribution((story,), regions_of, role="frame", asked=asked_titles.get(story, ()))
    return tuple(found[at] for at in range(len(document.units)))


def read_asked(folder: Path) -> dict[str, tuple[str, ...]]:
    """The other words for each sentence in `folder`, by its number; a sentence may have several lines, or none."""
    found: dict[str, tuple[str, ...]] = {}
    for line in rows(folder / ASKED_FILE, "nr", *ASKED_COLUMNS):
        found[line["nr"]] = (*found.get(line["nr"], ()), *(line[column].strip() for column in ASKED_COLUMNS if line[column].strip()))
    return found


def _asked_titles(file: Path, by_title: Mapping[str, Story]) -> dict[str, tuple[str, ...]]:
    """The other words for each story, by its id. Raises `SourceError` for a title that the catalogue does not have."""
    found: dict[str, tuple[str, ...]] = {}
    for line in rows(file, "titel", *ASKED_COLUMNS):
        if line["titel"] not in by_title:
            raise SourceError(f"{file.name}: {line['titel']!r} staat niet in de catalogus.")
        story = by_title[line["titel"]].id
        found[story] = (*found.get(story, ()), *(line[column].strip() for column in ASKED_COLUMNS if line[column].strip()))
    return found


# Words at the start of a sentence that take their meaning from the one before…
_POINTS_BACK = re.compile(
    r"(?:D(?:at|it|eze|ie|an)\b|Daar\w*|Hier\w*|Zij\b|Ze\b|Hij\b|Beide\b|Evenals\b|Zo(?:[’']?n|als|veel)\b|Ook d(?:at|it|eze|ie)\b|"
    r"(?:De )?[Aa]ndere\b|Een andere\b|Vergelijkbare\b|Eenzelfde\b|Tegelijk\b|Andersom\b|Succesfactor daarbij|Voorwaarde\w*|"
    r"Het (?:gaat om|betreft|kan)|In beide\b|In d(?:at|ie) |In het geval van|Bij d(?:it|eze|ie) |"
    r"Een (?:probleem|nadeel|voordeel) |Of |Onduidelijk\b)"
)
# …and words that do so anywhere in it.
_REFERS = re.compile(
    r"\b(?:daar(?:bij|van|voor|in|aan|mee|om|door|toe)|hier(?:bij|van|voor|in|aan|mee|om|door|toe)|immers|dan ook|dergelijke)\b"
)
_CAVEAT = re.compile(
    r"^(?:Onduidelijk|Echter|Een (?:probleem|nadeel) |Voorwaarde\w*|Let op|Wel )|"
    r"\b(?:is echter|wel de |niet altijd|mits|tenzij|ruimte voor enkele)\b"
)
_ADVICE = re.compile(
    r"\b(?:belangrijk\w*|nodig|zaak om|moet(?:en)?|zorg (?:voor|dat)|tips?|succesfactor\w*|randvoorwaarde\w*|advies is|aanbeveling\w*|"
    r"noodza\w+|essentieel|helpt (?:om|daarbij)|nuttig|waardevol)\b",
    re.IGNORECASE,
)
_RESULT = re.compile(
    r"\b(?:lei(?:dt|dde)|levert|leverde\w*|opgeleverd|waardoor|daardoor|vruchten|succesvol|bereikt|gelukt|gestegen|gedaald|uitstro(?:om|men)|stroomden|"
    r"ervaring is|bleken?|gebleken|verbeterd|honoreerd|gehonoreerd)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\d|\b(?:twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|\w*tien|twintig|dertig|\w*honderd\w*|\w*duizend\w*|helft|kwart|derde|procent)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b(?:procent|%|euro|€|keer|maal|mensen|deelnemers|plekken|banen|bedrijven|gevallen|projecten|verhalen|presentaties|respondenten|contactpersonen|"
    r"ondernemers|video[’']s|regio[’']s)\b|^\D*\d+(?:,\d+)?\D{0,15}$",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"[?:]$|^(?:In dit|Wij|We|Uiteraard|Kortom)\b|\b(?:enquête|rapport|praktijkverhalen|publicatie|thema[’']?s?)\b", re.IGNORECASE
)
_DOES = re.compile(
    r"\b(?:aanpak\w*|methodiek|methode|ontwikkeld?e?n?|ontwikkelt|inge?zet\w*|inzet\w*|organise\w*|samenwerk\w*|project\w*|traject\w*|biedt|bieden|"
    r"gebruik\w*|netwerk\w*|helpt|helpen|zoekt|werken|werkt|wordt|worden|kun|kunnen|combine\w*|ondersteun\w*|opgezet|betrokken|begeleid\w*)\b"
)


class Attributor:
    """Attributes documents by rules, against one catalogue."""

    def __init__(self, stories: Sequence[Story], regions: Regions, analyser: Analyser) -> None:
        self._regions = regions
        self._titles = _Titles(stories, regions, analyser)
        self._own: dict[str, list[Story]] = defaultdict(list)
        for story in stories:
            for document in story.documents:
                self._own[document].append(story)

    def attribute(self, document: Document) -> tuple[Attribution, ...]:
        """The attribution of each unit of `document`.

        Its own metadata (story, regions) holds for each sentence that names no other region. A sentence without its own
        subject takes over regions and stories from the sentence it points back to.
        """
        own = tuple(story.id for story in self._own[document.id])
        home = tuple(dict.fromkeys(self._regions.canonical(name) or name for name in document.regions))
        if own and not home:
            home = self._own[document.id][0].regions
        found: list[Attribution] = []
        for at, unit in enumerate(document.units):
            text = document.quote(unit.start, unit.end)
            if unit.kind == "mention":
                found.append(Attribution())
                continue
            leans_on = _leans_on(document, at, text)
            named = self._regions.in_text(text)
            tied = self._titles.named(text) or self._titles.about(text, named)
            for before in leans_on:
                named = named or found[before].regions
                tied = tied or (found[before].stories if set(named) <= set(found[before].regions) else ())
            elsewhere = bool(named) and bool(home) and not set(named) & set(home)
            of_elements = unit.kind == "bullet" and "elementen" in document.sections[unit.section].path[-1]
            found.append(
                Attribution(
                    stories=tuple(dict.fromkeys([*(() if elsewhere else own), *tied])),
                    regions=named or home,
                    leans_on=leans_on,
                    role=_role(text, of_elements, bool(named)),
                )
            )
        return tuple(_with_caveats(document, found))


def _leans_on(document: Document, at: int, text: str) -> tuple[int, ...]:
    unit = document.units[at]
    if unit.kind == "bullet":
        if at and document.units[at - 1].block == unit.block and "\n" not in document.text[document.units[at - 1].end : unit.start]:
            return (at - 1,)  # the next sentence of one bullet
        first = at
        while first > 0 and document.units[first - 1].block == unit.block:
            first -= 1
        announced = first > 0 and document.quote(document.units[first - 1].start, document.units[first - 1].end).endswith(":")
        short = len(text.split()) <= SHORT_BULLET or text.rstrip(".")[-1:].isdigit()
        if announced and short and document.units[first - 1].section == unit.section:
            return (first - 1,)
        return ()
    before = at - 1
    same = before >= 0 and document.units[before].section == unit.section and document.units[before].kind == "sentence"
    points = bool(_POINTS_BACK.match(text) or _REFERS.search(text))
    return (before,) if same and points and document.units[before].block == unit.block else ()


def _role(text: str, of_elements: bool, concrete: bool) -> Role:
    if of_elements:
        return "advice"
    if _CAVEAT.search(text):
        return "caveat"
    if _FIGURE.search(text) and _COUNTED.search(text):
        return "figure"
    if _FRAME.search(text):
        return "frame"
    if _RESULT.search(text):
        return "result"
    if _ADVICE.search(text):
        return "advice"
    return "approach" if concrete or _DOES.search(text) else "frame"


def _with_caveats(document: Document, found: list[Attribution]) -> list[Attribution]:
    """A caveat limits the claim before it in its paragraph."""
    limited: dict[int, list[int]] = defaultdict(list)
    for at in range(1, len(found)):
        before, unit = document.units[at - 1], document.units[at]
        if found[at].role == "caveat" and before.block == unit.block and found[at - 1].role not in ("frame", "caveat"):
            limited[at - 1].append(at)
    return [
        Attribution(one.stories, one.regions, one.leans_on, tuple(limited[at]), one.role) if at in limited else one
        for at, one in enumerate(found)
    ]


class _Titles:
    """The stories' titles held against sentences: named word for word, by a name of its own, or by rare words and the region."""

    def __init__(self, stories: Sequence[Story], regions: Regions, analyser: Analyser) -> None:
        self._analyser = analyser
        self._of_places = frozenset(stem for name in ("regio", *regions.names) for stem in self._of(name))
        self._stems = {story.id: self._of(" ".join([story.title, *story.aliases])) - self._of_places for story in stories}
        self._in_titles = Counter(stem for stems in self._stems.values() for stem in stems)
        themes = {squash(theme) for story in stories for theme in story.themes}
        self._titles = {squash(t): story.id for story in stories for t in (story.title, *story.aliases) if len(t.split()) > 1}
        self._titles = {title: story for title, story in self._titles.items() if title not in themes}
        self._names = self._own_names(stories)
        self._of_region: dict[str, list[str]] = defaultdict(list)
        for story in stories:
            for region in story.regions:
                self._of_region[region].append(story.id)

    def named(self, text: str) -> tuple[str, ...]:
        """The stories whose title, or a name that only their title holds, stands in the sentence."""
        squashed = squash(text)
        whole = [story for title, story in self._titles.items() if title in squashed]
        own = [self._names[word] for name in _NAME.findall(text) if (word := name.lower()) in self._names]
        return tuple(dict.fromkeys([*whole, *own]))

    def about(self, text: str, named: tuple[str, ...]) -> tuple[str, ...]:
        """For each region named, its one story whose title shares the most telling words with the sentence, if that is clear."""
        stems = self._of(text)
        chosen = []
        for region in named:
            scored = sorted(
                ((sum(1 / self._in_titles[stem] for stem in self._stems[story] & stems), story) for story in self._of_region[region]),
                reverse=True,
            )
            clear = scored and scored[0][0] >= TELLING and (len(scored) == 1 or scored[0][0] > scored[1][0])
            chosen += [scored[0][1]] if clear else []
        return tuple(dict.fromkeys(chosen))

    @staticmethod
    def _own_names(stories: Sequence[Story]) -> dict[str, str]:
        """Names with a sign or a digit (Podium24, Shine+) that one story's titles hold and no other's, in lower case."""
        found: dict[str, set[str]] = defaultdict(set)
        for story in stories:
            for title in (story.title, *story.aliases):
                for name in _NAME.findall(title):
                    if len(name) >= SHORTEST_NAME and _MARKED.search(name) and any(char.isalpha() for char in name):
                        found[name.lower()].add(story.id)
        return {name: of.copy().pop() for name, of in found.items() if len(of) == 1}

    def _of(self, text: str) -> frozenset[str]:
        return frozenset(self._analyser.stem(word) for word in self._analyser.content_words(text))


def _parts(text: str, mark: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(mark) if part.strip())
