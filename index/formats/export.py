"""Reads an export of a website's content: CSV or JSON lines, a row a document."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.builder import DocumentBuilder, Metadata
from index.documents import Document
from index.formats.html import has_tags, read_fragment
from index.formats.plain import metadata_from
from index.readers import dated, decoded, finish
from index.reading import Reading
from praktijkbaken.errors import SourceError

MOST_ROWS = 100_000
MOST_FIELD = 10_000_000
TEXT = ("tekst", "text", "inhoud", "body", "content")
KIND = ("soort", "type")
STORIES = ("", "praktijkverhaal", "verhaal", "story", "artikel")


def read_export(path: Path, origin: str, given: Metadata) -> Reading:
    """A document a row; each is a practice story, unless its `soort` says something else.

    A row without title or text, or one that cannot be read, is left out with a warning. Raises `SourceError` when there
    is no usable row.
    """
    text = decoded(path.read_bytes()).replace("\0", " ")
    documents: list[Document] = []
    warnings: list[str] = []
    rows = _csv_rows(text, path.name) if path.suffix.lower() == ".csv" else _json_rows(text, path.name, warnings)
    for number, fields in rows:
        where = f"{path.name}, rij {number}"
        if number > MOST_ROWS:
            raise SourceError(f"{path.name} heeft meer dan {MOST_ROWS} rijen. Knip het in delen.")
        known = {str(key).strip().lower(): value for key, value in fields.items() if key is not None}
        body = next((str(known[key]) for key in TEXT if known.get(key)), "")
        own = given.over(metadata_from(known))
        if not own.title or not body.strip():
            warnings.append(f"{where}: zonder titel of tekst, overgeslagen.")
            continue
        kind = next((str(known[key]).strip().lower() for key in KIND if known.get(key)), "")
        metadata, odd = dated(own if own.story or kind not in STORIES else replace(own, story=own.title), where)
        warnings += odd
        try:
            documents.append(_document(body, f"{origin}#{own.url or own.title}", metadata, where))
        except SourceError as error:
            warnings.append(str(error))
    if not documents:
        raise SourceError(f"{path.name}: geen rij met titel en tekst gevonden. Nodig zijn de kolommen titel en tekst (of title en text).")
    return Reading(tuple({document.id: document for document in documents}.values()), tuple(warnings))


def _document(body: str, origin: str, metadata: Metadata, where: str) -> Document:
    builder = DocumentBuilder()
    if has_tags(body):
        read_fragment(body, where, builder)
    else:
        for paragraph in body.splitlines():
            builder.paragraph(paragraph)
    return finish(builder, origin, metadata, where)


def _csv_rows(text: str, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    csv.field_size_limit(MOST_FIELD)
    head = text.partition("\n")[0]
    separator = max(";,\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        columns = [str(column).strip().lower() for column in reader.fieldnames or []]
        if not set(columns) & set(TEXT):
            shown = ", ".join(columns)[:200] or "geen"
            raise SourceError(f"{name}: er is geen kolom met de tekst. Gevonden: {shown}. Nodig is een kolom tekst (text, inhoud, body).")
        yield from enumerate(reader, start=1)
    except csv.Error as error:
        raise SourceError(f"{name} is geen geldig CSV-bestand ({error}). Sla het opnieuw op als CSV (UTF-8).") from None


def _json_rows(text: str, name: str, warnings: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if isinstance(row, dict):
            yield number, row
        else:
            warnings.append(f"{name}, regel {number}: geen JSON-object, overgeslagen.")
