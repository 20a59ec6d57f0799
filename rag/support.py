"""Decides whether the sources support an answer: what is asked, slot by slot, held against the best evidence.

Similarity alone does not separate what the sources say from what they nearly say; a missing year, number or region
together with this subject does.
"""

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from index.dutch import words
from rag.answer import Missing, Reason
from rag.evidence import Evidence
from rag.question import Reader, Term, Understood
from rag.retrieval import HybridRetriever

_NUMBER_WORDS = (
    "een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|dertien|veertien|vijftien|zestien|achttien|twintig|dertig|"
    "veertig|vijftig|zestig|zeventig|tachtig|negentig|honderd|tweehonderd|driehonderd|duizend|elfduizend|honderden|tientallen|"
    "helft|kwart|derde|driemaal|tweemaal"
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
TYPO = 82
PART = 5
LIGHT = 0.2
# Score points for a sentence that fills the slot that is asked for; best and tenth differ by some 6.
SLOT_BONUS = 1.5
MOST_OF_IT = 0.75
SAME_START = 0.6

# Set on the development cases, see evals/README.md.
LEAST_COVERAGE = 0.34
LEAST_SIMILARITY = 0.83
SURE_SIMILARITY = 0.855
SURE_COVERAGE = 0.75
LEAST_FOR_NUMBER = 0.5
LEAST_FOR_PERSON = 0.6
LEAST_ENGLISH_SIMILARITY = 0.79


@dataclass(frozen=True)
class Verdict:
    """`reason` is None when the sources support an answer; `missing` names what they lack, also beside an answer."""

    reason: Reason | None
    missing: tuple[Missing, ...] = ()

    @property
    def is_certain(self) -> bool:
        """Does something that was asked for occur nowhere in the sources? Otherwise it was only not found."""
        return any(m.what == "year" or (m.what == "subject" and " " not in m.value) for m in self.missing)


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

    def __init__(self, retriever: HybridRetriever, reader: Reader) -> None:
        self._retriever, self._reader = retriever, reader
        snapshot = retriever.snapshot
        texts = [p.searched for p in snapshot.passages] + [p.section[0] for p in snapshot.passages]
        self._vocabulary = sorted({word for text in texts for word in words(text)})
        self._stems = {reader.analyser.stem(word) for word in self._vocabulary}
        self._years = {year for d in snapshot.documents.values() for year in re.findall(r"\b(?:19|20)\d{2}\b", d.text)}
        self._known_regions = {r for p in snapshot.passages for r in p.regions}
        self._most_telling = max((snapshot.lexical.idf(stem) for stem in self._stems), default=1.0)

    def signals(self, asked: Understood, ranked: Sequence[Evidence]) -> Signals:
        """The figures behind the verdict for the best five pieces of evidence."""
        known = self._known(asked)
        weights = {term: self._weight(term) for term in known}
        total = sum(weights.values())
        absent = [term for term in asked.terms if asked.language == "nl" and not self.occurs(term)]
        best = 0.0
        for evidence in ranked[:5]:
            held = self._window(evidence)
            best = max(best, sum(weights[t] for t in known if self._holds(held, t)) / total if total else 0.0)
        return Signals(
            best,
            max((e.similarity for e in ranked[:5]), default=0.0),
            tuple(term.word for term in absent),
            sum(weights[t] for t in absent) / total if total else 0.0,
        )

    def prefer(self, asked: Understood, ranked: Sequence[Evidence]) -> list[Evidence]:
        """The evidence with what holds the number or the time that is asked for moved up."""

        def score(evidence: Evidence) -> float:
            fits = (asked.asks_amount and self.is_number_for(asked, evidence)) or (
                asked.asks_when and bool(_TIME.search(evidence.core.text))
            )
            return evidence.score + (SLOT_BONUS if fits else 0.0)

        return sorted((replace(e, score=score(e)) for e in ranked), key=lambda e: (-e.score, e.start))

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
        number = self._missing_number(asked, ranked) + self._missing_person(asked, ranked)
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
        # one model, two languages: an English question lies further from its Dutch sentence
        if asked.language == "en" and signals.coverage >= SURE_COVERAGE and signals.similarity >= LEAST_ENGLISH_SIMILARITY:
            return True
        return signals.coverage >= LEAST_COVERAGE and signals.similarity >= LEAST_SIMILARITY and signals.absent_share < 0.5

    def occurs(self, term: Term) -> bool:
        """Does the sources' vocabulary hold this word, a synonym, a compound of it, or its right spelling?"""
        return _stands_in(term, self._stems, self._vocabulary)

    def is_number_for(self, asked: Understood, evidence: Evidence) -> bool:
        """Does this evidence hold a number for what is counted in the question?

        The number must stand in the sentence that was picked; what is counted may stand in what that leans on.
        """
        if not _NUMBER.search(evidence.core.text):
            return False
        counted = _COUNTED.search(" ".join(asked.text.lower().split()))
        if counted is None:
            return True
        of_what = [term for term in asked.terms if set(words(counted.group(1))) & set(term.word.split())]
        if counted.group(1) in _PEOPLE or not of_what:
            near = self.coverage(asked, f"{' '.join(evidence.passage.section)} {evidence.text}") >= LEAST_FOR_NUMBER
            return near or evidence.similarity >= SURE_SIMILARITY
        return any(self.text_holds(evidence.text, term) for term in of_what)

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
        if asked.asks_when and not any(_TIME.search(e.core.text) for e in ranked[:4]):
            return [Missing(what="date", value=asked.text[:80])]
        return []

    def coverage(self, asked: Understood, text: str) -> float:
        """The share of the question's words, by how telling they are, that `text` holds; 1 for a question without."""
        weights = {term: self._weight(term) for term in self._known(asked)}
        total = sum(weights.values())
        return sum(weight for term, weight in weights.items() if self.text_holds(text, term)) / total if total else 1.0

    def _missing_person(self, asked: Understood, ranked: Sequence[Evidence]) -> list[Missing]:
        """Who somebody is takes a sentence that holds nearly all of the question: the role and what it is of."""
        if not asked.asks_person or any(self.coverage(asked, e.text) >= LEAST_FOR_PERSON for e in ranked[:4]):
            return []
        return [Missing(what="person", value=asked.text[:80])]

    def _known(self, asked: Understood) -> list[Term]:
        """The terms that can be looked for: an English word without a Dutch one in the thesaurus is not known to be absent."""
        return [t for t in asked.terms if asked.language == "nl" or t.variants or self.occurs(t)]

    def _weight(self, term: Term) -> float:
        lexical = self._retriever.snapshot.lexical
        telling = max((lexical.idf(stem) for stem in term.stems), default=0.0) or self._most_telling
        return telling * (LIGHT if term.is_broad else 1.0)

    def _window(self, evidence: Evidence) -> frozenset[str]:
        """The words a reader of this evidence has before her: its headings and its passage."""
        return frozenset(words(evidence.passage.searched)) | frozenset(words(evidence.passage.section[0]))

    def _holds(self, window: frozenset[str], term: Term) -> bool:
        return _stands_in(term, {self._reader.analyser.stem(word) for word in window}, window)


def _stands_in(term: Term, stems: set[str], vocabulary: Collection[str]) -> bool:
    """Is the term there: by its stems, a synonym's, as part of a compound or put together from parts, or misspelt?"""
    if set(term.stems) <= stems or any(set(variant) <= stems for variant in term.variants):
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
