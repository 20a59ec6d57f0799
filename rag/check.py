"""Holds a statement that a model wrote against the evidence it names: its numbers, names, places, words and small words.

It compares words, so it cannot see who does what to whom: "UWV adviseert de gemeente" and its reverse are the same to it.
`docs/generated.md` has what it lets through and what it refuses, measured.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np
from langchain_core.embeddings import Embeddings

from index.dutch import fold, words
from index.snapshot import Snapshot
from rag.amounts import Amount, amounts
from rag.answer import Language
from rag.form import wrong_form
from rag.lexicon import ACTORS, LIGHT, NEGATION, NO_NAME, SMALL, TURNS
from rag.places import Places, fits, one_name
from rag.polarity import Polarity, denies
from rag.question import Reader
from rag.terms import is_filler
from rag.told import Problem, Told
from rag.vocabulary import LONG_ENOUGH, Vocabulary

_WORD = re.compile(r"[^\W_]+(?:[+@&'’-][^\W_]*)*")
_RANGE = re.compile(r"(\d[\d.,]*\d|\d)\s*(?:tot|to|t/m|-|–)\s*(\d[\d.,]*\d|\d)", re.IGNORECASE)
# So large a part of the words may be new: usual words that say nothing of the subject. One may, of `FEW_WORDS` or more.
NEW_WORDS = 0.2
FEW_WORDS = 4
# English words over Dutch evidence: a word that nobody translated says nothing either way, so meaning has to carry what is left.
NEW_WORDS_ENGLISH = 0.5
LEAST_MEANING = 0.8


class Check:
    """Checks statements against evidence with the words of one snapshot. `usual` are the
    words that everybody uses; `similarity` is the cosine of two texts, where there is a model."""

    def __init__(
        self, snapshot: Snapshot, reader: Reader, usual: Collection[str], similarity: Callable[[str, str], float] | None = None
    ) -> None:
        self._reader, self._usual, self._similarity = reader, usual, similarity
        everything = [passage.searched for passage in snapshot.passages]
        self._vocabulary, self._places = Vocabulary(reader, everything), Places(reader.regions)
        self._polarity = {"nl": Polarity(self._vocabulary.content_keys, fold), "en": Polarity(self._vocabulary.known_keys, fold)}
        self._actors = frozenset(reader.analyser.stem(word) for word in ACTORS)
        # a word that stands there in small letters is no name
        self._common = frozenset(fold(word) for text in everything for word in re.findall(r"(?<![^\W_])[a-zà-ÿ][\w'’-]+", text))

    def problems(self, text: str, evidence: Sequence[Told], language: Language) -> tuple[Problem, ...]:
        """All that is wrong with `text` beside `evidence`; empty when it may be shown."""
        form = wrong_form(text, language)
        if form:
            return form
        said = one_name(text)
        places = self._places.of(said)
        told = [piece for one in evidence for piece in self._places.pieces(one)]
        about = [one for one in told if fits(one, places)]
        found = [*self._places.wrong(said, places, told)]
        if places and not found and not about:
            found.append(Problem("place", places[0].name))
        about = about or told
        around = " ".join(one.text for one in about)
        found += self._wrong_numbers(said, around)
        found += self._wrong_names(said, around, evidence, language)
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
        wanted, held = self._vocabulary.content_keys(quote), frozenset().union(*self._vocabulary.content_keys(text))
        return bool(wanted) and sum(bool(word & held) for word in wanted) * 2 > len(wanted)

    def shares(self, text: str, quote: str) -> bool:
        """Do the two have a word or number in common that carries meaning?"""
        held = frozenset().union(*self._vocabulary.content_keys(quote))
        numbers = {one.value for one in amounts(text, fold)} & {one.value for one in amounts(quote, fold)}
        return bool(numbers) or any(word & held for word in self._vocabulary.content_keys(text))

    def names_a_place(self, text: str) -> bool:
        """Does the text say which region it is about?"""
        return bool(self._places.of(one_name(text)))

    def _wrong_numbers(self, said: str, told: str) -> Iterable[Problem]:
        theirs, used = amounts(told, fold), Counter[tuple[str, str]]()
        for ours in amounts(said, fold):
            used[ours.value, ours.unit] += 1
            same = [one for one in theirs if one.value == ours.value and one.unit == ours.unit]
            if used[ours.value, ours.unit] > len(same) or self._is_moved(ours, same, theirs):
                yield Problem("number", ours.value)
        ranges = set(_RANGE.findall(told))
        yield from (Problem("number", first) for first, last in _RANGE.findall(said) if (last, first) in ranges and first != last)

    def _is_moved(self, ours: Amount, same: list[Amount], theirs: list[Amount]) -> bool:
        """Does this number count what another number counts in the evidence?"""
        counted = self._counted(ours)
        if not counted or any(counted & self._counted(one) for one in same):
            return False
        return any(counted & self._counted(one) for one in theirs if one.value != ours.value)

    def _counted(self, amount: Amount) -> frozenset[str]:
        return frozenset(key for word in amount.counted if not self._vocabulary.is_light(word) for key in self._vocabulary.keys(word))

    def _wrong_names(self, said: str, told: str, evidence: Sequence[Told], language: Language) -> Iterable[Problem]:
        labels = [label for one in evidence for label in (*one.regions, *one.headings)]
        held = {fold(part) for text in (told, *labels) for part in _parts(text)}
        held |= {part for name in held for part in name.split("-")}
        for match in _WORD.finditer(said):
            word = match.group()
            inner = word[1:]
            starts = not said[: match.start()].strip(" '\"“‘«(") or said[: match.start()].rstrip(" '\"“‘")[-1:] in ".;:"
            is_name = any(c.isupper() for c in inner) or (any(c.isdigit() for c in word) and any(c.isalpha() for c in word))
            is_name = is_name or (word[0].isupper() and (not starts or self._is_strange(word, language)))
            plain = fold(word)
            if not is_name or plain in NO_NAME or plain in held or plain.removesuffix("'s") in held or plain.rstrip("s") in held:
                continue
            if all(part in held or part in self._common for part in plain.split("-")) and "-" in word:
                continue
            # "Beschut Werk" in capitals is no name where the sources write it small
            if (
                not any(c.isupper() for c in inner)
                and not any(c.isdigit() for c in word)
                and self._reader.analyser.stem(plain) in self._vocabulary.stems_of(told)
            ):
                continue
            yield Problem("name", word)

    def _is_strange(self, word: str, language: Language) -> bool:
        """Is this first word no known word, but a name? Any English verb may come first: "Intervening early pays off"."""
        plain = fold(word)
        if language == "en" and len(plain) > LONG_ENOUGH + 1 and plain.endswith("ing"):
            return False
        known = plain in self._common or plain in LIGHT or is_filler(plain) or not self._reader.analyser.content_words(plain)
        return not known and plain not in self._usual and not self._reader.thesaurus.translate(plain)

    def _new_words(self, said: str, told: str, evidence: Sequence[Told], language: Language) -> Iterable[Problem]:
        """Words that the evidence does not hold, in any form, translation or other word for it."""
        around = self._vocabulary.stems_of(" ".join(heading for one in evidence for heading in (*one.headings, *one.regions)))
        content = [
            word
            for word in dict.fromkeys(self._reader.analyser.content_words(said))
            if not self._vocabulary.is_light(word) and word not in NEGATION and not word.isdigit()
        ]
        content = [word for word in content if not amounts(word, fold) and word not in SMALL[language]]
        same = self._vocabulary.phrase_words(said, told, language) | _same_turn(said, told)
        if language == "nl":
            same |= self._vocabulary.same_verbs(said, told)
        stem = self._reader.analyser.stem
        new = [
            word for word in content if word not in same and stem(word) not in around and not self._vocabulary.is_held(word, told, language)
        ]
        claims = [word for word in new if self._is_claim(word, language)]
        # where the evidence denies something and we deny nothing, another word may be for what it denies; and of a few words
        # another one is the half of it
        core = " ".join(one.text for one in evidence if one.is_core)
        is_strict = language == "nl" and ((denies(core) and not denies(said)) or len(content) < FEW_WORDS)
        allowed = NEW_WORDS_ENGLISH if language == "en" else NEW_WORDS
        if claims or len(new) > (0 if is_strict else max(1, allowed * len(content))):
            yield from (Problem("words", word) for word in (claims or new)[:3])

    def _is_claim(self, word: str, language: Language) -> bool:
        """Is this a word of the subject, of people, or a rare one? Another one of those is never a matter of wording."""
        stem = self._reader.analyser.stem(word)
        if language == "en":
            return stem in self._actors
        return stem in self._actors or stem in self._reader.thesaurus.stems or word not in self._usual


def _same_turn(said: str, told: str) -> set[str]:
    """The words that say how many, which way or how sure, and say it as the evidence does: "nodig" where it has "moeten"."""
    held = set(words(told))
    return {word for word in words(said) for name, group in TURNS.items() if name != "all" and word in group and held & group}


def similarity_by(engine: Embeddings | None) -> Callable[[str, str], float] | None:
    """The cosine of two texts by an embedding model; None without one."""
    if engine is None:
        return None

    def cosine(one: str, other: str) -> float:
        first, second = engine.embed_documents([one, other])
        return float(np.dot(first, second))

    return cosine


def _parts(text: str) -> list[str]:
    return [part for word in _WORD.findall(text) for part in (word, *re.split(r"[-&'’]", word)) if part]
