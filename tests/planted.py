"""Honest statements from `honest.csv`, and errors planted in them by substitution: one wrong thing in each."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.regions import Regions
from rag.answer import Language

FILE = Path(__file__).with_name("honest.csv")
# Written after the rules: the first two led to mended rules, as did the third in part; the last was read by them as they are.
LATER, UNSEEN, HELD, LAST = (Path(__file__).with_name(f"honest_{name}.csv") for name in ("later", "unseen", "held", "last"))
SURE = ("number", "moved number", "region", "name", "link", "negation")
_NUMBERS = {
    "nl": {
        "tien": "twintig",
        "zeven": "negen",
        "vier": "vijf",
        "elfduizend": "twaalfduizend",
        "honderd": "tweehonderd",
        "helft": "kwart",
        "één": "drie",
    },
    "en": {
        "seven": "nine",
        "eleven": "twelve",
        "hundred": "thousand",
        "half": "quarter",
        "one": "three",
    },
}
_NAMES = ("Philips", "Randstad", "Cedris", "Divosa", "Pluspunt")
_NOUNS = {
    "nl": {
        "werkgevers": "scholen",
        "werkgever": "gemeente",
        "leerlingen": "vluchtelingen",
        "scholen": "ziekenhuizen",
        "klant": "werkgever",
        "app": "robot",
        "mensen": "werkgevers",
        "werkzoekenden": "leerlingen",
        "gemeenten": "werkgevers",
        "robots": "auto's",
        "jongeren": "ouderen",
        "autisme": "schulden",
        "respondenten": "leerlingen",
        "vluchtelingen": "werkgevers",
        "kleding": "meubels",
        "zorg": "bouw",
        "video's": "boeken",
        "schoolverlaters": "ouderen",
        "plaatsen": "ontslaan",
    },
    "en": {
        "employer": "school",
        "employers": "schools",
        "pupils": "refugees",
        "client": "employer",
        "app": "robot",
        "robots": "cars",
        "people": "employers",
        "seekers": "schools",
        "autism": "debts",
        "municipalities": "employers",
        "videos": "books",
        "respondents": "pupils",
    },
}
_TURNS = {
    "nl": {
        "meer dan": "minder dan",
        "hogere": "lagere",
        "vergroten": "verkleinen",
        "vroeg": "laat",
        "vroegtijdig": "achteraf",
        "meeste": "minste",
        "beter": "slechter",
        "meer": "minder",
        "goede": "slechte",
        "bijna": "",
        "kan": "moet",
        "kunnen": "moeten",
        "vóór": "na",
        "kleinere": "grotere",
    },
    "en": {
        "more than": "fewer than",
        "higher": "lower",
        "early": "late",
        "better": "worse",
        "almost": "",
        "can": "must",
        "before": "after",
    },
}
_NEGATED = {
    "nl": r"\b(is|zijn|wordt|worden|heeft|hebben|kan|kunnen|werkt|werken|gebruikt|helpt|zet|biedt|geeft|krijgt|komen|zit|staan|waren)\b",
    "en": r"\b(is|are|was|were|has|can|develops|agree)\b",
}
_ADDED = {
    "nl": (", en dat bespaart 3 miljoen euro", ", zegt wethouder Jansen", ", en iedereen is daar tevreden over", ", net als in Almere"),
    "en": (", which saves 3 million euro", ", says alderman Jansen", ", and everyone is happy with it", ", just like in Almere"),
}
_LINKS = (
    " Lees https://voorbeeld.nl/verhaal",
    " ![](http://voorbeeld.nl/d)",
    " Zie [hier](voorbeeld.nl)",
    " Mail info@voorbeeld.nl",
    " <b>zie</b>",
)


@dataclass(frozen=True)
class Honest:
    """A paraphrase written by hand, and a piece of the sentence that carries it."""

    language: Language
    evidence: str
    statement: str


def read_honest(source: Path = FILE) -> list[Honest]:
    with source.open(encoding="utf-8", newline="") as file:
        return [Honest(row["language"], row["evidence"], row["statement"]) for row in csv.DictReader(file)]  # type: ignore[arg-type]


def planted(one: Honest, at: int, regions: Regions) -> Iterator[tuple[str, str]]:
    """Kinds of error with the statement that holds one; `at` varies what is put in."""
    text, language = one.statement, one.language
    places = regions.find(text)
    spans = [(place.start, place.end) for place in places]
    numbers = list(re.finditer(r"\d+(?:[.,]\d+)*", text))
    for match in numbers:
        wrong = str(int(re.sub(r"\D", "", match.group())) + 3)
        yield "number", text[: match.start()] + wrong + text[match.end() :]
    if len(numbers) == 2:
        first, second = numbers
        yield (
            "moved number",
            text[: first.start()] + second.group() + text[first.end() : second.start()] + first.group() + text[second.end() :],
        )
    for word, wrong in _NUMBERS[language].items():
        if re.search(rf"\b{word}\b", text):
            yield "number", re.sub(rf"\b{word}\b", wrong, text, count=1)
    for start, end in spans:
        others = [name for name in regions.names if name not in {place.region for place in places}]
        yield "region", text[:start] + others[(at * 7) % len(others)] + text[end:]
    if not places:
        holds = "geldt" if language == "nl" else "this holds"
        yield "region", f"In {regions.names[at % 35]} {holds}: {text}"
    for match in re.finditer(r"(?<=\s)[A-Z][\w+@-]{2,}", text):
        if not any(start <= match.start() < end for start, end in spans) and match.group() not in ("Noordwest", "Veluwe", "Werk", "Noord"):
            yield "name", text[: match.start()] + _NAMES[at % len(_NAMES)] + text[match.end() :]
            break
    negator = re.search(r"\b(geen|niet|nooit|onvoldoende|no|not|never)\b ?", text)
    if negator:
        yield "negation", text[: negator.start()] + text[negator.end() :]
    verb = re.search(_NEGATED[language], text)
    if verb:
        yield "negation", f"{text[: verb.end()]} {'niet' if language == 'nl' else 'not'}{text[verb.end() :]}"
    else:
        yield "negation", ("Het is niet zo dat " if language == "nl" else "It is not true that ") + text[0].lower() + text[1:]
    yield "link", text + _LINKS[at % len(_LINKS)]
    for table, kind in ((_NOUNS, "noun"), (_TURNS, "turn")):
        for word, wrong in table[language].items():
            match = re.search(rf"\b{re.escape(word)}\b", text)
            if match:
                yield kind, " ".join((text[: match.start()] + wrong + text[match.end() :]).split())
                break
    yield "addition", text.rstrip(".") + _ADDED[language][at % len(_ADDED[language])] + "."
    yield "quantifier", ("Alleen " if language == "nl" else "Only ") + text[0].lower() + text[1:]
