"""Decides whether the sources support an answer: what is asked, slot by slot, held against the best evidence.

Similarity alone does not separate what the sources say from what they nearly say; a missing year, number or region
together with this subject does.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from index.dutch import words
from index.regions import Regions
from rag.answer import Missing, Reason
from rag.evidence import Evidence
from rag.question import Reader, Term, Understood
from rag.retrieval import HybridRetriever

_NUMBER_WORDS = (
    "een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|dertien|veertien|vijftien|zestien|achttien|twintig|dertig|"
    "veertig|vijftig|zestig|zeventig|tachtig|negentig|honderd|tweehonderd|driehonderd|duizend|elfduizend|honderden|tientallen|"
    "helft|kwart|derde|driemaal|tweemaal|meeste"
)
_NUMBER = re.compile(rf"\d|\b(?:{_NUMBER_WORDS.replace('een|één|', '')})\b", re.IGNORECASE)
_TIME = re.compile(
    r"\b(?:19|20)\d{2}\b|\b(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december)\b", re.IGNORECASE
)
# People are counted under many names.
_PEOPLE = frozenset(
    ("mensen", "personen", "deelnemers", "kandidaten", "werkzoekenden", "klanten", "jongeren", "people", "persons", "participants")
)
_COUNTED = re.compile(r"\b(?:hoeveel|hoe veel|how many|how much)\s+(?:\w+e\s+)?(\w[\w-]*)")
TYPO = 84

# Set on the development cases, see evals/README.md.
LEAST_COVERAGE = 0.34
LEAST_SIMILARITY = 0.83
SURE_SIMILARITY = 0.88


@dataclass(frozen=True)
class Verdict:
    """`reason` is None when the sources support an answer; `missing` names what they lack, also beside an answer."""

    reason: Reason | None
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True)
class Signals:
    """What the verdict rests on: share of the question's telling words in the best evidence, best similarity, and the
    words that occur nowhere in the sources with their share."""

    coverage: float
    similarity: float
    absent: tuple[str, ...]
    absent_share: float


class Support:
    """Judges questions against one snapshot."""

    def __init__(self, retriever: HybridRetriever, reader: Reader, regions: Regions) -> None:
        self._retriever, self._reader, self._regions = retriever, reader, regions
        snapshot = retriever.snapshot
        texts = [p.searched for p in snapshot.passages] + [p.section[0] for p in snapshot.passages]
        self._vocabulary = sorted({word for text in texts for word in words(text)})
        self._stems = {reader.analyser.stem(word) for word in self._vocabulary}
        self._years = {year for d in snapshot.documents.values() for year in re.findall(r"\b(?:19|20)\d{2}\b", d.text)}
        self._known_regions = {r for p in snapshot.passages for r in p.regions}
        self._most_telling = max((snapshot.lexical.idf(stem) for stem in self._stems), default=1.0)

    def signals(self, asked: Understood, ranked: Sequence[Evidence]) -> Signals:
        """The figures behind the verdict for the best five pieces of evidence."""
        weights = {term: self._weight(term) for term in asked.terms}
        total = sum(weights.values())
        absent = [term for term in asked.terms if not self.occurs(term)]
        best = 0.0
        for evidence in ranked[:5]:
            held = self._window(evidence)
            best = max(best, sum(weights[t] for t in asked.terms if self._holds(held, t)) / total if total else 1.0)
        return Signals(
            best,
            max((e.similarity for e in ranked[:5]), default=0.0),
            tuple(term.word for term in absent),
            sum(weights[t] for t in absent) / total if total else 0.0,
        )

    def judge(self, asked: Understood, ranked: Sequence[Evidence], dense: bool) -> Verdict:
        """Do the sources answer this? `ranked` is the evidence best first, for the regions asked where there are any."""
        missing = [*self._missing_years(asked), *self._missing_regions(asked)]
        if any(m.what == "year" for m in missing) or (missing and len(missing) >= len(asked.regions)):
            return Verdict("not_in_sources", (*missing, *self._missing_number(asked, ranked)))
        signals = self.signals(asked, ranked)
        subject = [Missing(what="subject", value=word) for word in signals.absent]
        if not ranked:
            value = ", ".join(asked.regions) or " ".join(t.word for t in asked.terms)
            return Verdict("not_in_sources", (*missing, Missing(what="region" if asked.regions else "subject", value=value)))
        number = self._missing_number(asked, ranked)
        if number:
            return Verdict("not_in_sources", (*missing, *number, *subject))
        if not self._is_supported(asked, signals, dense):
            reason: Reason = "off_topic" if signals.absent_share > 0.6 and signals.similarity < LEAST_SIMILARITY else "not_in_sources"
            region = [Missing(what="region", value=r) for r in asked.regions]
            return Verdict(reason, (*missing, *(subject or region or [Missing(what="subject", value=asked.text[:80])])))
        return Verdict(None, tuple(missing))

    def _is_supported(self, asked: Understood, signals: Signals, dense: bool) -> bool:
        if not asked.terms:
            return bool(asked.regions)
        if not dense:
            return signals.coverage >= 0.5 and signals.absent_share < 0.5
        if signals.similarity >= SURE_SIMILARITY and signals.absent_share < 0.6:
            return True
        return signals.coverage >= LEAST_COVERAGE and signals.similarity >= LEAST_SIMILARITY and signals.absent_share < 0.5

    def occurs(self, term: Term) -> bool:
        """Does the sources' vocabulary hold this word, a synonym, a compound of it, or its right spelling?"""
        if term.stem in self._stems or any(set(v) <= self._stems for v in term.variants):
            return True
        if any(_compound(term.word, word) for word in self._vocabulary):
            return True
        return len(term.word) > 5 and process.extractOne(term.word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=TYPO) is not None

    def is_number_for(self, asked: Understood, evidence: Evidence) -> bool:
        """Does this evidence hold a number for what is counted in the question?"""
        if not _NUMBER.search(evidence.text):
            return False
        counted = _COUNTED.search(" ".join(asked.text.lower().split()))
        if counted is None:
            return True
        of_what = [term for term in asked.terms if term.word in words(counted.group(1))]
        if counted.group(1) in _PEOPLE or not of_what:
            return True
        return any(self._holds(self._window(evidence), term) for term in of_what)

    def text_holds(self, text: str, term: Term) -> bool:
        """Does `text` hold this word of the question, a synonym, a compound of it, or its right spelling?"""
        return self._holds(frozenset(words(text)), term)

    def knows(self, region: str) -> bool:
        """Do the sources say anything about this region?"""
        return region in self._known_regions

    def _missing_years(self, asked: Understood) -> list[Missing]:
        absent = [Missing(what="year", value=year) for year in asked.years if year not in self._years]
        if asked.asks_now and (asked.asks_amount or asked.asks_when):
            absent.append(Missing(what="year", value="nu"))
        return absent

    def _missing_regions(self, asked: Understood) -> list[Missing]:
        return [Missing(what="region", value=region) for region in asked.regions if region not in self._known_regions]

    def _missing_number(self, asked: Understood, ranked: Sequence[Evidence]) -> list[Missing]:
        if asked.asks_amount and not any(self.is_number_for(asked, e) for e in ranked[:4]):
            return [Missing(what="amount", value=asked.text[:80])]
        if asked.asks_when and not any(_TIME.search(e.text) for e in ranked[:4]):
            return [Missing(what="date", value=asked.text[:80])]
        return []

    def _weight(self, term: Term) -> float:
        return self._retriever.snapshot.lexical.idf(term.stem) or self._most_telling

    def _window(self, evidence: Evidence) -> frozenset[str]:
        """The words a reader of this evidence has before her: its headings and its passage."""
        return frozenset(words(evidence.passage.searched)) | frozenset(words(evidence.passage.section[0]))

    def _holds(self, window: frozenset[str], term: Term) -> bool:
        stems = {self._reader.analyser.stem(word) for word in window}
        if term.stem in stems or any(set(v) <= stems for v in term.variants):
            return True
        return any(_compound(term.word, word) for word in window) or (
            len(term.word) > 5 and process.extractOne(term.word, window, scorer=fuzz.ratio, score_cutoff=TYPO) is not None
        )


def _compound(one: str, other: str) -> bool:
    """Is one word a part, of five letters or more, at the start or end of the other?"""
    short, long = sorted((one, other), key=len)
    return len(short) >= 5 and (long.startswith(short) or long.endswith(short))
