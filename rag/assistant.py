"""The assistant: one LangChain `Runnable` from question to answer; `stream` yields statements first, then the answer."""

import re
import time
import uuid
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from langchain_core.embeddings import Embeddings
from langchain_core.runnables import Runnable, RunnableConfig

from index.dutch import Analyser, read_thesaurus, words
from index.embedding import NO_MODEL
from index.links import read_links
from index.regions import read_regions
from index.snapshot import Snapshot
from praktijkbaken.personal import clean
from praktijkbaken.settings import Settings
from rag.answer import Answer, Facet, Filter, IndexUsed, Listing, Missing, Reason, RetrievedPassage, Statement, TextPart
from rag.compose import Draft, citation
from rag.evidence import Evidence, candidates, pick
from rag.facets import Facets, read_target_groups
from rag.followup import Standalone, is_followup, standalone
from rag.instruction import Request, split_request
from rag.phrases import read_phrases
from rag.question import CATALOGUE, MAX_CHARACTERS, Reader, Understood, as_typed, is_greeting, read_common
from rag.rerank import reranker_for
from rag.retrieval import Found, HybridRetriever, Tuning
from rag.shapes import Ranked, Shapes
from rag.stories import Stories
from rag.support import Signals, Support, Verdict

if TYPE_CHECKING:
    from rag.generated import Composer
    from rag.writer import Record, Writer

_PLACEHOLDER = re.compile(r"\[(?:BSN|IBAN|E-MAIL|TELEFOON|GEBOORTEDATUM|ADRES|NAAM)\]")
_MARKUP = re.compile(r"<[^<>]{0,200}>|https?://\S+|www\.\S+")
RELATED = 2
RELATED_SIMILARITY = 0.81
RELATED_COVERAGE = 0.3


@dataclass(frozen=True)
class Question:
    """What a person asks: her words, the turns before (her own, oldest first), limits (by facet), and her own region."""

    text: str
    history: tuple[str, ...] = ()
    limits: Mapping[Facet, Sequence[str]] = field(default_factory=dict)
    own_region: str | None = None
    id: str | None = None


