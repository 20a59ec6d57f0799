"""What can be evaluated: the assistant, the assistant made worse on purpose, and baselines that have no rules at all."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import numpy as np
from langchain_core.documents import Document as Chunk
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_text_splitters import RecursiveCharacterTextSplitter

from index.beyond import read_beyond
from index.build import open_index
from index.documents import collapse
from index.dutch import Analyser
from index.embedding import BATCH, embeddings_for
from index.passages import Passage
from index.snapshot import Content, Snapshot, Vectors, embedded_texts, open_snapshot, vector_cache, write_snapshot
from praktijkbaken.errors import CaseError
from praktijkbaken.settings import Settings
from rag.answer import Answer, Citation, IndexUsed, RetrievedPassage, Statement, StatementPart
from rag.assistant import Assistant, Question
from rag.compose import answer_story, plain
from rag.retrieval import Tuning
from rag.scores import Part
from rag.writer import writer_for

CHUNK = 1_000
OVERLAP = 200
STUFFED_WORDS = 140
RETRIEVED = 10


@dataclass(frozen=True)
class System:
    """Something that answers questions over one snapshot. `confidence` is None where it has none."""

    name: str
    snapshot: Snapshot
    answer: Callable[[Question], Answer]
    confidence: Callable[[Question], float] | None = None


def system(name: str, settings: Settings) -> System:
    """The system of that name. Raises `CaseError` for an unknown one."""
    if name not in (*NAMES, *ABLATIONS, WITHOUT_RERANKER):
        raise CaseError(f"Onbekende configuratie {name!r}. Kies uit: {', '.join(dict.fromkeys((*NAMES, *ABLATIONS)))}.")
    snapshot = open_index(settings)
    engine = embeddings_for(settings.embedding_model)
    if name == WITHOUT_RERANKER and settings.reranker is None:
        raise CaseError("Er is geen herordenaar om uit te zetten. Zet PRAKTIJKBAKEN_RERANKER op een model of map.")
    if name in BASELINES:
        return _baseline(name, snapshot, settings, engine)
    if name == "no headings":
        snapshot = _without_headings(snapshot, settings, engine)
    off = frozenset(part for part in PARTS if name == f"no {part}")
    tuning = Tuning(off, considered=1 if name == "top 1" else Tuning().considered)
    writer = writer_for(settings) if name == "assistant" else None
    assistant = Assistant(snapshot, settings, None if name == "no dense" else engine, tuning, writer)
    return System(name, snapshot, assistant.invoke, assistant.confidence)


BASELINES = ("bm25 alone", "dense alone", "plain langchain", "stuffer")
PARTS: tuple[Part, ...] = get_args(Part)
# What retrieval is made of; "no reranker" means something only where a setting names one.
ABLATIONS = ("no dense", "no headings", *(f"no {part}" for part in PARTS if part != "reranker"))
WITHOUT_RERANKER = "no reranker"
# What `--system all` runs.
NAMES = ("assistant", "no lexical", "no dense", "no other words", "no headings", "top 1", *BASELINES)


def _without_headings(snapshot: Snapshot, settings: Settings, engine: Embeddings | None) -> Snapshot:
    """The same snapshot, its passages searched by their own words only. Made beside the index and kept there."""
    home = settings.home / "eval" / "no-headings"
    base = home / "index"
    made = sorted(base.glob(f"{snapshot.id}-*")) if base.is_dir() else []
    if made:
        return open_snapshot(made[0], snapshot.model, engine)
    passages = [replace(passage, heading="") for passage in snapshot.passages]
    beyond = tuple(read_beyond(settings.data / "catalogue"))
    texts = embedded_texts(passages, beyond)
    embedded = vector_cache(settings.home, settings.data, snapshot.model).embed(texts, snapshot.model, engine, BATCH, lambda _d, _t: None)
    vectors = embedded[0] if embedded else None
    content = Content(
        documents=list(snapshot.documents.values()),
        passages=passages,
        stories=list(snapshot.stories.values()),
        vectors=None if vectors is None else Vectors.of(vectors, passages),
        model=snapshot.model,
        inputs=snapshot.inputs,
        beyond=beyond,
        adapter=snapshot.learnt.adapter if snapshot.learnt else None,
        answerable=snapshot.learnt.answerable if snapshot.learnt else None,
    )
    folder = write_snapshot(home, content, Analyser(), lambda _d, _t: None)
    named = folder.rename(folder.with_name(f"{snapshot.id}-{folder.name}"))
    return open_snapshot(named, snapshot.model, engine)


def _baseline(name: str, snapshot: Snapshot, settings: Settings, engine: Embeddings | None) -> System:
    """Shows the first piece that was found, whatever is asked: what one gets without an assistant."""
    if name == "plain langchain":
        return System(name, snapshot, _plain_langchain(snapshot, engine))
    if name == "stuffer":
        return System(name, snapshot, _stuffer(snapshot))
    assistant = Assistant(snapshot, settings, engine)
    retriever = assistant.retriever
    by_id = {passage.id: passage for passage in snapshot.passages}

    def ranked(question: Question) -> Iterator[tuple[Passage, float]]:
        if name == "bm25 alone":
            scores = snapshot.lexical.scores(retriever.reader.analyser.analyse(question.text))
            for at in np.argsort(-scores, kind="stable")[:RETRIEVED]:
                yield snapshot.passages[int(at)], float(scores[at])
        elif engine is not None and snapshot.store is not None:
            for passage_id, similarity in snapshot.store.nearest(engine.embed_query(question.text), RETRIEVED):
                yield by_id[passage_id], similarity

    def answer(question: Question) -> Answer:
        started = time.perf_counter()
        found = list(ranked(question))
        retrieved = [RetrievedPassage(passage_id=p.id, document_id=p.document_id, text=p.text, score=round(score, 4)) for p, score in found]
        first = found[0][0]
        cited = _citation(snapshot, first.document_id, first.start, first.end, first.id, 1)
        return _shown(snapshot, question, [cited], retrieved, started)

    return System(name, snapshot, answer)


def _plain_langchain(snapshot: Snapshot, engine: Embeddings | None) -> Callable[[Question], Answer]:
    """LangChain as its beginners' pages have it: chunks of 1,000 characters in the in-memory store; the nearest is shown."""
    if engine is None:
        raise CaseError("De vergelijking met LangChain heeft een embeddingmodel nodig (PRAKTIJKBAKEN_EMBEDDING_MODEL).")
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP, add_start_index=True)
    chunks = splitter.split_documents([Chunk(page_content=d.text, metadata={"document": d.id}) for d in snapshot.documents.values()])
    store = InMemoryVectorStore(engine)
    store.add_documents(chunks)

    def answer(question: Question) -> Answer:
        started = time.perf_counter()
        found = store.similarity_search_with_score(question.text, k=RETRIEVED)
        retrieved = [
            RetrievedPassage(
                passage_id=f"chunk-{c.metadata['start_index']}", document_id=c.metadata["document"], text=collapse(c.page_content), score=s
            )
            for c, s in found
        ]
        first = found[0][0]
        start = int(first.metadata["start_index"])
        cited = _citation(snapshot, first.metadata["document"], start, start + len(first.page_content), f"chunk-{start}", 1)
        return _shown(snapshot, question, [cited], retrieved, started)

    return answer


