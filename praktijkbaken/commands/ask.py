"""The command `ask`: one question, or a file of them."""

import gc
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from praktijkbaken.commands.output import put, say
from praktijkbaken.errors import BakenError
from praktijkbaken.settings import Settings, load_settings

if TYPE_CHECKING:
    from rag.answer import Answer, Facet
    from rag.work import Trace
    from rag.writer import Writer


def ask(
    question: Annotated[str, typer.Argument(help="De vraag.", show_default=False)] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Het antwoord als één JSON-object.")] = False,
    batch: Annotated[Path | None, typer.Option("--batch", help="Vragen uit een JSONL-bestand.")] = None,
    output: Annotated[Path | None, typer.Option("--output", help="Waar de antwoorden van --batch komen.")] = None,
    history: Annotated[list[str] | None, typer.Option("--history", help="Een eerdere vraag (herhaalbaar, oudste eerst).")] = None,
    region: Annotated[list[str] | None, typer.Option("--region", help="Zoek alleen in deze regio (herhaalbaar).")] = None,
    theme: Annotated[list[str] | None, typer.Option("--theme", help="Zoek alleen in dit thema (herhaalbaar).")] = None,
    target_group: Annotated[list[str] | None, typer.Option("--target-group", help="Alleen voor deze doelgroep (herhaalbaar).")] = None,
    year: Annotated[list[str] | None, typer.Option("--year", help="Alleen over of uit dit jaar (herhaalbaar).")] = None,
    own_region: Annotated[str | None, typer.Option("--own-region", help="Uw eigen regio.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Laat zien hoe er gezocht is.")] = False,
) -> None:
    """Beantwoordt een vraag met citaten uit de bronnen."""
    settings = load_settings()
    if (batch is None) != (output is None):
        raise BakenError("Geef --batch IN.jsonl en --output UIT.jsonl samen.")
    with _loading():
        from index.build import open_index
        from index.embedding import embeddings_for
        from rag.assistant import Assistant, Question

        assistant = Assistant(open_index(settings), settings, embeddings_for(settings.embedding_model), writer=_writer(settings))
    if batch is not None and output is not None:
        from rag.batch import answer_batch

        answer_batch(assistant, batch, output, say)
        return
    own = assistant.regions.require(own_region) if own_region else None
    limits: dict[Facet, list[str]] = {"region": region or [], "theme": theme or [], "target_group": target_group or [], "year": year or []}
    asked = Question(question, tuple(history or ()), limits, own)
    answer = assistant.invoke(asked)
    if as_json:
        put(answer.to_json())
        return
    _show(answer)
    if explain:
        _explain(assistant.trace(asked))
        put("Tijd (s): " + ", ".join(f"{step} {seconds}" for step, seconds in answer.seconds.items()))


@contextmanager
def _loading() -> Iterator[None]:
    """Loads the parts without looking for garbage among them, and leaves them alone after: 1.82 s to the answer became 1.40 s."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _writer(settings: Settings) -> "Writer | None":
    """The writer of the settings; its parts are loaded only where there is one."""
    if settings.model is None:
        return None
    from rag.writer import writer_for

    return writer_for(settings)


def _show(answer: "Answer") -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(soft_wrap=not sys.stdout.isatty())
    if sys.stdout.isatty():
        console.print(Markdown(answer.text))
    else:
        put(answer.text)
    for line in _cards(answer):
        put(line)


def _explain(trace: "Trace | None") -> None:
    """Shows how was searched; `trace` is None where nothing was asked."""
    from rag.explain import explain

    for line in explain(trace) if trace else ["Er is niets gevraagd."]:
        put(line)


def _cards(answer: "Answer") -> Iterable[str]:
    cited = answer.citations or answer.related
    english = answer.language == "en"
    if cited:
        yield "\nSources" if english else "\nBronnen"
    for one in cited:
        place = " › ".join(one.section) + (f", p. {one.page}" if one.page else "")
        yield f"[{one.n}] “{one.quote}”"
        yield f"    {one.document_title} ({one.source_date or 'zonder datum'}), {place}" + (f"\n    {one.url}" if one.url else "")
    if answer.suggestions:
        yield "\n" + ("Ask on: " if english else "Vraag verder: ") + " | ".join(answer.suggestions)
    yield ""
    yield from answer.notices
