"""Files to documents: reads what is new, takes over what is not, and joins what is there twice.

A source that cannot be read never stops the others, and never removes what was read of it before.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from datasketch import MinHash, MinHashLSH

from index.catalogue import STORY_SITE
from index.documents import READER_VERSION, Alike, Document, SourceRecord
from index.dutch import words
from index.library import SourceFile
from index.reading import FileReader
from praktijkbaken.errors import SourceError

# Two texts that share this part of their runs of five words are reported as near-duplicates.
ALIKE = 0.8
SHINGLE = 5
LEAST_WORDS = 40
_PERMUTATIONS = 128
_YES = ("ja", "yes", "true", "1")

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Intake:
    """All documents, the report first, with the record of each added source."""

    documents: tuple[Document, ...]
    records: tuple[SourceRecord, ...]
    alike: tuple[Alike, ...]


def take_in(
    report: Document,
    files: Sequence[SourceFile],
    earlier: Mapping[str, SourceRecord],
    documents: Mapping[str, Document],
    progress: Progress,
) -> Intake:
    """Reads `files`; what `earlier` records with the same digest is taken from `documents` (by id) instead.

    Raises nothing for a file that cannot be read: its record says why, and its earlier documents stay.
    """
    records: list[SourceRecord] = []
    read: list[Document] = []
    with FileReader() as reader:
        for at, file in enumerate(files):
            known = earlier.get(file.origin)
            kept = [documents[name] for name in known.documents if name in documents] if known else []
            if known and known.digest == file.digest and known.reader == READER_VERSION and len(kept) == len(known.documents):
                records.append(known)
                read += kept
            else:
                record, fresh = _read(reader, file, kept)
                records.append(record)
                read += fresh
            progress(at + 1, len(files))
    unique, doubles = _once([report, *(_as_story(document) for document in read)])
    return Intake(tuple(unique), tuple(records), (*doubles, *_near(unique)))


def _read(reader: FileReader, file: SourceFile, kept: list[Document]) -> tuple[SourceRecord, list[Document]]:
    try:
        reading = reader.read(file.path, file.origin, file.given)
    except SourceError as error:
        stays = " De eerder gelezen versie blijft in gebruik." if kept else ""
        return SourceRecord(file.origin, file.digest, tuple(d.id for d in kept), problem=f"{error}{stays}"), kept
    return SourceRecord(file.origin, file.digest, tuple(d.id for d in reading.documents), reading.warnings), list(reading.documents)


def _as_story(document: Document) -> Document:
    """A page of the stories' site is a story, and "ja" where a title is expected means the document's own."""
    by_address = document.story is None and (document.url or "").startswith(STORY_SITE)
    return replace(document, story=document.title) if by_address or (document.story or "").lower() in _YES else document


def _once(documents: Sequence[Document]) -> tuple[list[Document], list[Alike]]:
    """Each text once. The first keeps its place and takes over what only the other knows of itself."""
    by_text: dict[str, Document] = {}
    doubles = []
    for document in documents:
        first = by_text.get(document.hash)
        if first is None:
            by_text[document.hash] = document
            continue
        if first.id != document.id:
            doubles.append(Alike(first.id, document.id, 1.0))
        by_text[document.hash] = replace(
            first,
            date=first.date or document.date,
            url=first.url or document.url,
            regions=first.regions or document.regions,
            themes=first.themes or document.themes,
            story=first.story or document.story,
        )
    return list(by_text.values()), doubles


def _near(documents: Sequence[Document]) -> list[Alike]:
    if len(documents) < 2:
        return []
    index = MinHashLSH(threshold=ALIKE, num_perm=_PERMUTATIONS)
    sketches: dict[str, MinHash] = {}
    found = []
    for document in documents:
        run = words(document.text)
        if len(run) < LEAST_WORDS:
            continue
        sketch = MinHash(num_perm=_PERMUTATIONS)
        shingles = {" ".join(piece).encode() for piece in zip(*(islice(run, start, None) for start in range(SHINGLE)), strict=False)}
        sketch.update_batch(sorted(shingles))
        for other in sorted(index.query(sketch)):
            share = float(sketches[other].jaccard(sketch))
            if share >= ALIKE:
                found.append(Alike(other, document.id, round(share, 2)))
        index.insert(document.id, sketch)
        sketches[document.id] = sketch
    return found
