"""When two words are the same to the check of a statement: by stem, compound, other word, translation, or near enough in English."""

from collections.abc import Callable, Iterable
from functools import cache, lru_cache

from rapidfuzz import fuzz

from index.dutch import words
from rag.answer import Language
from rag.lexicon import ADJECTIVES, LIGHT
from rag.question import Reader
from rag.terms import is_filler
from rag.verbs import Verbs

LONG_ENOUGH = 5
# A compound ends in what it is: "uitstroomkansen" are "kansen".
LAST_PART = 4
COGNATE = {"nl": 80, "en": 72}


class Vocabulary:
    """Compares words with those of a text. `known` are the texts whose words are known at all."""

    def __init__(self, reader: Reader, known: Iterable[str]) -> None:
        self._reader = reader
        self._known = frozenset(reader.analyser.stem(word) for text in known for word in words(text))
        self._verbs = Verbs(reader.analyser.stem)
        self.keys = cache(self._keys_of)
        # the same evidence is held against one statement after another
        self._roots_of = lru_cache(maxsize=256)(self._all_roots)

    def phrase_words(self, said: str, held: str, language: Language) -> set[str]:
        """The words of phrases of `said` whose translation or other word the evidence holds."""
        found: set[str] = set()
        for phrase, others in self._reader.thesaurus.phrases(said, english=language == "en"):
            for other in others:
                wanted = self._reader.analyser.content_words(other)
                if len(phrase.split()) > 1 and wanted and all(self.is_held(word, held, language) for word in wanted):
                    found |= set(words(phrase))
        return found

    def is_held(self, word: str, held: str, language: Language) -> bool:
        """Does the evidence hold this word, in a compound, under another name, or in English almost the same?"""
        stems, keys, own = self.stems_of(held), self.keys(word), self._reader.analyser.stem(ADJECTIVES.get(word, word))
        if own in stems or keys & stems or any(stem.endswith(own) for stem in stems if len(own) >= LAST_PART):
            return True
        partly = keys if language == "en" else (own,)
        return any(
            len(key) >= LONG_ENOUGH
            and len(stem) >= LONG_ENOUGH
            and (key in stem or stem in key or fuzz.ratio(key, stem) >= COGNATE[language])
            for key in partly
            for stem in stems
        )

    def same_verbs(self, said: str, held: str) -> set[str]:
        """The words of `said` that are verbs of the evidence in another form."""
        apart, roots = self._verbs.joined(said), self._roots_of(held)
        return {word for word in words(said) if (self._verbs.roots(word) | apart.get(word, frozenset())) & roots}

    def is_light(self, word: str) -> bool:
        """Does this word claim nothing by itself?"""
        return word in LIGHT or is_filler(word)

    def content_keys(self, text: str) -> list[frozenset[str]]:
        """For each word of `text` that claims something, the stems that count as it."""
        return [self.keys(word) for word in dict.fromkeys(self._reader.analyser.content_words(text)) if not self.is_light(word)]

    def known_keys(self, text: str) -> list[frozenset[str]]:
        """The same without the English words that nobody translated: they are neither the same nor another."""
        return [keys for keys in self.content_keys(text) if keys & self._known]

    def stems_of(self, text: str) -> frozenset[str]:
        """The stems of all words of `text`."""
        return _stems(self._reader.analyser.stem, text)

    def _all_roots(self, text: str) -> frozenset[str]:
        return frozenset().union(*(self._verbs.roots(word) for word in words(text)), *self._verbs.joined(text).values())

    def _keys_of(self, word: str) -> frozenset[str]:
        """The stems that count as `word`: its own, and those of its other words and translations."""
        stem, thesaurus = self._reader.analyser.stem, self._reader.thesaurus
        others = [*thesaurus.expand(word), *thesaurus.translate(word)]
        # one word for one: of "aan het werk" no single word stands for "employment"
        single = [one for other in others if len(one := self._reader.analyser.content_words(other)) == 1]
        return frozenset((stem(word), *(stem(found[0]) for found in single)))


@lru_cache(maxsize=256)  # the same evidence is held against one statement after another
def _stems(stem: Callable[[str], str], text: str) -> frozenset[str]:
    return frozenset(stem(form) for word in words(text) for form in (word, ADJECTIVES.get(word, word)))