class Assistant(Runnable[Question, Answer]):
    """Answers from one snapshot, with word-for-word quotes, or in the words of `writer`. Safe to use from several threads at once."""

    def __init__(
        self,
        snapshot: Snapshot,
        settings: Settings,
        engine: Embeddings | None,
        tuning: Tuning | None = None,
        writer: "Writer | None" = None,
    ) -> None:
        analyser = Analyser()
        self.snapshot = snapshot
        self.links = read_links(settings.home)
        self.regions = read_regions(settings.data / "regions")
        language = settings.data / "language"
        common = read_common(language)
        self.reader = Reader(analyser, read_thesaurus(language, analyser), self.regions, common)
        self.retriever = HybridRetriever(
            snapshot=snapshot, reader=self.reader, engine=engine, reranker=reranker_for(settings.reranker), tuning=tuning or Tuning()
        )
        self.facets = Facets(snapshot, self.regions, analyser, read_target_groups(language))
        self._phrases = read_phrases(settings.data / "language")
        self._support = Support(self.retriever, self.reader)
        self._stories = Stories(self.retriever, self._support.coverage)
        self._shapes = Shapes(self.retriever, self._stories, self._support.coverage)
        self._own_region = self.regions.require(settings.own_region) if settings.own_region else None
        self.writer = writer
        self._composer = self._composer_for(writer, engine, common) if writer else None
        self._position = {passage.id: at for at, passage in enumerate(snapshot.passages)}

    @property
    def model(self) -> str | None:
        """The language model that writes; None where answers are quotes."""
        return self.writer.name if self.writer else None

    def invoke(self, input: Question, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """The answer to a question; never an error for a strange one."""
        *_, answer = self._steps(input, self._composer)
        return answer  # type: ignore[return-value]  # the last step is the answer

    def stream(self, input: Question, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[Statement | Answer]:  # type: ignore[override]  # statements first, then the whole
        """Each statement as it stands, then the whole answer. Where a model fails halfway, its statements are no part of the answer."""
        said = False
        for step in self._steps(input, self._composer):
            if isinstance(step, Answer) and not said:
                yield from step.statements
            said = True
            yield step

    def confidence(self, question: Question) -> float:
        """How likely the sources are to hold an answer, from 0 to 1, as one figure for evaluation."""
        trace = self.trace(question)
        return 0.0 if trace is None else trace.confidence

    def trace(self, question: Question) -> "Trace | None":
        """How a question was understood, what was found for it and what the verdict rests on; None where nothing is asked."""
        usable = _usable(clean(question.text).text)
        if not words(usable) or len(usable) > MAX_CHARACTERS:
            return None
        alone = self._standalone(question, usable)
        asked = self._read(alone)
        filters = self._filters(question, usable, alone)
        allowed = self.facets.allowed(filters)
        found = self.retriever.find(asked, allowed)
        ranked = self._shapes.rank(
            asked, found, lambda p: allowed is None or bool(allowed[self._position[p.id]]), self.facets.regions_of(filters)
        )
        evidence = self._support.prefer(asked, ranked.evidence)
        signals = self._support.signals(asked, found, evidence)
        return Trace(asked, filters, found, tuple(evidence), signals, self._support.confidence(signals))

    def _answer(self, question: Question) -> Answer:
        """The extractive answer: what a turn before is read by, so that "de tweede" means the same whoever wrote it down."""
        *_, answer = self._steps(question, None)
        return answer  # type: ignore[return-value]  # the last step is the answer

    def _steps(self, question: Question, composer: "Composer | None") -> Iterator[Statement | Answer]:
        """The statements of a model as they pass, where it writes; then the answer."""
        started = time.perf_counter()
        cleaned = clean(question.text)
        usable = _usable(cleaned.text)
        request = split_request(usable) if len(usable) <= MAX_CHARACTERS else Request(usable, instructed=False)
        refusal = _refusal(usable, request)
        work = _Work(question, cleaned.text, request.question, cleaned.removed, request.instructed, started)
        if refusal is not None:
            yield self._refuse(work, refusal)
            return
        alone = self._standalone(question, request.question)
        if composer is not None and alone.text != request.question:
            alone = self._rewritten(composer.writer, question, request.question, alone)
            work.time("rewrite")
        work.text = alone.text
        asked = self._read(alone)
        work.ambiguous, work.misspelt = asked.ambiguous, asked.misspelt
        work.filters = self._filters(question, request.question, alone)
        allowed = self.facets.allowed(work.filters)
        found = self.retriever.find(asked, allowed)
        work.time("retrieve")
        limits = self.facets.regions_of(work.filters)
        ranked = self._shapes.rank(asked, found, lambda p: allowed is None or bool(allowed[self._position[p.id]]), limits)
        ranked = replace(ranked, evidence=self._support.prefer(asked, ranked.evidence))
        verdict = self._verdict(asked, found, ranked, work.filters)
        draft = Draft(self.snapshot, self._phrases, asked.language, self.links)
        for area in asked.areas:
            draft.say("area", name=area.name, regions=", ".join(area.regions))
        if verdict.reason is None:
            listing, lacking = self._shapes.write(draft, asked, found, ranked, self._own(question))
            if draft.statements or draft.stories:
                if composer is not None and listing is None:
                    work.time("compose")
                    draft = yield from self._written(work, composer, draft, asked, ranked, (*asked.regions, *limits))
                self._say_conflicts(draft)
                work.time("compose")
                yield self._finish(work, draft, found, missing=(*verdict.missing, *lacking), listing=listing)
                return
            verdict = Verdict("not_in_sources", (*verdict.missing, Missing(what="subject", value=" ".join(t.word for t in asked.terms))))
            draft = Draft(self.snapshot, self._phrases, asked.language, self.links)
        related = self._not_found(draft, asked, found, verdict, work.filters)
        work.time("compose")
        yield self._finish(work, draft, found, verdict.reason, verdict.missing, related=related, regions=asked.regions)

    def _composer_for(self, writer: "Writer", engine: Embeddings | None, usual: Mapping[str, float]) -> "Composer":
        from rag.check import Check, similarity_by
        from rag.generated import Composer

        return Composer(self.retriever, Check(self.snapshot, self.reader, usual, similarity_by(engine)), writer)

    def _written(
        self, work: "_Work", composer: "Composer", draft: Draft, asked: Understood, ranked: Ranked, regions: Sequence[str]
    ) -> Generator[Statement, None, Draft]:
        """The draft in a model's words; the draft itself where it stays as it is, or the model gives nothing that holds."""
        from rag.generated import is_written
        from rag.writer import Record

        if not is_written(draft, asked):
            return draft
        work.record = Record()
        made = yield from composer.write(
            draft, asked, ranked, regions, self._own(work.question), work.record, work.seconds.get("rewrite", 0.0)
        )
        work.time("write")
        work.model = composer.writer.name if made else None
        return made or draft

    def _standalone(self, question: Question, text: str) -> Standalone:
        """The question with what it takes from the turns before. Each turn is answered again: "de tweede" means something by it."""
        if not question.history or not is_followup(text, self.reader):
            return Standalone(text, text)
        before = self._answer(Question(question.history[-1], question.history[:-1]))
        if before.reason in ("empty", "too_long", "instruction"):
            return Standalone(text, text)
        kept = tuple(one.model_copy(update={"origin": "history"}) for one in before.filters if one.origin != "call")
        return replace(standalone(text, before.standalone_question, before, self.reader), filters=kept)

    def _rewritten(self, writer: "Writer", question: Question, text: str, alone: Standalone) -> Standalone:
        """The follow-up as the model writes it out, where that holds; else by rule. "De tweede" is a story, which no model knows."""
        from rag.rewrite import rewritten

        if alone.focus != text:
            return alone
        better = rewritten(text, [clean(turn).text for turn in question.history], self.reader, writer)
        return replace(alone, text=better, focus=better) if better else alone

    def _read(self, alone: Standalone) -> Understood:
        """The question as understood. What stories there are of a theme may be asked without the word "verhalen"; and what
        does not say which stories it wants ("hoeveel verhalen zijn er bekeken?") is no question for the catalogue."""
        asked = self.reader.read(alone.text, alone.focus)
        if asked.intent in CATALOGUE:
            return asked if self._stories.is_limited(asked) else replace(asked, intent="fact")
        of_catalogue = self._stories.wanted(asked)
        return replace(asked, intent=of_catalogue) if of_catalogue else asked

    def _own(self, question: Question) -> str | None:
        return self.regions.canonical(question.own_region or self._own_region or "")

    def _filters(self, question: Question, typed: str, alone: Standalone) -> tuple[Filter, ...]:
        """The limits of the call, and those that the question or the turns before set in so many words."""
        here = self.facets.of_question(typed)
        said = [one.model_copy(update={"origin": "history"}) for one in self.facets.of_question(alone.text)]
        named = {(one.facet, one.value): one for one in (*alone.filters, *said, *here)}
        return (*self.facets.of_call(question.limits), *named.values())

    def _verdict(self, asked: Understood, found: Found, ranked: Ranked, filters: tuple[Filter, ...]) -> Verdict:
        if not found.hits and filters:
            return Verdict("not_in_sources")
        verdict = self._support.judge(asked, found, ranked.evidence)
        # a region that has a title only is not missing from the catalogue
        absent = [m for m in verdict.missing if m.what == "year" or (m.what == "region" and not self._support.knows(m.value))]
        if asked.intent in CATALOGUE and not absent:
            selected = self._stories.select(asked, ranked.stories)
            if selected.stories if selected else asked.intent == "themes":
                return Verdict(None)
        if verdict.reason is None or any(m.what in ("year", "amount", "date", "person") for m in verdict.missing):
            return verdict
        by_title = asked.intent in ("story", *CATALOGUE) or (asked.regions and not asked.terms)
        titles = self._stories.about(asked, ranked.stories, by_meaning=True)
        if by_title and titles and not [m for m in verdict.missing if m.what == "year"]:
            return Verdict(None)
        return verdict

    def _not_found(self, draft: Draft, asked: Understood, found: Found, verdict: Verdict, filters: tuple[Filter, ...]) -> list[Evidence]:
        """Says what was looked for and is not there; returns near misses, without numbers when a number was asked."""
        draft.say("off_topic" if verdict.reason == "off_topic" else "not_found" if verdict.is_certain else "not_recognised")
        of_areas = {region for area in asked.areas for region in area.regions}
        looked_for = [
            *as_typed(asked),
            *asked.years,
            *(area.name for area in asked.areas),
            *(r for r in asked.regions if r not in of_areas),
        ]
        if looked_for:
            draft.say("looked_for", subject=", ".join(looked_for))
        if filters and not found.hits:
            draft.say("missing_filter", value=", ".join(one.value for one in filters))
        unknown = self._support.unknown_places(asked)
        for one in verdict.missing:
            if one.what == "region" and one.value in unknown:
                spelt = self.regions.nearest(one.value)
                draft.say("unknown_place_near" if spelt else "unknown_place", value=one.value, **({"near": spelt} if spelt else {}))
                continue
            if one.what == "region" and one.value in of_areas:
                continue
            key = {
                "year": "missing_now" if one.value == "nu" else "missing_year",
                "amount": "missing_amount",
                "date": "missing_date",
                "person": "missing_person",
                "region": "missing_region",
            }
            if one.what in key:
                draft.say(key[one.what], **({"value": one.value} if one.what in ("year", "region") and one.value != "nu" else {}))
        for area in asked.areas:
            if {m.value for m in verdict.missing if m.what == "region"} >= set(area.regions):
                draft.say("missing_region", value=area.name)
        absent = [m.value for m in verdict.missing if m.what == "subject" and " " not in m.value]
        if absent:
            draft.say("missing_subject", value=", ".join(absent))
        if verdict.reason != "not_in_sources":
            return []
        no_numbers = any(m.what in ("amount", "year", "date") for m in verdict.missing)
        near = candidates(
            self.retriever,
            found,
            [hit.passage for hit in found.hits if not hit.passage.is_mention],
            lambda _, s: not (no_numbers and any(char.isdigit() for char in s.text)),
        )
        related = [
            evidence
            for evidence in pick(near, words=70, most=RELATED, share=0.6)
            if len(evidence.quotes) == 1
            and evidence.similarity >= RELATED_SIMILARITY
            and self._support.coverage(asked, evidence.text) >= RELATED_COVERAGE
        ]
        if no_numbers:
            related = [e for e in related if not any(char.isdigit() for char in e.text)]
        if related:
            draft.head_phrase("related")
            for n, evidence in enumerate(related, start=1):
                draft.parts.append(TextPart(kind="frame", text=f"“{evidence.quote.text}” [{n}]"))
        return related

    def _refuse(self, work: "_Work", reason: Reason) -> Answer:
        work.asked, work.text = work.asked[:MAX_CHARACTERS], work.text[:MAX_CHARACTERS]
        draft = Draft(self.snapshot, self._phrases, self.reader.language(work.asked), self.links)
        if reason == "too_long":
            draft.say("too_long", length=len(work.question.text), limit=MAX_CHARACTERS)
        else:
            draft.say(reason)
        return self._finish(work, draft, None, reason)

    def _finish(
        self,
        work: "_Work",
        draft: Draft,
        found: Found | None,
        reason: Reason | None = None,
        missing: tuple[Missing, ...] = (),
        listing: Listing | None = None,
        related: Sequence[Evidence] = (),
        regions: tuple[str, ...] = (),
    ) -> Answer:
        say = self._phrases.say
        notices = self._of_sources(draft)
        notices += [say(draft.language, "notice_ambiguous", name=name, region=region) for name, region in work.ambiguous]
        notices += [say(draft.language, "notice_misspelt", name=name, region=region) for name, region in work.misspelt]
        if work.filters:
            notices.insert(0, say(draft.language, "notice_limits", values=", ".join(one.value for one in work.filters)))
        if work.record is not None:
            notices[:] = self._of_model(draft, work, notices)
        if work.removed:
            notices.append(say(draft.language, "notice_removed", kinds=", ".join(work.removed)))
        if work.instructed and reason is None:
            notices.append(say(draft.language, "notice_instruction"))
        if not self.retriever.is_dense and self.snapshot.model != NO_MODEL:
            notices.append(say(draft.language, "notice_words_only"))
        of_answer = tuple(dict.fromkeys(region for cited in draft.citations for region in cited.regions))[:2]
        suggested = regions if reason is not None else () if listing else of_answer
        suggestions = [say(draft.language, "suggest_region", region=region) for region in suggested if self._support.knows(region)]
        if reason is not None:
            suggestions += [say(draft.language, f"suggest_{n}") for n in (1, 2, 3)]
        work.time("total")
        return Answer(
            id=work.question.id or uuid.uuid4().hex[:12],
            question=work.asked,
            standalone_question=work.text,
            language=draft.language,
            status="answered" if reason is None else "not_found",
            reason=reason,
            mode="generated" if work.model else "extractive",
            model=work.model,
            text=draft.text(),
            parts=tuple(draft.parts),
            statements=tuple(draft.statements),
            frame=tuple(draft.frame),
            citations=tuple(draft.citations),
            related=tuple(citation(self.snapshot, evidence.quote, n, self.links) for n, evidence in enumerate(related, start=1)),
            stories=tuple(draft.stories),
            listing=listing,
            missing=missing,
            filters=work.filters,
            own_region=self._own(work.question),
            suggestions=tuple(suggestions[:3]),
            removed=work.removed,
            notices=tuple(notices),
            retrieved=tuple(
                RetrievedPassage(passage_id=hit.passage.id, document_id=hit.passage.document_id, text=hit.passage.text, score=hit.score)
                for hit in (found.hits if found else ())
            ),
            seconds=work.seconds,
            index=IndexUsed(snapshot=self.snapshot.id, embedding=self.snapshot.model),
        )

    def _say_conflicts(self, draft: Draft) -> None:
        """Where the report contradicts itself about the region of a story in this answer, both sides."""
        named = [*(story.id for story in draft.stories), *(name for c in draft.citations for name in c.story_ids)]
        for story in (self.snapshot.stories[name] for name in dict.fromkeys(named)):
            if story.told:
                draft.say("conflict", title=story.title, listed=", ".join(story.listed), told=", ".join(story.told))
            elif len(story.listed) > 1:
                draft.say("conflict_lists", title=story.title, one=story.listed[0], other=", ".join(story.listed[1:]))

    def _of_model(self, draft: Draft, work: "_Work", notices: list[str]) -> list[str]:
        """The notices with what is to be said of the model that wrote this, or did not."""
        say, record = self._phrases.say, work.record
        assert record is not None
        if work.model is None:
            return [say(draft.language, f"notice_model_{record.fault or 'nothing'}"), *notices]
        quotes = say(draft.language, "notice_quotes")
        told = [say(draft.language, "notice_generated", model=work.model)]
        if record.dropped:
            told.append(say(draft.language, "notice_dropped", dropped=record.dropped, drafted=record.drafted))
        return [line for one in notices for line in (told if one == quotes else [one])]

    def _of_sources(self, draft: Draft) -> list[str]:
        """What an answer rests on: which sources, how old, and how far their links were checked."""
        say = self._phrases.say
        report = next(iter(self.snapshot.documents))
        cited = {c.document_id: f"{c.document_title} ({c.source_date or say(draft.language, 'undated')})" for c in draft.citations}
        own = [title for name, title in cited.items() if name != report]
        notices = [say(draft.language, "notice_source")] if report in cited or not own else []
        if own:
            notices.append(say(draft.language, "notice_own_sources", titles="; ".join(own)))
        notices.append(say(draft.language, "notice_quotes"))
        unchecked = [self.snapshot.stories[story.id] for story in draft.stories if story.link == "unchecked"]
        unchecked += [
            s for c in draft.citations if c.url for name in c.story_ids if (s := self.snapshot.stories[name]).url not in self.links
        ]
        if any(story.printed_regions for story in unchecked):
            notices.append(say(draft.language, "notice_links_printed"))
        elif unchecked:
            notices.append(say(draft.language, "notice_links_unchecked"))
        return notices


@dataclass(frozen=True)
class Trace:
    """The way of one question, for who tunes: as understood, its limits, what was found, evidence best first, the verdict's signals."""

    asked: Understood
    filters: tuple[Filter, ...]
    found: Found
    evidence: tuple[Evidence, ...]
    signals: Signals
    confidence: float


@dataclass
class _Work:
    """One question on its way: what was asked (without personal data), as understood, and the time it took."""

    question: Question
    asked: str
    text: str
    removed: tuple[str, ...]
    instructed: bool
    started: float
    ambiguous: tuple[tuple[str, str], ...] = ()
    misspelt: tuple[tuple[str, str], ...] = ()
    filters: tuple[Filter, ...] = ()
    model: str | None = None
    record: "Record | None" = None
    seconds: dict[str, float] = field(default_factory=dict)

    def time(self, step: str) -> None:
        """Notes the seconds that `step` took, since the step before; for "total", since the start."""
        spent = time.perf_counter() - self.started
        since = spent - sum(self.seconds.values())
        self.seconds[step] = round(spent if step == "total" else self.seconds.get(step, 0.0) + since, 4)


def _usable(text: str) -> str:
    """The words of a question: no placeholders, no tags, no web addresses, no control characters."""
    return " ".join(_PLACEHOLDER.sub(" ", _MARKUP.sub(" ", text.replace("\0", " "))).split())


def _refusal(usable: str, request: Request) -> Reason | None:
    if len(usable) > MAX_CHARACTERS:
        return "too_long"
    if not words(usable) or is_greeting(usable):
        return "empty"
    return None if request.question else "instruction"
