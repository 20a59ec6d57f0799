"""One complete, checked index on disk: hashed truth (documents, passages, stories, vectors), Chroma and bm25s built from it.

Chroma cannot be the truth: killed in the middle of writing it opens, answers, and is incomplete; and it writes to its
files on every open. So a manifest with counts and hashes decides, and the other two are checked against it.
"""

import hashlib
import json
import shutil
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

from index.adapter import Adapter
from index.answerable import UNREADABLE, Answerable
from index.catalogue import Story
from index.documents import Alike, Document, PrintedLink, Section, SourceRecord, Unit
from index.dutch import ANALYSER_VERSION, Analyser
from index.held import Held, is_held
from index.lexical import LexicalIndex
from index.passages import SPLITTER_VERSION, Passage, Sentence
from index.store import PassageStore
from index.vectors import Progress, Vector, VectorCache, addresses, shipped_file
from praktijkbaken.errors import SnapshotError

FORMAT = 5
POINTER = "current"
_VECTORS = ("passages.npy", "sentences.npy", "asked.npy", "beyond.npy")
_ADAPTER = "adapter.npy"
_ANSWERABLE = "answerable.npz"
_LENGTHS = ("asked-lengths.npy", "beyond-lengths.npy")
_LEXICAL = ("passages", "sentences", "asked")


def _addresses(name: str) -> str:
    """The file with the addresses of the vectors in file `name`, row for row."""
    return name.replace(".npy", "-addresses.npy")


_AGAIN = "Geef: praktijkbaken index"


@dataclass(frozen=True)
class Vectors:
    """Unit-length rows, in order: one for each passage, each sentence of each passage, each of its other words (`Sentence.asked`), and
    each question that the sources do not answer."""

    passages: Vector
    sentences: Vector
    asked: Vector
    beyond: Vector

    @classmethod
    def of(cls, rows: Vector, passages: Sequence[Passage]) -> "Vectors":
        """The rows of `embedded_texts`, apart."""
        sentences = [sentence for passage in passages for sentence in passage.sentences]
        ends = np.cumsum([len(passages), len(sentences), sum(len(sentence.asked) for sentence in sentences)])
        return cls(*np.split(rows, ends))


@dataclass(frozen=True)
class Learnt:
    """The adapter, and the lengths under it of the other words and of the questions that the sources do not answer; and what tells whether
    a sentence answers a question, which is kept beside an adapter alone."""

    adapter: Adapter
    asked: Vector
    beyond: Vector
    answerable: Answerable | None


@dataclass(frozen=True)
class Snapshot:
    """An opened index. `store` and `vectors` are None when it was made without an embedding model. While it lives its folder stays."""

    id: str
    model: str
    created: str
    folder: Path
    documents: dict[str, Document]
    passages: tuple[Passage, ...]
    stories: dict[str, Story]
    lexical: LexicalIndex
    sentence_lexical: LexicalIndex
    asked_lexical: LexicalIndex
    store: PassageStore | None
    vectors: Vectors | None
    inputs: dict[str, str]
    records: tuple[SourceRecord, ...] = ()
    alike: tuple[Alike, ...] = ()
    learnt: Learnt | None = None
    held: Held | None = None


@dataclass(frozen=True)
class Content:
    """What a snapshot is made of, before it is written. `inputs` are the hashes of all it was made from, `beyond` questions that the
    sources do not answer."""

    documents: Sequence[Document]
    passages: Sequence[Passage]
    stories: Sequence[Story]
    vectors: Vectors | None
    model: str
    inputs: dict[str, str]
    records: Sequence[SourceRecord] = ()
    alike: Sequence[Alike] = ()
    beyond: Sequence[str] = ()
    adapter: Adapter | None = None
    answerable: Answerable | None = None


def versions() -> dict[str, str]:
    """The versions of the parts whose change makes an index unusable."""
    return {"format": str(FORMAT), "analyser": ANALYSER_VERSION, "splitter": SPLITTER_VERSION}


