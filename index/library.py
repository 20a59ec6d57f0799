"""The added sources: files that were added or fetched (under the home folder) and those in the office's own folder.

First step of the way of the data for everything but the report. A source is a file; what is known of it beside its
text stands in `<file>.meta.json` for our own copies, and in `bronnen.csv` for the office's folder.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from index.builder import Metadata
from index.catalogue import slug
from index.readers import suffixes
from index.regions import rows
from praktijkbaken.errors import SourceError
from praktijkbaken.settings import Settings

ADDED, FETCHED = "added", "stories"
META = ".meta.json"
LIST = "bronnen.csv"
_SEPARATORS = re.compile(r"\s*[;|]\s*")
_SUFFIX_OF_TYPE = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "text/csv": ".csv",
}


@dataclass(frozen=True)
class SourceFile:
    """A file to read. `origin` names it for good; `digest` changes with its bytes and with what is known of it."""

    path: Path
    origin: str
    given: Metadata
    digest: str


@dataclass(frozen=True)
class Kept:
    """What became of a source that was added: under which name it is kept, and whether that was there already.

    `beside` is the source that had the name which a new one would have got; None where it was free.
    """

    origin: str
    status: str  # "new", "replaced" or "known"
    beside: str | None = None


def folder(settings: Settings) -> Path:
    """Where our own copies of added and fetched sources lie."""
    return settings.home / "sources"


def source_files(settings: Settings) -> list[SourceFile]:
    """Every added source that can be read, in a fixed order. Raises `SourceError` when the office's folder is not there."""
    files = [*_own_copies(folder(settings) / ADDED, ADDED), *_own_copies(folder(settings) / FETCHED, FETCHED)]
    if settings.sources is not None:
        files += _office_files(settings.sources)
    return files


def keep_file(settings: Settings, path: Path, given: Metadata, beside: bool = False) -> Kept:
    """Copies a file among the added sources; the same file again replaces its copy. Raises `SourceError`.

    With `beside` another text under the same name is another source: whoever uploads has no place of her own to put a file in.
    """
    if not path.is_file():
        raise SourceError(f"{path} is geen bestand. Controleer de naam; een map volgt u met PRAKTIJKBAKEN_SOURCES.")
    if path.suffix.lower() not in suffixes():
        raise SourceError(f"{path.name}: dit soort bestand kan niet gelezen worden. Bruikbaar zijn: {', '.join(sorted(suffixes()))}.")
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    come_from = f"{path.name} {digest}" if beside else str(path.resolve())
    return _keep(settings, path.suffix.lower(), path.stem, come_from, given, digest, lambda to: shutil.copyfile(path, to))


def keep_page(settings: Settings, url: str, content: bytes, content_type: str, given: Metadata) -> Kept:
    """Keeps what was fetched from `url` among the added sources. Raises `SourceError` for a type that cannot be read."""
    suffix = _SUFFIX_OF_TYPE.get(content_type)
    if suffix is None:
        raise SourceError(f"{url} is van het soort {content_type}; dat kan niet gelezen worden.")
    digest = hashlib.sha256(content).hexdigest()
    name = re.sub(r"^https?://(www\.)?", "", url)
    given = given.over(Metadata(url=url))
    return _keep(settings, suffix, name, url, given, digest, lambda to: to.write_bytes(content))


def keep_story_page(settings: Settings, story_id: str, content: bytes, content_type: str, meta: dict[str, Any]) -> Path:
    """Keeps a story's own page, in place of an earlier one. `meta` is what the fetch recorded and the page's metadata."""
    suffix = _SUFFIX_OF_TYPE.get(content_type, ".html")
    path = folder(settings) / FETCHED / (story_id + suffix)
    path.parent.mkdir(parents=True, exist_ok=True)
    before = story_page(settings, story_id)
    _replace(_meta_file(path), json.dumps(meta, ensure_ascii=False, indent=1).encode())
    _replace(path, content)
    if before and before[0] != path:  # the page is of another kind now
        before[0].unlink()
        _meta_file(before[0]).unlink(missing_ok=True)
    return path


def story_page(settings: Settings, story_id: str) -> tuple[Path, dict[str, Any]] | None:
    """A story's kept page and what its fetch recorded; None where there is none."""
    for path in sorted((folder(settings) / FETCHED).glob(f"{story_id}.*")):
        if not path.name.endswith(META):
            return path, _read_meta(path)
    return None


def forget(settings: Settings, origin: str) -> None:
    """Removes our own copy of an added source. Raises `SourceError` when it is not ours to remove."""
    for file in [*_own_copies(folder(settings) / ADDED, ADDED), *_own_copies(folder(settings) / FETCHED, FETCHED)]:
        if file.origin == origin:
            file.path.unlink(missing_ok=True)
            _meta_file(file.path).unlink(missing_ok=True)
            return
    raise SourceError(f"{origin} is niet met 'add' of 'stories fetch' toegevoegd; haal het bestand zelf weg uit zijn map.")


