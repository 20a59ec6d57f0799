"""The small words that turn a claim: negation, how many, which way, how sure, in Dutch and English."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.lexicon import HEDGE, NEGATION, TURNS

_ALMOST = frozenset("bijna vrijwel haast almost nearly virtually".split())
# Who says one of these without a word of its group in the sources, claims what they do not.
_ALWAYS = frozenset(
    ("all", "everyone", "most", "only", "not only", "must", "bad", "less", "harder", "failure", "worse", "stops", "few", "free")
)
_OPPOSITE = {
    "more": "less", "easier": "harder", "before": "after", "after": "before", "early": "late", "late": "early", "success": "failure",
    "starts": "stops", "many": "few", "better": "worse", "all": "most", "good": "bad",
}  # fmt: skip
_NOBODY = frozenset("niemand nobody".split())
_CLAUSE = re.compile(
    r"[.;:!?()]|,\s|\s[–-]\s|\b(?:maar|terwijl|want|omdat|waardoor|zodat|en|of|but|while|because|so that|whereas|and|or)\b"
)
_NO_SUFFIX = re.compile(r"\b(\w+)n['’]t\b")
_NOT_ONLY = re.compile(r"\b(?:niet (?:alleen|uitsluitend|enkel)|not (?:only|just|merely|exclusively))\b")
# Turns of words in which a negation denies nothing, "each" says no more than "monthly" does, "mogelijk" doubts nothing, or
# "the most important" counts nobody.
_NOTHING_SAID = re.compile(
    r"\b(?:zo ?\w+ mogelijk|(?<=\bthe )most|een enkele? (?:geval|keer)|niet per definitie|al dan niet|"
    r"whether or not|not necessarily|each other|"
    r"(?:elke|iedere|elk|ieder|every|each) (?:week|maand|jaar|dag|month|year|day))\b"
)
AROUND = 4
Keys = frozenset[str]


@dataclass(frozen=True)
class _Clause:
    words: tuple[Keys, ...]
    denies: tuple[tuple[Keys, ...], ...]  # for each negation the words around it
    nobody: bool  # "niemand kan het beter" does not say that one cannot
    almost: bool
    hedged: bool


class Polarity:
    """Compares a statement with its evidence; `keys` gives for each content word of a text the stems that count as it."""

    def __init__(self, keys: Callable[[str], Sequence[Keys]], plain: Callable[[str], str]) -> None:
        self._keys, self._plain = keys, plain

    def problems(self, said: str, told: str, around: str) -> list[str]:
        """The words of `said` that turn what the evidence says, or that are lacking; empty when both point the same way.

        `told` is what was cited, `around` that with what it leans on.
        """
        ours, theirs, wider = self._clauses(said), self._clauses(told), self._clauses(around)
        return list(dict.fromkeys([*self._turned(said, around), *_denied(ours, theirs, wider), *_lacking(ours, theirs)]))

    def _turned(self, said: str, told: str) -> Iterator[str]:
        said_words, told_words = self._words(_settled(said)), self._words(_settled(told))
        for name, group in TURNS.items():
            used = [at for at, word in enumerate(said_words) if word in group]
            same = [at for at, word in enumerate(told_words) if word in group]
            if not used:
                continue
            opposite = TURNS.get(_OPPOSITE.get(name, ""), frozenset())
            if not same and (name in _ALWAYS or any(word in opposite for word in told_words)):
                yield said_words[used[0]]
            if name == "only" and len(used) > len(same):
                yield said_words[used[0]]
            almost = [bool(set(told_words[max(0, at - 1) : at]) & _ALMOST) for at in same]
            if name in ("all", "most") and same and all(almost) and not set(said_words[max(0, used[0] - 1) : used[0]]) & _ALMOST:
                yield said_words[used[0]]

    def _clauses(self, text: str) -> list[_Clause]:
        found = []
        for piece in _CLAUSE.split(_settled(text)):
            tokens = self._words(piece)
            denies = []
            almost = False
            nobody = not _NOBODY.isdisjoint(tokens)
            for at, token in enumerate(tokens):
                if token in NEGATION:
                    around = [word for word in tokens[max(0, at - AROUND) : at + 1 + AROUND] if word not in NEGATION]
                    # where the words next to it say nothing by themselves, it is the clause that is denied
                    denies.append(tuple(self._keys(" ".join(around)) or self._keys(" ".join(tokens))))
                    almost = almost or bool(set(tokens[max(0, at - 2) : at]) & _ALMOST)
            if tokens:
                found.append(
                    _Clause(tuple(self._keys(" ".join(tokens))), tuple(denies), nobody, almost, any(token in HEDGE for token in tokens))
                )
        return found

    def _words(self, text: str) -> list[str]:
        return [self._plain(word) for word in re.findall(r"[^\W\d_]+", text)]


def _settled(text: str) -> str:
    return _NOTHING_SAID.sub(" ", _NOT_ONLY.sub(" nietalleen ", _NO_SUFFIX.sub(r"\1 not", text.lower())))


def denies(text: str) -> bool:
    """Does the text deny anything?"""
    return any(word in NEGATION for word in re.findall(r"[^\W\d_]+", _settled(text)))


def _denied(ours: Sequence[_Clause], theirs: Sequence[_Clause], wider: Sequence[_Clause]) -> Iterator[str]:
    """Negations of ours that the evidence does not have there. What it leans on may deny something else: there more must agree."""
    cited = [(one, clause) for clause in theirs for one in clause.denies]
    around = [(one, clause) for clause in wider for one in clause.denies]
    if sum(len(clause.denies) for clause in ours) > len(around):
        yield "niet"
    for clause in ours:
        for one in clause.denies:
            same = [
                other
                for words, other in cited
                if clause.nobody == other.nobody and _shared(one, words) * 2 >= max(1, min(len(one), len(words)))
            ]
            same += [
                other
                for words, other in around
                if clause.nobody == other.nobody and _shared(one, words) * 2 >= max(1, len(one), len(words))
            ]
            if not same:
                yield "niet"
            elif all(other.almost for other in same) and not clause.almost:
                yield "bijna"


def _lacking(ours: Sequence[_Clause], theirs: Sequence[_Clause]) -> Iterator[str]:
    """Negations and reservations of the evidence that are lacking where we say the same."""
    said = [word for clause in ours for word in clause.words]
    denies, hedged = any(clause.denies for clause in ours), any(clause.hedged for clause in ours)
    for clause in theirs:
        for words in clause.denies:
            if words and not denies and _shared(words, said) * 2 > len(words):
                yield "niet"
        if clause.hedged and not hedged and clause.words and _shared(clause.words, said) * 2 > len(clause.words):
            yield "mogelijk"


def _shared(words: Sequence[Keys], others: Sequence[Keys]) -> int:
    """How many of `words` are among `others`."""
    held = frozenset().union(*others)
    return sum(bool(word & held) for word in words)
