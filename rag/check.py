"""Holds a statement that a model wrote against the evidence it names: its numbers, names, places, words and small words.

It compares words, so it cannot see who does what to whom: "UWV adviseert de gemeente" and its reverse are the same to it.
`docs/generated.md` has what it lets through and what it refuses, measured.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Literal

import numpy as np
from langchain_core.embeddings import Embeddings
from rapidfuzz import fuzz

from index.dutch import fold, words
from index.regions import Place
from index.snapshot import Snapshot
from rag.amounts import Amount, amounts
from rag.answer import Language
from rag.instruction import split_request
from rag.lexicon import ACTORS, LIGHT, NEGATION, NO_NAME, SMALL
from rag.polarity import Polarity
from rag.question import Reader, is_filler

Kind = Literal["form", "leans", "citation", "link", "language", "instruction", "number", "place", "name", "words", "meaning", "turned"]

_LINK = re.compile(
    r"https?:|www\.|\b[\w-]+\.(?:nl|com|org|net|eu|io|be|de|info|gov|edu)\b|[\w.+-]+@[\w-]+\.\w|!\[|\]\(|<[a-z/!]|&[a-z#0-9]+;",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"[`|{}<>\\\[\]]|\*\*|__|[\x00-\x08\x0b-\x1f\x7f\ufffd\u200b-\u200f\u202a-\u202e\u2060-\u2069]")
_ABOUT_ITSELF = re.compile(
    r"\b(?:als (?:ai|taalmodel|assistent)|as an ai|language model|taalmodel|mijn instructies|my instructions|system ?prompt|"
    r"ik (?:ben|kan|zal|heb|mag)|i (?:am|can|will|have|cannot)|volgens (?:de )?(?:bron|bronnen) \d)\b",
    re.IGNORECASE,
)
# Who "they" are is in the statement before, and that one may be dropped.
_POINTS_BACK = re.compile(
    r"\W*(?:maar|dat|dit|daar\w*|deze|die|hij|zij|ze|hierdoor|hiermee|zo|ook dat|but|that|this|these|those|they|it|he|she|so)\b",
    re.IGNORECASE,
)
LEAST_WORDS, MOST_WORDS = 4, 60
_SAME_PLACE = {"the hague": "Den Haag", "'s-gravenhage": "Den Haag", "'s-hertogenbosch": "Den Bosch"}
_SAME_PLACE_RE = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in _SAME_PLACE), re.IGNORECASE)
_PIECES = re.compile(r";\s|,?\s(?:maar|terwijl|while|but)\s|(?:,\s(?:en\s)?|\sen\s)(?=in\s+(?:de\s+)?[A-Z])|(?<=[a-z)])\.\s")
_WORD = re.compile(r"[^\W_]+(?:[+@&'’-][^\W_]*)*")
# So large a part of the words may be new: usual words that say nothing of the subject. One always may.
NEW_WORDS = 0.2
# English words over Dutch evidence: a word that nobody translated says nothing either way, so meaning has to carry what is left.
NEW_WORDS_ENGLISH = 0.5
LEAST_MEANING = 0.8
LONG_ENOUGH = 5
# A compound ends in what it is: "uitstroomkansen" are "kansen".
LAST_PART = 4
COGNATE = {"nl": 80, "en": 72}


@dataclass(frozen=True)
class Told:
    """One sentence of the evidence: its text, the regions that it is about, the headings it stands under, and whether it was
    named itself or comes along with one that was. A part of one that names several places has its own `places`."""

    text: str
    regions: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    is_core: bool = True
    places: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Problem:
    """Why a statement may not be shown: `what` is the word or number at fault."""

    kind: Kind
    what: str


class Check:
    """Checks statements against evidence with the words of one snapshot. `usual` are the
    words that everybody uses; `similarity` is the cosine of two texts, where there is a model."""

    def __init__(
        self, snapshot: Snapshot, reader: Reader, usual: Collection[str], similarity: Callable[[str, str], float] | None = None
    ) -> None:
        self._reader, self._usual, self._similarity = reader, usual, similarity
        self._keys = cache(self._keys_of)
        self._polarity = {"nl": Polarity(self._content_keys, fold), "en": Polarity(self._known_keys, fold)}
        self._actors = frozenset(reader.analyser.stem(word) for word in ACTORS)
        everything = [passage.searched for passage in snapshot.passages]
        self._known = frozenset(reader.analyser.stem(word) for text in everything for word in words(text))
        # a word that stands there in small letters is no name
        self._common = frozenset(fold(word) for text in everything for word in re.findall(r"(?<![^\W_])[a-zà-ÿ][\w'’-]+", text))

    def problems(self, text: str, evidence: Sequence[Told], language: Language) -> tuple[Problem, ...]:
        """All that is wrong with `text` beside `evidence`; empty when it may be shown."""
        form = self._form(text, language)
        if form:
            return form
        said = _one_name(text)
        places = self._places(said)
        told = [piece for one in evidence for piece in self._pieces(one)]
        about = [one for one in told if _fits(one, places)]
        found = [*self._wrong_places(said, places, told)]
        if places and not found and not about:
            found.append(Problem("place", places[0].name))
        about = about or told
        around = " ".join(one.text for one in about)
        found += self._wrong_numbers(said, around)
        found += self._wrong_names(said, around, evidence)
        found += self._new_words(said, around, evidence, language)
        found += [
            Problem("turned", word)
            for word in self._polarity[language].problems(said, " ".join(one.text for one in about if one.is_core), around)
        ]
        if language == "en" and self._similarity is not None and not found and self._similarity(said, around) < LEAST_MEANING:
            found.append(Problem("meaning", said.split()[0]))
        return tuple(dict.fromkeys(found))

    def says(self, text: str, quote: str) -> bool:
        """Does `text` say most of what `quote` says? For a caveat that must travel along."""
        wanted, held = self._content_keys(quote), frozenset().union(*self._content_keys(text))
        return bool(wanted) and sum(bool(word & held) for word in wanted) * 2 > len(wanted)

    def shares(self, text: str, quote: str) -> bool:
        """Do the two have a word or number in common that carries meaning?"""
        held = frozenset().union(*self._content_keys(quote))
        numbers = {one.value for one in amounts(text, fold)} & {one.value for one in amounts(quote, fold)}
        return bool(numbers) or any(word & held for word in self._content_keys(text))

    def names_a_place(self, text: str) -> bool:
        """Does the text say which region it is about?"""
        return bool(self._places(_one_name(text)))

    def _form(self, text: str, language: Language) -> tuple[Problem, ...]:
        length = len(text.split())
        if _LINK.search(text):
            return (Problem("link", "link"),)
        if _MARKUP.search(text) or not LEAST_WORDS <= length <= MOST_WORDS or text.rstrip().endswith(("?", ":")):
            return (Problem("form", text.split()[0] if text.split() else ""),)
        if split_request(text).instructed or _ABOUT_ITSELF.search(text):
            return (Problem("instruction", text.split()[0]),)
        if _POINTS_BACK.match(text):
            return (Problem("leans", text.split()[0]),)
        counts = {name: sum(word in small for word in re.findall(r"[^\W\d_]+", text.lower())) for name, small in SMALL.items()}
        if max(counts.values()) > counts[language] or (length >= 8 and not counts[language]):
            return (Problem("language", language),)
        return ()

    def _pieces(self, told: Told) -> list[Told]:
        """A sentence that says one thing of one region and another of the next, in parts."""
        text = _one_name(told.text)
        parts = [part for part in _PIECES.split(text) if part.strip()]
        named = [self._places(part) for part in parts]
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

    def _places(self, text: str) -> list[Place]:
        return self._reader.regions.find(text, areas=True)

    def _wrong_places(self, said: str, places: list[Place], told: list[Told]) -> Iterable[Problem]:
        """A place must be named in the evidence, or be the region that a recorded decision ties to it; places named together
        must belong to one sentence."""
        if not places:
            return
        areas = self._reader.regions
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

    def _wrong_numbers(self, said: str, told: str) -> Iterable[Problem]:
        theirs = amounts(told, fold)
        for ours in amounts(said, fold):
            same = [one for one in theirs if one.value == ours.value and one.unit == ours.unit]
            if not same or self._is_moved(ours, same, theirs):
                yield Problem("number", ours.value)

    def _is_moved(self, ours: Amount, same: list[Amount], theirs: list[Amount]) -> bool:
        """Does this number count what another number counts in the evidence?"""
        counted = self._counted(ours)
        if not counted or any(counted & self._counted(one) for one in same):
            return False
        return any(counted & self._counted(one) for one in theirs if one.value != ours.value)

    def _counted(self, amount: Amount) -> frozenset[str]:
        return frozenset(key for word in amount.counted if not self._is_light(word) for key in self._keys(word))

    def _wrong_names(self, said: str, told: str, evidence: Sequence[Told]) -> Iterable[Problem]:
        held = {fold(part) for text in (told, *(r for one in evidence for r in one.regions)) for part in _parts(text)}
        held |= {part for name in held for part in name.split("-")}
        for match in _WORD.finditer(said):
            word = match.group()
            inner = word[1:]
            starts = not said[: match.start()].strip(" '\"“‘«(") or said[: match.start()].rstrip(" '\"“‘")[-1:] in ".;:"
            is_name = any(c.isupper() for c in inner) or (any(c.isdigit() for c in word) and any(c.isalpha() for c in word))
            is_name = is_name or (word[0].isupper() and (not starts or self._is_strange(word)))
            plain = fold(word)
            if not is_name or plain in NO_NAME or plain in held or plain.removesuffix("'s") in held or plain.rstrip("s") in held:
                continue
            if all(part in held or part in self._common for part in plain.split("-")) and "-" in word:
                continue
            # "Beschut Werk" in capitals is no name where the sources write it small
            if (
                not any(c.isupper() for c in inner)
                and not any(c.isdigit() for c in word)
                and self._reader.analyser.stem(plain) in self._stems_of(told)
            ):
                continue
            yield Problem("name", word)

    def _is_strange(self, word: str) -> bool:
        """Is this first word no known word, but a name?"""
        plain = fold(word)
        known = plain in self._common or plain in LIGHT or is_filler(plain) or not self._reader.analyser.content_words(plain)
        return not known and plain not in self._usual and not self._reader.thesaurus.translate(plain)

    def _new_words(self, said: str, told: str, evidence: Sequence[Told], language: Language) -> Iterable[Problem]:
        """Words that the evidence does not hold, in any form, translation or other word for it."""
        around = self._stems_of(" ".join(heading for one in evidence for heading in (*one.headings, *one.regions)))
        content = [
            word
            for word in dict.fromkeys(self._reader.analyser.content_words(said))
            if not self._is_light(word) and word not in NEGATION and not word.isdigit()
        ]
        content = [word for word in content if not amounts(word, fold) and word not in SMALL[language]]
        phrases = self._phrase_words(said, told, language)
        stem = self._reader.analyser.stem
        new = [word for word in content if word not in phrases and stem(word) not in around and not self._is_held(word, told, language)]
        claims = [word for word in new if self._is_claim(word, language)]
        allowed = NEW_WORDS_ENGLISH if language == "en" else NEW_WORDS
        if claims or len(new) > max(1, allowed * len(content)):
            yield from (Problem("words", word) for word in (claims or new)[:3])

    def _is_claim(self, word: str, language: Language) -> bool:
        """Is this a word of the subject, of people, or a rare one? Another one of those is never a matter of wording."""
        stem = self._reader.analyser.stem(word)
        if language == "en":
            return stem in self._actors
        return stem in self._actors or stem in self._reader.thesaurus.stems or word not in self._usual

    def _phrase_words(self, said: str, held: str, language: Language) -> set[str]:
        """The words of phrases of `said` whose translation or other word the evidence holds."""
        found: set[str] = set()
        for phrase, others in self._reader.thesaurus.phrases(said, english=language == "en"):
            for other in others:
                wanted = self._reader.analyser.content_words(other)
                if len(phrase.split()) > 1 and wanted and all(self._is_held(word, held, language) for word in wanted):
                    found |= set(words(phrase))
        return found

    def _is_held(self, word: str, held: str, language: Language) -> bool:
        """Does the evidence hold this word, in a compound, under another name, or in English almost the same?"""
        stems, keys, own = self._stems_of(held), self._keys(word), self._reader.analyser.stem(word)
        if keys & stems or any(stem.endswith(own) for stem in stems if len(own) >= LAST_PART):
            return True
        partly = keys if language == "en" else (own,)
        return any(
            len(key) >= LONG_ENOUGH
            and len(stem) >= LONG_ENOUGH
            and (key in stem or stem in key or fuzz.ratio(key, stem) >= COGNATE[language])
            for key in partly
            for stem in stems
        )

    def _is_light(self, word: str) -> bool:
        return word in LIGHT or is_filler(word)

    def _keys_of(self, word: str) -> frozenset[str]:
        """The stems that count as `word`: its own, and those of its other words and translations."""
        stem, thesaurus = self._reader.analyser.stem, self._reader.thesaurus
        others = [*thesaurus.expand(word), *thesaurus.translate(word)]
        # one word for one: of "aan het werk" no single word stands for "employment"
        single = [one for other in others if len(one := self._reader.analyser.content_words(other)) == 1]
        return frozenset((stem(word), *(stem(found[0]) for found in single)))

    def _content_keys(self, text: str) -> list[frozenset[str]]:
        return [self._keys(word) for word in dict.fromkeys(self._reader.analyser.content_words(text)) if not self._is_light(word)]

    def _known_keys(self, text: str) -> list[frozenset[str]]:
        """Without the English words that nobody translated: they are neither the same nor another."""
        return [keys for keys in self._content_keys(text) if keys & self._known]

    def _stems_of(self, text: str) -> frozenset[str]:
        return _stems(self._reader.analyser.stem, text)


def similarity_by(engine: Embeddings | None) -> Callable[[str, str], float] | None:
    """The cosine of two texts by an embedding model; None without one."""
    if engine is None:
        return None

    def cosine(one: str, other: str) -> float:
        first, second = engine.embed_documents([one, other])
        return float(np.dot(first, second))

    return cosine


@lru_cache(maxsize=256)  # the same evidence is held against one statement after another
def _stems(stem: Callable[[str], str], text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text))


def _one_name(text: str) -> str:
    """Places that have two names under one of them."""
    return _SAME_PLACE_RE.sub(lambda match: _SAME_PLACE[match.group().lower()], text.replace("‘s-", "'s-").replace("’s-", "'s-"))


def _parts(text: str) -> list[str]:
    return [part for word in _WORD.findall(text) for part in (word, *re.split(r"[-&'’]", word)) if part]


def _is_region(name: str, region: str) -> bool:
    return _squash(name) == _squash(region)


def _fits(told: Told, places: Sequence[Place]) -> bool:
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
