"""The assistant: one LangChain `Runnable` from question to answer; `stream` yields statements first, then the answer."""

import re
import time
import uuid
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings
from langchain_core.runnables import Runnable, RunnableConfig
from numpy.typing import NDArray

from index.catalogue import Story
from index.dutch import Analyser, read_thesaurus, words
from index.links import read_links
from index.passages import Passage
from index.regions import read_regions
from index.snapshot import Snapshot
from praktijkbaken.personal import clean
from praktijkbaken.settings import DEFAULT_MODEL, Settings
from rag.answer import Answer, IndexUsed, Listing, Missing, Reason, RetrievedPassage, Statement
from rag.compose import Draft, citation
from rag.conversation import Conversation, Question
from rag.evidence import Evidence
from rag.facets import Facets, read_target_groups
from rag.followup import Standalone
from rag.instruction import Request, is_a_decision, is_about_one_person, split_request, usable
from rag.notices import Notices
from rag.phrases import read_phrases
from rag.question import MAX_CHARACTERS, MOST_READ, Reader, Understood
from rag.ranking import Ranked, Ranking
from rag.refusals import Refusals, refusal
from rag.rerank import reranker_for
from rag.retrieval import Found, HybridRetriever, Tuning
from rag.shapes.choice import Shapes
from rag.stories import Stories
from rag.story_search import StorySearch
from rag.support import Support, Verdict
from rag.target_groups import SameGroup
from rag.terms import read_common
from rag.themes import Themes, read_other_names
from rag.titles import Titles
from rag.wording import read_wordings
from rag.work import Trace, Work

if TYPE_CHECKING:
    from rag.generated import Composer
    from rag.writer import Writer

