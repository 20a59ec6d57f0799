"""Does a text hold a word of the question: itself, a synonym, a compound of it, or its right spelling?"""

import math
from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from rag.terms import Term

TYPO = 82
PART = 5
MOST_OF_IT = 0.75
SAME_START = 0.6
# So many texts are kept as read: the same evidence is held against word after word, question after question.
VOCABULARIES = 4096


class Vocabulary(NamedTuple):
    """The words of a text, and their stems."""

    words: frozenset[str]
    stems: frozenset[str]


@lru_cache(maxsize=8 * VOCABULARIES)
def holds(text: Vocabulary, term: Term) -> bool:
    """Does this text hold the term?"""
    return stands_in(term, text.stems, text.words)


def stands_in(term: Term, stems: Collection[str], vocabulary: Collection[str]) -> bool:
    """Is the term there: by its stems, a synonym's, as part of a compound or put together from parts, or misspelt?"""
    if any(all(stem in stems for stem in meaning) for meaning in (term.stems, *term.variants)):
        return True
    if " " in term.word or len(term.word) < PART:
        return False
    if any(word.startswith(term.word) or word.endswith(term.word) for word in vocabulary):
        return True
    # two compounds with the same first part ("installatieproject", "installatiebranche")
    start = term.word[: max(PART + 3, math.ceil(SAME_START * len(term.word)))]
    if len(start) < len(term.word) and any(word.startswith(start) for word in vocabulary):
        return True
    return _made_of_parts(term.word, vocabulary) or (
        len(term.word) > PART and process.extractOne(term.word, vocabulary, scorer=fuzz.ratio, score_cutoff=TYPO) is not None
    )


def _made_of_parts(word: str, vocabulary: Collection[str]) -> bool:
    """Do one or two words of the vocabulary, at its start and end, make up most of this compound?"""
    first = max((len(part) for part in vocabulary if len(part) >= PART - 1 and word.startswith(part)), default=0)
    last = max((len(part) for part in vocabulary if len(part) >= PART - 1 and word.endswith(part)), default=0)
    return min(len(word), first + last) >= MOST_OF_IT * len(word)
