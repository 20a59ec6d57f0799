"""The commands for the practice stories: the catalogue, and what its links lead to."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from praktijkbaken.commands.building import bring_up_to_date
from praktijkbaken.commands.output import put, say
from praktijkbaken.settings import Settings, load_settings

if TYPE_CHECKING:
    from index.catalogue import Story
    from index.links import LinkState
    from index.snapshot import Snapshot

app = typer.Typer(invoke_without_command=True)


@app.callback(invoke_without_command=True)
def stories(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Eén JSON-object per regel.")] = False,
) -> None:
    """Toont de praktijkverhalen."""
    if context.invoked_subcommand is not None:
        return
    from index.build import open_index
    from index.links import UNCHECKED, read_links
    from rag.compose import answer_story

    settings = load_settings()
    links = read_links(settings.home)
    snapshot = open_index(settings)
    for story in snapshot.stories.values():
        if as_json:
            put(json.dumps({**answer_story(story, links).model_dump(), "aliases": story.aliases}, ensure_ascii=False))
        else:
            for line in _lines(story, links.get(story.url or "", UNCHECKED), snapshot):
                put(line)


@app.command("fetch")
def fetch() -> None:
    """Haalt de pagina's van de praktijkverhalen op (of de archiefkopie) en brengt de index op orde."""
    settings = load_settings()
    if _visit(settings, keep=True):
        bring_up_to_date(settings)


@app.command("check")
def check() -> None:
    """Controleert de links van de praktijkverhalen: werkt, alleen nog in het archief, of dood."""
    _visit(load_settings(), keep=False)


def _lines(story: "Story", state: "LinkState", snapshot: "Snapshot") -> Iterator[str]:
    """A story for a person: where it is from, its link and what became of that, where the sources name it."""
    told = {
        "live": f"werkt, gecontroleerd op {state.checked}",
        "archived": f"weg sinds de controle van {state.checked}; archiefkopie van {state.archived_on}: {state.archive_url}",
        "dead": f"werkt niet meer, gecontroleerd op {state.checked}",
        "unchecked": "niet gecontroleerd",
    }
    yield f"{', '.join(story.regions)} / {story.title}"
    yield f"    {f'{story.url} ({told[state.status]})' if story.url else f'geen link; zoek: {story.search_url}'}"
    yield f"    staat in: {'; '.join([*story.found_at, *(snapshot.documents[name].title for name in story.documents)])}"
    if story.told or len(story.listed) > 1:
        yield f"    het rapport spreekt zichzelf tegen: lijst {', '.join(story.listed)}; tekst {', '.join(story.told) or '–'}"
    for note in story.notes:
        yield f"    {note}"


def _visit(settings: Settings, keep: bool) -> bool:
    """Visits the stories' links and says what they gave. Returns whether a page is new or changed."""
    from collections import Counter

    from rich.console import Console
    from rich.progress import track

    from index.build import open_index
    from index.story_pages import visit_links
    from index.web.allowed import transport_for

    snapshot = open_index(settings)
    with transport_for(settings) as transport:
        stories = list(snapshot.stories.values())
        visits = list(
            track(
                visit_links(settings, stories, transport, keep),
                "Links bezoeken",
                sum(s.url is not None for s in stories),
                console=Console(stderr=True),
            )
        )
    for visit in visits:
        if visit.problem:
            say(f"let op: {visit.problem}")
    told = {"live": "werkt", "archived": "alleen nog in het archief", "dead": "werkt niet meer", "unchecked": "nog niet gecontroleerd"}
    counts: Counter[str] = Counter(visit.state.status for visit in visits)
    say("links: " + ", ".join(f"{counts[status]} {text}" for status, text in told.items()))
    return any(visit.kept for visit in visits)