__all__ = ["Assistant", "Question"]


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
        self._same_group = SameGroup(snapshot, self.facets.groups_in)
        self._phrases = read_phrases(settings.data / "language")
        self._support = Support(self.retriever, self.reader)
        wordings = read_wordings(language, engine if snapshot.model == DEFAULT_MODEL else None)
        self._titles = Titles(self.retriever)
        self._themes = Themes(snapshot, self.reader, read_other_names(language))
        self._stories = Stories(tuple(snapshot.stories.values()), self._titles, self._themes, self._support.coverage, wordings)
        self.story_search = StorySearch(self.retriever, self._titles)
        self._ranking = Ranking(self.retriever, self._titles, self._themes)
        self._shapes = Shapes(self.retriever, self._titles, self._themes, self._stories, self._support.coverage)
        self._refusals = Refusals(self.retriever, self._support, self._stories, self._themes, self.regions)
        self._notices = Notices(snapshot, self._phrases, self.links, self._support, self.retriever)
        self._conversation = Conversation(self.reader, self.facets, self._stories, self._answer)
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
        return self._whole(input, self._composer)

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

    def trace(self, question: Question) -> Trace | None:
        """How a question was understood, what was found for it and what the verdict rests on; None where nothing is asked."""
        typed = usable(clean(question.text).text)
        if not words(typed) or len(typed) > MAX_CHARACTERS:
            return None
        typed = split_request(typed).question or typed
        alone = self._conversation.standalone(question, typed)
        asked = self._conversation.read(alone)
        filters = self._conversation.filters(question, typed, alone)
        allowed = self.facets.allowed(filters)
        found = self.retriever.find(asked, allowed)
        ranked = self._ranking.rank(asked, found, self._allows(allowed), self.facets.regions_of(filters))
        evidence = self._support.prefer(asked, ranked.evidence)
        signals = self._support.signals(asked, found, evidence)
        return Trace(asked, filters, found, tuple(evidence), signals, self._support.confidence(signals))

    def wording(self, text: str) -> str:
        """A question without the names of the themes and places in it, as its wish is told by its wording."""
        return self._themes.wording(self.reader.read(text))

    def listed(self, answer: Answer) -> tuple[Story, ...]:
        """All the stories of an answer that lists some of them; none where it shows all, or is no list."""
        if answer.listing is None or answer.listing.complete:
            return ()
        shown = {story.id for story in answer.stories}
        asked = self._conversation.read(Standalone(answer.standalone_question, answer.standalone_question))
        allowed = self.facets.allowed(answer.filters)
        found = self.retriever.find(asked, allowed)
        ranked = self._titles.rank(asked, found, self._allows(allowed))
        selected = self._stories.select(asked, ranked)
        stories = tuple(selected.stories if selected and asked.intent != "region" else (one.story for one in ranked))
        # a follow-up may be read otherwise without its turns: then there is no more than was shown
        return stories if shown <= {story.id for story in stories} else ()

    def in_part(self, answer: Answer) -> tuple[str, str] | None:
        """The line of an overview that says it shows some of the sentences about a region, and that region; None where there is none."""
        counted = re.compile(self._phrases.say(answer.language, "overview_some", shown=r"\d+", found=r"\d+"))
        line = next((one for one in answer.frame if counted.fullmatch(one)), None)
        if line is None:
            return None
        asked = self._conversation.read(Standalone(answer.standalone_question, answer.standalone_question))
        return (line, asked.regions[0]) if asked.regions else None

    def _allows(self, allowed: NDArray[np.bool_] | None) -> Callable[[Passage], bool]:
        """Is a passage within the limits? `allowed` has an entry for each of the snapshot's; None: no limits."""
        return lambda passage: allowed is None or bool(allowed[self._position[passage.id]])

    def _answer(self, question: Question) -> Answer:
        """The extractive answer: what a turn before is read by, so that "de tweede" means the same whoever wrote it down."""
        return self._whole(question, None)

    def _whole(self, question: Question, composer: "Composer | None") -> Answer:
        *_, answer = self._steps(question, composer)
        assert isinstance(answer, Answer)  # the last step is the answer
        return answer

    def _steps(self, question: Question, composer: "Composer | None") -> Iterator[Statement | Answer]:
        """The statements of a model as they pass, where it writes; then the answer."""
        started = time.perf_counter()
        cleaned = clean(question.text[:MOST_READ])
        typed = usable(cleaned.text)
        request = split_request(typed) if len(typed) <= MAX_CHARACTERS else Request(typed, instructed=False)
        refused = "too_long" if len(question.text) > MOST_READ else refusal(typed, request)
        work = Work(question, cleaned.text, request.question, cleaned.removed, request.instructed, started)
        if refused is not None:
            yield self._refuse(work, refused)
            return
        not_ours = "one_person" if is_about_one_person(cleaned.text) else "decision" if is_a_decision(request.question) else None
        if not_ours:
            draft = Draft(self.snapshot, self._phrases, self.reader.language(typed), self.links)
            draft.say(not_ours)
            yield self._finish(work, draft, None, "not_in_sources", (Missing(what="person", value=typed[:80]),))
            return
        alone = self._conversation.standalone(question, request.question)
        if composer is not None and alone.text != request.question:
            alone = self._conversation.rewritten(composer.writer, question, request.question, alone)
            work.time("rewrite")
        work.text = alone.text
        asked = self._conversation.read(alone)
        work.ambiguous, work.misspelt = asked.ambiguous, asked.misspelt
        work.filters = self._conversation.filters(question, request.question, alone)
        allowed = self.facets.allowed(work.filters)
        found = self.retriever.find(asked, allowed)
        work.time("retrieve")
        limits = self.facets.regions_of(work.filters)
        ranked = self._ranking.rank(asked, found, self._allows(allowed), limits)
        ranked = replace(ranked, evidence=self._support.prefer(asked, ranked.evidence))
        verdict = self._refusals.verdict(asked, found, ranked, work.filters)
        if verdict.by_title:
            asked = replace(asked, intent="story")
        # "En in Twente?" after an English question is Dutch, though the question written out is English
        spoken = self.reader.spoken(request.question) or asked.language
        draft = Draft(self.snapshot, self._phrases, spoken, self.links)
        for area in asked.areas:
            draft.say("area", name=area.name[:1].upper() + area.name[1:], regions=", ".join(area.regions))
        if verdict.reason is None:
            draft.doubtful = verdict.doubtful
            ranked = replace(ranked, evidence=self._same_group.keep(asked.text, ranked.evidence))
            listing, lacking = self._shapes.write(draft, asked, found, ranked, self._own(question))
            if draft.statements or draft.stories:
                if composer is not None and listing is None:
                    work.time("compose")
                    draft = yield from self._written(work, composer, draft, asked, ranked, (*asked.regions, *limits))
                self._notices.say_conflicts(draft)
                work.time("compose")
                yield self._finish(work, draft, found, missing=(*verdict.missing, *lacking), listing=listing)
                return
            verdict = Verdict("not_in_sources", (*verdict.missing, Missing(what="subject", value=" ".join(t.word for t in asked.terms))))
            draft = Draft(self.snapshot, self._phrases, spoken, self.links)
        related = self._refusals.write(draft, asked, found, verdict, work.filters)
        work.time("compose")
        yield self._finish(work, draft, found, verdict.reason, verdict.missing, related=related, regions=asked.regions)

    def _composer_for(self, writer: "Writer", engine: Embeddings | None, usual: Mapping[str, float]) -> "Composer":
        from rag.check import Check, similarity_by
        from rag.generated import Composer

        return Composer(self.retriever, Check(self.snapshot, self.reader, usual, similarity_by(engine)), writer)

    def _written(
        self, work: Work, composer: "Composer", draft: Draft, asked: Understood, ranked: Ranked, regions: Sequence[str]
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

    def _own(self, question: Question) -> str | None:
        return self.regions.canonical(question.own_region or self._own_region or "")

    def _refuse(self, work: Work, reason: Reason) -> Answer:
        work.asked, work.text = work.asked[:MAX_CHARACTERS], work.text[:MAX_CHARACTERS]
        draft = Draft(self.snapshot, self._phrases, self.reader.language(work.asked), self.links)
        if reason == "too_long":
            draft.say("too_long", length=len(work.question.text), limit=MAX_CHARACTERS)
        else:
            draft.say(reason)
        return self._finish(work, draft, None, reason)

    def _finish(
        self,
        work: Work,
        draft: Draft,
        found: Found | None,
        reason: Reason | None = None,
        missing: tuple[Missing, ...] = (),
        listing: Listing | None = None,
        related: Sequence[Evidence] = (),
        regions: tuple[str, ...] = (),
    ) -> Answer:
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
            suggestions=tuple(self._notices.suggestions(draft, reason, listing, regions)),
            removed=work.removed,
            notices=tuple(self._notices.of(draft, work, reason, near=bool(related))),
            retrieved=tuple(
                RetrievedPassage(passage_id=hit.passage.id, document_id=hit.passage.document_id, text=hit.passage.text, score=hit.score)
                for hit in (found.hits if found else ())
            ),
            seconds=work.seconds,
            index=IndexUsed(snapshot=self.snapshot.id, embedding=self.snapshot.model),
        )