def write_snapshot(home: Path, content: Content, analyser: Analyser, progress: Progress) -> Path:
    """Writes a new snapshot folder beside the others and returns it. Nothing points to it yet."""
    truth = {
        "documents.jsonl": _lines(_plain(d) for d in content.documents),
        "passages.jsonl": _lines(asdict(p) for p in content.passages),
        "stories.jsonl": _lines(asdict(s) for s in content.stories),
        "sources.jsonl": _lines(asdict(r) for r in content.records),
        "alike.jsonl": _lines(asdict(a) for a in content.alike),
        "beyond.jsonl": _lines(content.beyond),
    }
    digest = hashlib.sha256("".join([*truth.values(), content.model, json.dumps(versions())]).encode()).hexdigest()[:12]
    folder = _new_folder(home / "index", digest)
    for name, text in truth.items():
        (folder / name).write_text(text, "utf-8")
    texts = _searched(content.passages)
    for name, of in zip(_LEXICAL, texts, strict=True):
        LexicalIndex.build(folder / "lexical" / name, of, analyser)
    if content.vectors is not None:
        for name, of in zip(_VECTORS, _embedded(content.passages, content.beyond), strict=True):
            np.save(folder / name, getattr(content.vectors, name.removesuffix(".npy")))
            np.save(folder / _addresses(name), addresses(content.model, of))
        if content.adapter is not None:
            np.save(folder / _ADAPTER, content.adapter.rows())
            for name, rows in zip(_LENGTHS, (content.vectors.asked, content.vectors.beyond), strict=True):
                np.save(folder / name, content.adapter.lengths(rows))
            if content.answerable is not None:
                content.answerable.write(folder / _ANSWERABLE)
        PassageStore.build(folder / "chroma", content.passages, content.vectors.passages, digest, progress)
    manifest = {
        "id": digest,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "model": content.model,
        "versions": versions(),
        "counts": {"documents": len(content.documents), "passages": len(content.passages), "stories": len(content.stories)},
        "inputs": content.inputs,
        "files": {str(file.relative_to(folder).as_posix()): _hash(file) for file in _checked_files(folder)},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8")
    return folder


def open_snapshot(folder: Path, model: str, engine: Embeddings | None) -> Snapshot:
    """The snapshot in `folder`, checked against its manifest.

    Raises `SnapshotError` when it is damaged, foreign, of another version, or made with another embedding model.
    """
    held = Held(folder)
    manifest = _manifest(folder)
    if manifest["versions"] != versions():
        raise SnapshotError(f"De index is gemaakt door een andere versie van Praktijkbaken. {_AGAIN}")
    if manifest["model"] != model:
        raise SnapshotError(
            f"De index is gemaakt met embeddingmodel {manifest['model']!r}, maar ingesteld is {model!r}. "
            f"{_AGAIN} (of zet PRAKTIJKBAKEN_EMBEDDING_MODEL terug)"
        )
    for name, wanted in manifest["files"].items():
        file = folder / name
        if not file.is_file() or _hash(file) != wanted:
            raise SnapshotError(f"De index is beschadigd ({name} klopt niet meer). {_AGAIN}")
    try:
        documents = [_document(line) for line in _read(folder / "documents.jsonl")]
        passages = tuple(_passage(line) for line in _read(folder / "passages.jsonl"))
        stories = [Story(**_tuples(line)) for line in _read(folder / "stories.jsonl")]
        records = tuple(SourceRecord(**_tuples(line)) for line in _read(folder / "sources.jsonl"))
        alike = tuple(Alike(**line) for line in _read(folder / "alike.jsonl"))
        dense = (folder / "passages.npy").is_file()
        vectors = Vectors(*(np.load(folder / name, mmap_mode="r", allow_pickle=False) for name in _VECTORS)) if dense else None
        adapter = Adapter.of(np.load(folder / _ADAPTER, allow_pickle=False)) if (folder / _ADAPTER).is_file() else None
        answerable = Answerable.open(folder / _ANSWERABLE) if (folder / _ANSWERABLE).is_file() else None
        lengths = [np.load(folder / name, allow_pickle=False) for name in _LENGTHS] if adapter else []
        learnt = Learnt(adapter, lengths[0], lengths[1], answerable) if adapter else None
        lexical = [LexicalIndex.open(folder / "lexical" / name) for name in _LEXICAL]
    except (*UNREADABLE, KeyError) as error:
        raise SnapshotError(f"De index is niet te lezen ({type(error).__name__}). {_AGAIN}") from None
    store = PassageStore.open(folder / "chroma", manifest["id"], len(passages), engine) if dense else None
    return Snapshot(
        id=manifest["id"],
        model=manifest["model"],
        created=manifest["created"],
        folder=folder,
        documents={d.id: d for d in documents},
        passages=passages,
        stories={s.id: s for s in stories},
        lexical=lexical[0],
        sentence_lexical=lexical[1],
        asked_lexical=lexical[2],
        store=store,
        vectors=vectors,
        inputs=manifest["inputs"],
        records=records,
        alike=alike,
        learnt=learnt,
        held=held,
    )


def vector_cache(home: Path, data: Path, model: str) -> VectorCache:
    """All vectors that need not be computed again: those shipped in `data`, and those of the current snapshot, whatever made it.

    What does not match the snapshot's manifest is left alone.
    """
    cache = VectorCache.read([shipped_file(data, model)])
    try:
        folder = current_folder(home)
        manifest = _manifest(folder)
    except SnapshotError:
        return cache
    if manifest["model"] != model:
        return cache
    for name in _VECTORS:
        files = [name, _addresses(name)]
        if all((folder / f).is_file() and _hash(folder / f) == manifest["files"].get(f) for f in files):
            rows, keys = (np.load(folder / f, allow_pickle=False) for f in files)
            cache.take(keys, rows)
    return cache


def embedded_texts(passages: Sequence[Passage], beyond: Sequence[str]) -> list[str]:
    """All that is embedded: each passage and each sentence with its headings, each of its other words, and the questions `beyond`."""
    return [text for texts in _embedded(passages, beyond) for text in texts]


def _embedded(passages: Sequence[Passage], beyond: Sequence[str]) -> tuple[list[str], list[str], list[str], list[str]]:
    sentences = [(p, s) for p in passages for s in p.sentences]
    return (
        [p.searched for p in passages],
        [f"{p.heading}\n{s.text}" for p, s in sentences],
        [text for _, s in sentences for text in s.asked],
        list(beyond),
    )


def _searched(passages: Sequence[Passage]) -> tuple[list[str], list[str], list[str]]:
    """What each lexical index holds: passages, sentences, and the other words of each sentence together."""
    sentences = [s for p in passages for s in p.sentences]
    return [p.searched for p in passages], [s.text for s in sentences], [" ".join(s.asked) for s in sentences]


def current_folder(home: Path) -> Path:
    """The folder that the pointer names. Raises `SnapshotError` when there is no index, or the pointer is no good."""
    pointer = home / "index" / POINTER
    try:
        name = pointer.read_text("utf-8").strip()
    except FileNotFoundError:
        raise SnapshotError(f"Er is nog geen index in {home}. {_AGAIN}") from None
    except (OSError, UnicodeDecodeError):
        name = ""
    folder = pointer.parent / name
    if not name or Path(name).name != name or not folder.is_dir():
        raise SnapshotError(f"De verwijzing naar de index ({pointer}) klopt niet. {_AGAIN}")
    return folder


def swap(home: Path, folder: Path) -> None:
    """Points to `folder`, and keeps the one before; older ones go, save those that a process has open."""
    base = home / "index"
    try:
        before: Path | None = current_folder(home)
    except SnapshotError:
        before = None
    temporary = base / f"{POINTER}.new"
    temporary.write_text(folder.name, "utf-8")
    temporary.replace(base / POINTER)
    for other in base.iterdir():
        if other.is_dir() and other not in (folder, before) and not is_held(other):
            shutil.rmtree(other, ignore_errors=True)


def roll_back(home: Path) -> Path:
    """Points to the snapshot before the current one and returns it. Raises `SnapshotError` when there is none."""
    now = current_folder(home)
    others = [folder for folder in (home / "index").iterdir() if folder.is_dir() and folder != now and (folder / "manifest.json").is_file()]
    if not others:
        raise SnapshotError("Er is geen vorige index om naar terug te gaan.")
    before = max(others, key=lambda folder: _manifest(folder)["created"])
    swap(home, before)
    return before


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        missing = {"id", "created", "model", "versions", "inputs", "files"} - set(manifest)
    except (OSError, ValueError, TypeError):
        raise SnapshotError(f"De index in {folder} heeft geen leesbaar manifest. {_AGAIN}") from None
    if missing or not isinstance(manifest["files"], dict):
        raise SnapshotError(f"De index in {folder} is niet door Praktijkbaken gemaakt. {_AGAIN}")
    return dict(manifest)


def _new_folder(base: Path, digest: str) -> Path:
    # a name that was never used: Chroma remembers in memory what a folder of the same name held before
    folder = base / f"{digest}-{uuid.uuid4().hex[:6]}"
    folder.mkdir(parents=True)
    return folder


def _checked_files(folder: Path) -> list[Path]:
    """All but Chroma's files, which change on every open."""
    return sorted(f for f in folder.rglob("*") if f.is_file() and "chroma" not in f.relative_to(folder).parts)


def _hash(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _lines(items: Any) -> str:
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)


def _read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def _tuples(line: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in line.items()}


def _plain(document: Document) -> dict[str, Any]:
    """A document as JSON; its units as short rows, for there are many."""
    shallow = {field.name: getattr(document, field.name) for field in fields(document)}
    rows = {name: [list(astuple(item)) for item in getattr(document, name)] for name in ("sections", "units", "links")}
    return {**shallow, **rows}


def _document(line: dict[str, Any]) -> Document:
    return Document(
        **{
            **_tuples(line),
            "sections": tuple(Section(tuple(path), start) for path, start in line["sections"]),
            "units": tuple(Unit(*row) for row in line["units"]),
            "links": tuple(PrintedLink(*row) for row in line["links"]),
            "pages": tuple((number, start) for number, start in line["pages"]),
        }
    )


def _passage(line: dict[str, Any]) -> Passage:
    sentences = tuple(Sentence(**_tuples(s)) for s in line.pop("sentences"))
    return Passage(**_tuples(line), sentences=sentences)


CheckSnapshot = Callable[[Snapshot], str | None]
