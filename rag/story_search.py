"""Searching the catalogue by a few words: stories that hold them, or words that mean the same, and beside these what comes near."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.catalogue import Story
from index.dutch import words
from index.snapshot import Snapshot
from praktijkbaken.personal import clean
from rag.question import MAX_CHARACTERS, Reader, Understood
from rag.retrieval import OF_REGION, HybridRetriever
from rag.stories import NEAR
from rag.titles import Titles

# From so many letters on a word is found in a longer one ("schul" of "schulden" in "schuldhulp"), and a typing error is mended.
PART = 5
# One letter in so many may be wrong.
LETTERS_PER_ERROR = 5
# A synonym is found in another form ("bedrijf", "bedrijven"), the same up to its last letters: "organisatie" is no "organiseren".
ENDING = 2
# What comes near scores so much for its words (standardised per question) and is so near in meaning (cosine). Measured on 40 words that no
# story is about: 2 bring one all the same, by the score alone 18.
NEAR_SCORE, NEAR_MEANING = 2.5, 0.855
MOST_NEAR = 5
_PLACEHOLDER = re.compile(r"\[[A-Z-]+\]")
_WORD = re.compile(r"[^\W_]+(?:[+@&'’-]+[^\W_]+)*\+?")


@dataclass(frozen=True)
class Hit:
    """A story that was found: by which of its own words, and whether these stand in its name or in what the sources say of it."""

    story: Story
    words: tuple[str, ...]
    is_in_name: bool


@dataclass(frozen=True)
class Sought:
    """What a search found.

    `hits` hold all that was asked, best first; `near` come close in meaning. `beside` are the words that were looked for too; `read_as` are
    typing errors with what they were taken for; `places` are places with their region.
    """

    hits: tuple[Hit, ...]
    near: tuple[Story, ...] = ()
    beside: tuple[str, ...] = ()
    read_as: tuple[tuple[str, str], ...] = ()
    places: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class _Text:
    """A story's words: those of its name, themes and regions, and those of each sentence about it; each with how it stands there."""

    story: Story
    plain: str
    name: dict[str, str]
    told: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class _Wanted:
    """One thing that was asked: the words for it, as typed and as synonyms (each of one or more words)."""

    typed: tuple[str, ...]
    others: tuple[str, ...]


