"""The commands for sources: `index`, `add`, `remove`, `documents`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from praktijkbaken.commands.building import bring_up_to_date
from praktijkbaken.commands.output import put, say
from praktijkbaken.errors import BakenError
from praktijkbaken.settings import Settings, load_settings


def index(
    rollback: Annotated[bool, typer.Option("--rollback", help="Ga terug naar de vorige index.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Blijf de map met eigen documenten volgen (stoppen: Ctrl+C).")] = False,
) -> None:
    """Brengt de index op orde met de bronnen."""
    settings = load_settings()
    if rollback:
        from index.snapshot import roll_back

        say(f"Terug naar de vorige index: {roll_back(settings.home).name}")
        return
    if watch:
        _follow(settings)
        return
    bring_up_to_date(settings)


def add(
    source: Annotated[str, typer.Argument(metavar="PATH|URL", help="Een bestand of een webadres.", show_default=False)],
    title: Annotated[str | None, typer.Option("--title", help="De titel.")] = None,
    url: Annotated[str | None, typer.Option("--url", help="Waar de bron op het web staat.")] = None,
    date: Annotated[str | None, typer.Option("--date", help="Van wanneer de bron is (2025, 2025-03 of 2025-03-31).")] = None,
    region: Annotated[list[str] | None, typer.Option("--region", help="Over welke regio de bron gaat (herhaalbaar).")] = None,
    theme: Annotated[list[str] | None, typer.Option("--theme", help="Het thema (herhaalbaar).")] = None,
    story: Annotated[str | None, typer.Option("--story", help="De titel van het praktijkverhaal waarvan dit de tekst is.")] = None,
) -> None:
    """Voegt een bron toe en brengt de index op orde."""
    from index.builder import Metadata
    from index.library import keep_file, keep_page
    from index.regions import read_regions

    settings = load_settings()
    regions = read_regions(settings.data / "regions")
    given = Metadata(
        title=title,
        url=url,
        date=date,
        regions=tuple(regions.require(name) for name in region or ()),
        themes=tuple(theme or ()),
        story=story,
    )
    if source.startswith(("http://", "https://")):
        from urllib.parse import urlsplit

        from index.web.allowed import transport_for

        with transport_for(settings, urlsplit(source).netloc) as transport:
            page = transport.get(source)
        kept = keep_page(settings, page.final_url, page.content, page.content_type, given)
    else:
        kept = keep_file(settings, Path(source), given)
    told = {"new": "toegevoegd als", "replaced": "vervangen:", "known": "was al toegevoegd, ongewijzigd, als"}
    say(f"{source}: {told[kept.status]} {kept.origin}")
    bring_up_to_date(settings)


def remove(
    source: Annotated[str, typer.Argument(metavar="BRON", help="De naam die 'documents' toont.", show_default=False)],
) -> None:
    """Haalt een toegevoegde bron weg en brengt de index op orde."""
    from index.library import forget

    settings = load_settings()
    forget(settings, source)
    bring_up_to_date(settings)


def documents(as_json: Annotated[bool, typer.Option("--json", help="Eén JSON-object per regel, met de tekst.")] = False) -> None:
    """Toont de documenten."""
    from index.build import open_index

    snapshot = open_index(load_settings())
    origin = {name: record.origin for record in snapshot.records for name in record.documents}
    for document in snapshot.documents.values():
        if as_json:
            fields = {
                "id": document.id,
                "title": document.title,
                "hash": document.hash,
                "length": len(document.text),
                "text": document.text,
            }
            put(json.dumps(fields, ensure_ascii=False))
        else:
            of = origin.get(document.id, "meegeleverd")
            put(f"{document.title} ({document.date or 'zonder datum'}), {len(document.text)} tekens, {document.id}, {of}")


def _follow(settings: Settings) -> None:
    """Brings the index up to date now and after each change of the folder of the settings; ends only when it is broken off."""
    if settings.sources is None:
        raise BakenError("Er is geen map om te volgen. Zet PRAKTIJKBAKEN_SOURCES op de map met uw documenten.")
    from watchfiles import watch as changes

    # By looking every so often, not by waiting for notices: a shared network folder sends none. The first turn
    # comes when the watching has begun, so that nothing falls between it and the first build.
    first = True
    for changed in changes(settings.sources, debounce=2_000, force_polling=True, rust_timeout=1_000, yield_on_timeout=True):
        if not first and not changed:
            continue
        try:
            bring_up_to_date(settings)
        except BakenError as error:  # a file half copied, or the app building at this moment: the next change tries again
            say(str(error))
        if first:
            say(f"{settings.sources} wordt gevolgd (stoppen: Ctrl+C)")
            first = False