def _stuffer(snapshot: Snapshot) -> Callable[[Question], Answer]:
    """The same heap for every question: ten pieces of the report, 140 words of quotes, every title. It must pass no gate."""
    document = next(iter(snapshot.documents.values()))
    size = len(document.text) // RETRIEVED
    retrieved = [
        RetrievedPassage(
            passage_id=f"piece-{at}", document_id=document.id, text=collapse(document.text[at * size : (at + 1) * size]), score=1.0
        )
        for at in range(RETRIEVED)
    ]
    cited: list[Citation] = []
    for passage in snapshot.passages[::8]:
        if sum(len(c.quote.split()) for c in cited) + len(passage.sentences[0].text.split()) <= STUFFED_WORDS:
            first = passage.sentences[0]
            cited.append(_citation(snapshot, passage.document_id, first.start, first.end, passage.id, len(cited) + 1))

    def answer(question: Question) -> Answer:
        return _shown(snapshot, question, cited, retrieved, time.perf_counter(), everything=True)

    return answer


def _citation(snapshot: Snapshot, document_id: str, start: int, end: int, passage_id: str, n: int) -> Citation:
    document = snapshot.documents[document_id]
    return Citation(
        n=n,
        quote=document.quote(start, end),
        passage_id=passage_id,
        document_id=document_id,
        document_title=document.title,
        source_date=document.date,
        section=(),
        page=document.page(start),
        start=start,
        end=end,
        story_ids=(),
        regions=(),
        url=document.url,
    )


def _shown(
    snapshot: Snapshot,
    question: Question,
    cited: list[Citation],
    retrieved: list[RetrievedPassage],
    started: float,
    everything: bool = False,
) -> Answer:
    stories = tuple(answer_story(story, {}) for story in snapshot.stories.values()) if everything else ()
    lines = [f"- “{plain(c.quote)}” [{c.n}]" for c in cited] + [f"- {plain(story.title)}" for story in stories]
    return Answer(
        id=question.id or "",
        question=question.text,
        standalone_question=question.text,
        language="nl",
        status="answered",
        reason=None,
        mode="extractive",
        model=None,
        text="\n".join(lines),
        parts=tuple(StatementPart(statement=at) for at in range(len(cited))),
        statements=tuple(Statement(text=c.quote, citations=(c.n,)) for c in cited),
        frame=(),
        citations=tuple(cited),
        related=(),
        stories=stories,
        listing=None,
        missing=(),
        filters=(),
        own_region=None,
        suggestions=(),
        removed=(),
        notices=(),
        retrieved=tuple(retrieved),
        seconds={"total": round(time.perf_counter() - started, 4)},
        index=IndexUsed(snapshot=snapshot.id, embedding=snapshot.model),
    )


def runs_folder(home: Path) -> Path:
    """Where runs are kept."""
    return home / "eval" / "runs"