class StorySearch:
    """Searches the stories of one snapshot. Safe to use from several threads."""

    def __init__(self, retriever: HybridRetriever, titles: Titles) -> None:
        self._retriever, self._titles = retriever, titles
        self._reader: Reader = retriever.reader
        self._texts = _texts(retriever.snapshot)
        held = (words for text in self._texts for words in (text.name, *text.told))
        self._words = sorted({word for words in held for word in words} | self._reader.thesaurus.words)
        self._known = frozenset(self._words)

    def find(self, typed: str) -> Sought:
        """The stories for some words as they were typed; personal data in them is not looked for."""
        without = clean(typed)
        cleaned = " ".join(_PLACEHOLDER.sub(" ", without.text).split())[:MAX_CHARACTERS]
        text, read_as = self._mended(cleaned)
        asked = self._reader.read(text)
        if without.removed and not asked.terms and not asked.regions:
            return Sought(())
        wanted = self._wanted(asked)
        hits = [hit for one in self._texts if (hit := self._hit(one, wanted, asked, cleaned))]
        ranked = self._ranked(asked) if asked.terms else []
        order = {story.id: at for at, (story, _) in enumerate(ranked)}
        hits.sort(key=lambda hit: (not hit.is_in_name, order.get(hit.story.id, len(order))))
        found = {hit.story.id for hit in hits}
        near = [story for story, is_near in ranked if is_near and story.id not in found]
        known = set(words(text))
        others = dict.fromkeys(other for one in wanted for other in one.others if not known.issuperset(words(other)))
        return Sought(tuple(hits), tuple(near[:MOST_NEAR]), tuple(others), read_as, self._places(asked))

    def _mended(self, typed: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The text with typing errors mended, and these: words that nobody knows and that a known word is one letter away from."""
        mended: dict[str, str] = {}
        places = {word for place in self._reader.regions.find(typed, areas=True) for word in words(place.name)}
        for word in _WORD.findall(typed):
            plain = "".join(words(word)[:1])
            if len(plain) < PART or plain != word.lower() or plain in places or self._is_known(plain):
                continue
            near = process.extractOne(plain, self._words, scorer=OSA.distance, score_cutoff=max(1, len(plain) // LETTERS_PER_ERROR))
            if near and near[0][0] == plain[0]:
                mended[word] = near[0]
        for word, meant in mended.items():
            typed = re.sub(rf"\b{re.escape(word)}\b", meant, typed)
        return typed, tuple(mended.items())

    def _is_known(self, word: str) -> bool:
        thesaurus = self._reader.thesaurus
        is_word = word in self._known or self._reader.is_known(word) or bool(thesaurus.translate(word))
        return is_word or any(self._is_in(word, known) for known in self._words)

    def _wanted(self, asked: Understood) -> list[_Wanted]:
        thesaurus, terms = self._reader.thesaurus, [term for term in asked.terms if not term.is_broad] or list(asked.terms)
        return [_Wanted((term.word,), tuple(thesaurus.expand(term.word) or thesaurus.translate(term.word))) for term in terms]

    def _hit(self, one: _Text, wanted: list[_Wanted], asked: Understood, typed: str) -> Hit | None:
        parts = typed.casefold().split()
        if parts and all(part in one.plain for part in parts):
            return Hit(one.story, (), is_in_name=True)
        if asked.regions and not set(asked.regions) & set(one.story.regions):
            return None
        in_name = [self._met(each, one.name) for each in wanted]
        left = [each for each, met in zip(wanted, in_name, strict=True) if not met]
        # what its name does not hold must stand in one sentence: words from here and there are about nothing
        in_told = next((met for sentence in one.told if all(met := [self._met(each, sentence) for each in left])), []) if left else []
        if left and not in_told:
            return None
        return Hit(one.story, tuple(dict.fromkeys(word for met in (*in_name, *in_told) for word in met)), not left)

    def _met(self, wanted: _Wanted, held: dict[str, str]) -> tuple[str, ...]:
        """The words of a text, as they stand there, that are what is wanted; none where it is not in it."""
        for phrase, is_typed in (*((one, True) for one in wanted.typed), *((one, False) for one in wanted.others)):
            needed = self._reader.analyser.content_words(phrase)
            found = [next((shown for word, shown in held.items() if self._same(need, word, is_typed)), None) for need in needed]
            if found and all(found):
                return tuple(shown for shown in found if shown)
        return ()

    def _same(self, wanted: str, word: str, is_typed: bool) -> bool:
        """Are these the same word in another form, or is one a part of the other?"""
        if wanted == word:
            return True
        stem = self._reader.analyser.stem
        if stem(wanted) == stem(word) and (is_typed or word[: len(wanted) - ENDING] == wanted[: len(wanted) - ENDING]):
            return True
        if not is_typed:
            # the last part of a compound is what it is: a "klantenbestand" is a "bestand", "bedrijfskleding" no "bedrijf"
            return len(wanted) >= PART and word.endswith(wanted)
        return self._is_in(wanted, word) or (self._is_in(word, wanted) and not self._reader.is_known(word))

    def _is_in(self, part: str, whole: str) -> bool:
        """Does the longer word begin with the stem of the other, or end in it?"""
        if len(part) >= len(whole):
            return False
        stem = self._reader.analyser.stem(part)
        return (len(stem) >= PART and whole.startswith(stem)) or (len(part) >= PART and whole.endswith(part))

    def _places(self, asked: Understood) -> tuple[tuple[str, str], ...]:
        """Places that were typed and are no region themselves, with their region or regions."""
        regions = self._reader.regions
        areas = {area.name: ", ".join(area.regions) for area in asked.areas}
        towns = {place.name: place.region for place in regions.find(asked.text) if place.name not in regions.names}
        return tuple({**areas, **towns, **dict(asked.misspelt)}.items())

    def _ranked(self, asked: Understood) -> list[tuple[Story, bool]]:
        """All stories (of the regions asked for) as the assistant ranks them, and whether each comes near."""
        ranked = self._titles.rank(replace(asked, intent="stories"), self._retriever.find(asked), lambda _: True)
        least = NEAR_SCORE + (OF_REGION if asked.regions else 0)
        return [(one.story, one.nearest >= NEAR or (one.score >= least and one.nearest >= NEAR_MEANING)) for one in ranked]


def _texts(snapshot: Snapshot) -> list[_Text]:
    told: dict[str, list[str]] = {}
    for passage in snapshot.passages:
        for sentence in passage.sentences:
            for name in sentence.stories if sentence.kind != "mention" else ():
                told.setdefault(name, []).append(sentence.text)
    texts = []
    for story in snapshot.stories.values():
        named = (story.title, *story.aliases, *story.themes, *story.regions)
        about = tuple(_shown([sentence]) for sentence in told.get(story.id, ()))
        texts.append(_Text(story, " ".join(named).casefold(), _shown(named), about))
    return texts


def _shown(texts: Iterable[str]) -> dict[str, str]:
    """The folded words of texts, each with the word that it stands in there."""
    found: dict[str, str] = {}
    for text in texts:
        for shown in _WORD.findall(text):
            for word in words(shown):
                found.setdefault(word, shown)
    return found
