"""Decides whether the sources support an answer: what is asked, slot by slot, held against the best evidence.

Similarity alone does not separate what the sources say from what they nearly say; a missing year, number or region
together with this subject does.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from index.dutch import fold, words
from praktijkbaken.settings import DEFAULT_MODEL
from rag.answer import Missing, Reason
from rag.evidence import Evidence
from rag.holding import VOCABULARIES, Vocabulary, holds, stands_in
from rag.question import Reader, Understood
from rag.retrieval import Found, HybridRetriever
from rag.slots import DURATION, MONEY, NUMBER, TIME, counts
from rag.terms import Term

# People are counted under many names.
_PEOPLE = frozenset(
    (
        "keer",
        "maal",
        "vaak",
        "times",
        "man",
        "mensen",
        "personen",
        "deelnemers",
        "kandidaten",
        "werkzoekenden",
        "klanten",
        "jongeren",
        "people",
        "persons",
        "participants",
    )
)
_COUNTED = re.compile(r"\b(?:hoeveel|hoe veel|how many|how much)\s+(?:\w+e\s+)?(\w[\w-]*)")
LIGHT = 0.2
# Score points for a sentence that fills the slot that is asked for; best and tenth differ by some 6.
SLOT_BONUS = 1.5
# Best and tenth differ by more where several regions take part.
AREA_SUBJECT = 8.0


@dataclass(frozen=True)
class Calibration:
    """A logistic regression over `Signals`: a weight for each of them by name, and the bias."""

    weights: Mapping[str, float]
    bias: float


# Fitted on the development cases that no slot decides, by `python -m evals.calibrate`, which prints these lines.
# 801 cases, 170 not in the sources; area under the curve 0.952 (10-fold), without `unnamed` 0.947; `held` and `named` add nothing.
WITH_ADAPTER = Calibration(
    {"nearest": 23.34, "nearer": 18.95, "lacks": -3.68, "absent": -3.77, "why": -1.89, "answers": 0.44, "unnamed": -3.21}, -19.68
)
# Where the best evidence has no other words (an office's own document): fitted on an index without them, each sentence judged by a network
# that has not seen it. Area 0.85, without `unnamed` 0.83. The bias is 0.3 above the fit's: what the report seldom tells (what went wrong),
# an office's document may. So 0.10 is refused that is held, and 0.40 answered that is not.
WITH_DEFAULT_MODEL = Calibration({"nearest": 17.93, "answers": 0.39, "lacks": -2.06, "absent": -1.48, "why": -1.31, "unnamed": -1.9}, -13.3)
# Cosines are of another size in every model: without the default one only words count. Area 0.784.
BY_WORDS = Calibration({"held": 0.09, "lacks": -4.68, "absent": -1.97}, 1.53)
# With the adapter it refuses 0.06 of what the sources hold and answers 0.15 of what they do not, slots apart (left out of the fit).
LEAST_CONFIDENCE = 0.45
# Below this an answer says that it may not be one: an eighth of what is held, and two in five of what is not held and answered (801 cases).
SURE = 0.75
# Below this nothing of a question is on the sources' subject.
OFF_TOPIC_HELD = 0.15
OFF_TOPIC_NEAREST = 0.86
CONSIDERED = 5
TO_NAME = 4
LEAST_FOR_NUMBER = 0.5
SURE_FOR_NUMBER = 0.88
LEAST_HELD_FOR_WHY = 0.6
SURE_FOR_WHY = 0.885
LEAST_FOR_PERSON = 0.6


@dataclass(frozen=True)
class Verdict:
    """`reason` is None when the sources support an answer; `missing` names what they lack, also beside an answer.

    `by_title`: only titles of stories support it. `doubtful`: an answer, and not surely one to this question.
    """

    reason: Reason | None
    missing: tuple[Missing, ...] = ()
    named: bool = False
    by_title: bool = False
    doubtful: bool = False

    @property
    def is_certain(self) -> bool:
        """Is a year or a name that was asked for nowhere in the sources? What else is absent may stand there in other words."""
        return self.named or any(m.what == "year" for m in self.missing)


@dataclass(frozen=True)
class Signals:
    """What the verdict rests on.

    `held`: the share of the question's words, by how telling they are, in the best piece of evidence, with its headings and other words;
    `lacks`: the largest such share of one word that the best piece of evidence lacks in itself and its other words; `absent`: the share of
    the words that stand nowhere in the sources or their other words; `nearest`: the highest cosine with a sentence or its other words;
    `nearer`: how much nearer the question is to what is answered than to what is not (None without an adapter, and where the best evidence
    has no other words to be near to); `answers`: how likely one of the best pieces of evidence answers it, in log-odds (None where nothing
    learnt tells); `unnamed`: 1 when what is to be named ("aan welke school") is none of what the best few tell of; `named`: 1 when a name
    is among what is absent; `why`: 1 when a reason is asked for; `words`: what is absent from the sources' own words.
    """

    held: float
    lacks: float
    absent: float
    nearest: float
    nearer: float | None
    answers: float | None
    unnamed: float
    named: float
    why: float
    words: tuple[str, ...]

    def confidence(self, by: Calibration) -> float:
        """How likely the sources are to hold an answer, from 0 to 1."""
        return 1 / (1 + math.exp(-by.bias - sum(weight * getattr(self, name) for name, weight in by.weights.items())))


class Support:
    """Judges questions against one snapshot."""

    def __init__(self, retriever: HybridRetriever, reader: Reader) -> None:
        self._retriever, self._reader = retriever, reader
        # the same evidence is held against word after word, question after question
        self._vocabulary_of = lru_cache(maxsize=VOCABULARIES)(self._read_vocabulary)
        snapshot = retriever.snapshot
        texts = [p.searched for p in snapshot.passages] + [p.section[0] for p in snapshot.passages]
        self._vocabulary = sorted({word for text in texts for word in words(text)})
        self._stems = {reader.analyser.stem(word) for word in self._vocabulary}
        asked = {word for p in snapshot.passages for s in p.sentences for text in s.asked for word in words(text)}
        self._asked_vocabulary = sorted({*self._vocabulary, *asked})
        self._asked_stems = self._stems | {reader.analyser.stem(word) for word in asked}
        self._years = {year for d in snapshot.documents.values() for year in re.findall(r"\b(?:19|20)\d{2}\b", d.text)}
        # a search through thousands of words, for words that come back in question after question
        self._occurs = lru_cache(maxsize=VOCABULARIES)(lambda term: stands_in(term, self._stems, self._vocabulary))
        self._is_asked = lru_cache(maxsize=VOCABULARIES)(lambda term: stands_in(term, self._asked_stems, self._asked_vocabulary))
        self._known_regions = {r for p in snapshot.passages for r in p.regions}
        self._most_telling = snapshot.lexical.highest_idf() or 1.0

    def signals(self, asked: Understood, found: Found, ranked: Sequence[Evidence]) -> Signals:
        """The figures behind the verdict, from the best five pieces of evidence; without a region also from what is nearest of all."""
        weights = {term: self._weight(term) for term in asked.terms}
        total = sum(weights.values())
        held, lacks = (0.0, 1.0) if total else (1.0, 0.0)
        for evidence in ranked[:CONSIDERED] if total else ():
            window, itself = self._window(evidence), self._itself(evidence)
            held = max(held, sum(weights[t] for t in asked.terms if holds(window, t)) / total)
            lacks = min(lacks, max((weights[t] for t in asked.terms if not holds(itself, t)), default=0.0) / total)
        absent = [t for t in asked.terms if not self._is_asked(t)]
        nearest = max((e.nearest for e in ranked[:CONSIDERED]), default=0.0)
        if not asked.regions and len(found.asked_similarities):
            nearest = max(nearest, float(found.asked_similarities.max()))
        names = _names(asked.text)
        return Signals(
            held,
            lacks,
            sum(weights[t] for t in absent) / total if total else 0.0,
            nearest,
            found.nearer if ranked and ranked[0].core.asked else None,
            self._answers(found, ranked[:CONSIDERED]),
            float(self._is_unnamed(asked, ranked)),
            float(any(set(t.word.split()) & names for t in absent)),
            float(asked.asks_why),
            tuple(t.word for t in asked.terms if asked.language == "nl" and t.is_telling and not self.occurs(t)),
        )

    def _answers(self, found: Found, ranked: Sequence[Evidence]) -> float | None:
        odds = self._retriever.answered_by(found, [self._retriever.at(e.passage.document_id, e.core.start) for e in ranked])
        return None if odds is None or not len(odds) else float(odds.max())

    def _is_unnamed(self, asked: Understood, ranked: Sequence[Evidence]) -> bool:
        """Is what the question wants named in none of the best sentences, nor in the other words for the very best?"""
        of, best = asked.to_be_named, ranked[:TO_NAME]
        if of is None or not best:
            return False
        told = " ".join([*(text for e in best for text in (e.core.text, *self._titles(e))), *best[0].core.asked])
        return not self.text_holds(told, of)

    def prefer(self, asked: Understood, ranked: Sequence[Evidence]) -> list[Evidence]:
        """The evidence with what holds the number, time, span, money or address that is asked for moved up."""

        def score(evidence: Evidence) -> float:
            text = evidence.core.text
            fits = (
                (asked.asks_amount and self.is_number_for(asked, evidence))
                or (asked.asks_when and bool(TIME.search(text)))
                or (asked.asks_duration and bool(DURATION.search(text)))
                or (asked.asks_money and bool(MONEY.search(text)))
                or (asked.asks_address and "@" in text)
            )
            # the regions of an area have many sentences on other subjects: the subject decides among them
            on_subject = self.coverage(asked, f"{evidence.text} {' '.join(evidence.core.asked)}") if asked.areas and asked.terms else 0.0
            return evidence.score + (SLOT_BONUS if fits else 0.0) + AREA_SUBJECT * on_subject

        return sorted((replace(e, score=score(e)) for e in ranked), key=lambda e: (-e.score, e.start))

    def judge(self, asked: Understood, found: Found, ranked: Sequence[Evidence]) -> Verdict:
        """Do the sources answer this? `ranked` is the evidence best first, for the regions asked where there are any."""
        missing = [*self._missing_years(asked), *self._missing_regions(asked)]
        unknown = self.unknown_places(asked)
        if unknown:
            return Verdict("not_in_sources", (*missing, *(Missing(what="region", value=name) for name in unknown)), named=True)
        if any(m.what == "year" for m in missing) or (missing and len(missing) >= len(asked.regions)):
            return Verdict("not_in_sources", (*missing, *self._missing_number(asked, ranked)))
        if unheard := self._unheard_names(asked):
            return Verdict("not_in_sources", (*missing, *(Missing(what="subject", value=name) for name in unheard)), named=True)
        signals = self.signals(asked, found, ranked)
        subject = [Missing(what="subject", value=word) for word in signals.words]
        if not ranked:
            regions = [Missing(what="region", value=name) for name in asked.regions if not any(m.value == name for m in missing)]
            lacking = regions or [Missing(what="subject", value=" ".join(t.word for t in asked.terms))]
            return Verdict("not_in_sources", (*missing, *lacking))
        number = self._missing_number(asked, ranked) + self._missing_person(asked, ranked)
        if number:
            return Verdict("not_in_sources", (*missing, *number, *subject))
        if not self._is_supported(asked, signals):
            off_topic = signals.held < OFF_TOPIC_HELD and signals.nearest < OFF_TOPIC_NEAREST and signals.absent > 0.5
            region = [Missing(what="region", value=r) for r in asked.regions]
            lacking = subject or region or [Missing(what="subject", value=asked.text[:80])]
            return Verdict("off_topic" if off_topic else "not_in_sources", (*missing, *lacking), bool(signals.named))
        return Verdict(None, tuple(missing), doubtful=bool(asked.terms) and self.confidence(signals) < SURE)

    def _is_supported(self, asked: Understood, signals: Signals) -> bool:
        if not asked.terms:
            return bool(asked.regions)
        if asked.asks_why and signals.held < LEAST_HELD_FOR_WHY and signals.nearest < SURE_FOR_WHY:
            return False  # a reason for what the sources do not say happened
        if asked.intent == "compare" and not signals.lacks and not asked.asks_why:
            return True  # regions side by side on a subject that is told of one of them; the other's cell may stay open
        return self.confidence(signals) >= LEAST_CONFIDENCE

    def confidence(self, signals: Signals) -> float:
        """How likely the sources are to hold an answer, from 0 to 1, as calibrated for the embedding model in use."""
        if not self._retriever.is_dense or self._retriever.snapshot.model != DEFAULT_MODEL or signals.answers is None:
            return signals.confidence(BY_WORDS)
        return signals.confidence(WITH_DEFAULT_MODEL if signals.nearer is None else WITH_ADAPTER)

    def occurs(self, term: Term) -> bool:
        """Does the sources' vocabulary hold this word, a synonym, a compound of it, or its right spelling?"""
        return self._occurs(term)

    def is_number_for(self, asked: Understood, evidence: Evidence) -> bool:
        """Does this evidence hold a number for what is counted in the question?

        The number must stand in the sentence that was picked; what is counted may stand in what that leans on.
        """
        text = evidence.core.text
        if not (NUMBER.search(text) if asked.asks_duration else counts(text)):
            return False
        counted = _COUNTED.search(" ".join(asked.focus.lower().split()))
        if counted is None:
            return True
        of_what = [term for term in asked.terms if set(words(counted.group(1))) & set(term.word.split())]
        text = " ".join([evidence.text, *evidence.core.asked, *self._titles(evidence)])
        if counted.group(1) in _PEOPLE or not of_what:
            held = self.coverage(asked, " ".join([*evidence.passage.section, text])) >= LEAST_FOR_NUMBER
        else:
            held = any(self.text_holds(text, term) for term in of_what)
        return held or evidence.nearest >= SURE_FOR_NUMBER

    def _titles(self, evidence: Evidence) -> list[str]:
        """The titles of the stories tied to the sentence that was picked."""
        return [self._retriever.snapshot.stories[story].title for story in evidence.core.stories]

    def text_holds(self, text: str, term: Term) -> bool:
        """Does `text` hold this word of the question, a synonym, a compound of it, or its right spelling?"""
        return holds(self._vocabulary_of(text), term)

    def unknown_places(self, asked: Understood) -> list[str]:
        """Of the places asked about those that nobody knows: no region, municipality or area, and nowhere in the sources."""
        stem, nearest = self._reader.analyser.stem, self._reader.regions.nearest

        def is_held(name: str) -> bool:
            if any(word in self._vocabulary or stem(word) in self._stems for word in words(name)):
                return True
            # other words for a sentence may hold a place with a typing error
            said = any(word in self._asked_vocabulary or stem(word) in self._asked_stems for word in words(name))
            return said and not nearest(name)

        return [name for name in asked.unknown_places if not is_held(name)]

    @cached_property
    def _pieces(self) -> list[Vocabulary]:
        """The words of each sentence, heading and title: for a question with a name, which few have."""
        snapshot = self._retriever.snapshot
        texts = [text for p in snapshot.passages for text in (p.heading, p.also, *(s.text for s in p.sentences))]
        return [self._read_vocabulary(text) for text in (*texts, *(story.title for story in snapshot.stories.values()))]

    @cached_property
    def _proper_names(self) -> frozenset[str]:
        """The words, folded, that the sentences write with a capital alone; addresses write all of them small."""
        texts = (s.text for p in self._retriever.snapshot.passages for s in p.sentences)
        written = {word for text in texts for word in re.findall(r"[^\W\d_]+", re.sub(r"\S*(?:www\.|://)\S*", " ", text))}
        return frozenset(fold(word) for word in written if word.istitle()) - {word for word in written if word.islower()}

    @cached_property
    def _other_words(self) -> str:
        """The other words for all sentences, folded."""
        return fold("\n".join(text for p in self._retriever.snapshot.passages for s in p.sentences for text in s.asked))

    def _unheard_names(self, asked: Understood) -> list[str]:
        """The names in the question whose words are each known and never stand together: "Perspectief op Werk" is more than those two."""
        analyser, thesaurus = self._reader.analyser, self._reader.thesaurus

        def is_held(name: str) -> bool:
            if not {analyser.stem(word) for word in analyser.content_words(name)} <= self._asked_stems:
                return True  # a client's name, or what counts as absent anyhow
            # "Methode Boris": one of its words is a name of its own
            if set(words(name)) & self._proper_names or thesaurus.phrases(name, english=False)[0][0] == fold(name):
                return True
            terms = [term for term in asked.terms if set(term.word.split()) <= set(words(name))]
            if any(all(holds(piece, term) for term in terms) for piece in self._pieces):
                return True
            # "Werk Festival" is one word there; others may call it so
            return any("".join(words(name)) in word for word in self._vocabulary) or fold(name) in self._other_words

        return [name for name in asked.names if not is_held(name)]

    def knows(self, region: str) -> bool:
        """Do the sources say anything about this region?"""
        return region in self._known_regions

    def has_year(self, year: str) -> bool:
        """Does this year occur in the sources?"""
        return year in self._years

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
        if asked.asks_when and not any(TIME.search(e.core.text) for e in ranked[:4]):
            return [Missing(what="date", value=asked.text[:80])]
        for is_asked, told in ((asked.asks_duration, DURATION), (asked.asks_money, MONEY)):
            if is_asked and not any(told.search(e.core.text) for e in ranked[:4]):
                return [Missing(what="amount", value=asked.text[:80])]
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
        return telling * term.telling * (LIGHT if term.is_broad else 1.0)

    def _itself(self, evidence: Evidence) -> Vocabulary:
        """The words of this evidence, its titles, and the other words for its sentence."""
        return self._vocabulary_of("\n".join((evidence.text, *evidence.core.asked, *self._titles(evidence))))

    def _window(self, evidence: Evidence) -> Vocabulary:
        """The words a reader of this evidence has before her: its headings, passage and titles, and the other words for its sentence."""
        texts = (evidence.passage.searched, evidence.passage.section[0], *evidence.core.asked, *self._titles(evidence))
        return self._vocabulary_of("\n".join(texts))

    def _read_vocabulary(self, text: str) -> Vocabulary:
        found = frozenset(words(text))
        return Vocabulary(found, frozenset(self._reader.analyser.stem(word) for word in found))


def _names(text: str) -> set[str]:
    """The words of a question that look like names: a capital not at its start, or a digit; not what is written in capitals."""
    tokens = re.findall(r"[\w'’-]+", text)
    named = (t for at, t in enumerate(tokens) if (at and t[0].isupper() and not t.isupper()) or any(c.isdigit() for c in t))
    return {word for token in named for word in words(token)}