def _keep(settings: Settings, suffix: str, name: str, come_from: str, given: Metadata, digest: str, write: Any) -> Kept:
    base = folder(settings) / ADDED
    base.mkdir(parents=True, exist_ok=True)
    meta = {"from": come_from, "sha256": digest, **_as_json(given)}
    for file in _own_copies(base, ADDED):
        before = _read_meta(file.path)
        if before == meta:
            return Kept(file.origin, "known")
        if before.get("from") == come_from and file.path.suffix == suffix:
            # what was said of it before still holds where nothing else is said now
            meta |= _as_json(given.over(_metadata(before)))
            return Kept(file.origin, "known") if before == meta else _write(file.path, meta, write, "replaced")
    stem = slug(name) or "bron"
    free, at = base / (stem + suffix), 2
    taken = f"{ADDED}/{free.name}" if free.exists() else None
    while free.exists():
        free, at = base / f"{stem}-{at}{suffix}", at + 1
    return replace(_write(free, meta, write, "new"), beside=taken)


def _write(path: Path, meta: dict[str, Any], write: Any, status: str) -> Kept:
    aside = path.with_name(path.name + ".new")
    write(aside)
    _replace(_meta_file(path), json.dumps(meta, ensure_ascii=False, indent=1).encode())
    aside.replace(path)
    return Kept(f"{ADDED}/{path.name}", status)


def _own_copies(base: Path, name: str) -> Iterator[SourceFile]:
    if not base.is_dir():
        return
    for path in sorted(base.iterdir()):
        if path.suffix in suffixes() and path.is_file() and not path.name.endswith((META, ".new")):
            meta = _read_meta(path)
            yield _source(path, f"{name}/{path.name}", _metadata(meta))


def _office_files(base: Path) -> Iterator[SourceFile]:
    if not base.is_dir():
        raise SourceError(f"De map {base} (PRAKTIJKBAKEN_SOURCES) bestaat niet. Maak die map, of haal de instelling weg.")
    known = _listed(base / LIST)
    inside = base.resolve()
    for path in sorted(base.rglob("*")):
        relative = path.relative_to(base).as_posix()
        hidden = any(part.startswith((".", "~$")) for part in path.relative_to(base).parts)
        # a link may lead out of the folder: what lies elsewhere was not put here
        if hidden or relative == LIST or path.suffix.lower() not in suffixes() or not path.is_file():
            continue
        if inside in path.resolve().parents:
            yield _source(path, f"map/{relative}", known.get(relative, Metadata()))


def _listed(path: Path) -> dict[str, Metadata]:
    """What `bronnen.csv` says of the files beside it; every column but `bestand` may be empty or absent."""
    if not path.is_file():
        return {}
    found = {}
    for line in rows(path, "bestand"):
        found[line["bestand"]] = Metadata(
            title=line.get("titel") or None,
            url=line.get("link") or None,
            date=line.get("datum") or None,
            regions=_listing(line.get("regios")),
            themes=_listing(line.get("themas")),
            story=line.get("verhaal") or None,
        )
    return found


def _source(path: Path, origin: str, given: Metadata) -> SourceFile:
    hashed = hashlib.sha256(json.dumps(asdict(given), ensure_ascii=False).encode())
    try:
        with path.open("rb") as content:
            hashed.update(hashlib.file_digest(content, "sha256").digest())
    except OSError as error:
        hashed.update(str(error.strerror).encode())  # the reader will say so, with its own message
    return SourceFile(path, origin, given, hashed.hexdigest())


def _meta_file(path: Path) -> Path:
    return path.with_name(path.name + META)


def _read_meta(path: Path) -> dict[str, Any]:
    try:
        meta = json.loads(_meta_file(path).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return meta if isinstance(meta, dict) else {}


def _metadata(meta: dict[str, Any]) -> Metadata:
    def text(key: str) -> str | None:
        value = meta.get(key)
        return value if isinstance(value, str) and value else None

    def texts(key: str) -> tuple[str, ...]:
        value = meta.get(key)
        return tuple(str(item) for item in value) if isinstance(value, list) else ()

    return Metadata(text("title"), text("url"), text("date"), text("language"), texts("regions"), texts("themes"), text("story"))


def _as_json(given: Metadata) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(given).items() if value}


def _listing(text: str | None) -> tuple[str, ...]:
    return tuple(part for part in _SEPARATORS.split(text or "") if part)


def _replace(path: Path, content: bytes) -> None:
    aside = path.with_name(path.name + ".new")
    aside.write_bytes(content)
    aside.replace(path)
