"""The terminal: the commands that others build on. The only module of this room that may import every room.

Imports stand in the commands: `ask` has two seconds from process start, and `doctor` must run where a part is broken.
"""

import gc
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from praktijkbaken.errors import BakenError
from praktijkbaken.settings import CHECKOUT, PREFIX, Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evals.cases import Case
    from evals.run import Run
    from evals.systems import System
    from index.build import BuildResult
    from index.snapshot import Snapshot
    from index.web.transport import Transport
    from rag.answer import Answer, Facet
    from rag.writer import Writer

app = typer.Typer(help="Praktijkbaken: antwoorden uit praktijkverhalen, elk met een citaat.", no_args_is_help=True, add_completion=False)
stories_app = typer.Typer(invoke_without_command=True)
app.add_typer(stories_app, name="stories", help="De praktijkverhalen van de catalogus.")
eval_app = typer.Typer(no_args_is_help=True)
app.add_typer(eval_app, name="eval", help="Meet de kwaliteit van de antwoorden.")


# So many titles are named in one line; more is counted.
NAMED = 5


@app.command()
def index(
    rollback: Annotated[bool, typer.Option("--rollback", help="Ga terug naar de vorige index.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Blijf de map met eigen documenten volgen (stoppen: Ctrl+C).")] = False,
) -> None:
    """Brengt de index op orde met de bronnen."""
    settings = load_settings()
    if rollback:
        from index.snapshot import roll_back

        _say(f"Terug naar de vorige index: {roll_back(settings.home).name}")
        return
    if not watch:
        _report(_build(settings))
        return
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
            _report(_build(settings))
        except BakenError as error:  # a file half copied, or the app building at this moment: the next change tries again
            _say(str(error))
        if first:
            _say(f"{settings.sources} wordt gevolgd (stoppen: Ctrl+C)")
            first = False


@app.command()
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

        with _transport(settings, urlsplit(source).netloc) as transport:
            page = transport.get(source)
        kept = keep_page(settings, page.final_url, page.content, page.content_type, given)
    else:
        kept = keep_file(settings, Path(source), given)
    told = {"new": "toegevoegd als", "replaced": "vervangen:", "known": "was al toegevoegd, ongewijzigd, als"}
    _say(f"{source}: {told[kept.status]} {kept.origin}")
    _report(_build(settings))


@app.command()
def remove(
    source: Annotated[str, typer.Argument(metavar="BRON", help="De naam die 'documents' toont.", show_default=False)],
) -> None:
    """Haalt een toegevoegde bron weg en brengt de index op orde."""
    from index.library import forget

    settings = load_settings()
    forget(settings, source)
    _report(_build(settings))


@app.command()
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

        answer_batch(assistant, batch, output, _say)
        return
    own = assistant.regions.require(own_region) if own_region else None
    limits: dict[Facet, list[str]] = {"region": region or [], "theme": theme or [], "target_group": target_group or [], "year": year or []}
    asked = Question(question, tuple(history or ()), limits, own)
    answer = assistant.invoke(asked)
    if as_json:
        _print(answer.to_json())
        return
    _show(answer)
    if explain:
        from rag.explain import explain as lines

        trace = assistant.trace(asked)
        for line in lines(trace) if trace else ["Er is niets gevraagd."]:
            _print(line)
        _print("Tijd (s): " + ", ".join(f"{step} {seconds}" for step, seconds in answer.seconds.items()))


@stories_app.callback(invoke_without_command=True)
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
            _print(json.dumps({**answer_story(story, links).model_dump(), "aliases": story.aliases}, ensure_ascii=False))
            continue
        state = links.get(story.url or "", UNCHECKED)
        told = {
            "live": f"werkt, gecontroleerd op {state.checked}",
            "archived": f"weg sinds de controle van {state.checked}; archiefkopie van {state.archived_on}: {state.archive_url}",
            "dead": f"werkt niet meer, gecontroleerd op {state.checked}",
            "unchecked": "niet gecontroleerd",
        }
        _print(f"{', '.join(story.regions)} / {story.title}")
        _print(f"    {f'{story.url} ({told[state.status]})' if story.url else f'geen link; zoek: {story.search_url}'}")
        _print(f"    staat in: {'; '.join([*story.found_at, *(snapshot.documents[name].title for name in story.documents)])}")
        if story.told or len(story.listed) > 1:
            _print(f"    het rapport spreekt zichzelf tegen: lijst {', '.join(story.listed)}; tekst {', '.join(story.told) or '–'}")
        for note in story.notes:
            _print(f"    {note}")


@stories_app.command("fetch")
def stories_fetch() -> None:
    """Haalt de pagina's van de praktijkverhalen op (of de archiefkopie) en brengt de index op orde."""
    settings = load_settings()
    if _visit(settings, keep=True):
        _report(_build(settings))


@stories_app.command("check")
def stories_check() -> None:
    """Controleert de links van de praktijkverhalen: werkt, alleen nog in het archief, of dood."""
    _visit(load_settings(), keep=False)


@app.command()
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
            _print(json.dumps(fields, ensure_ascii=False))
        else:
            of = origin.get(document.id, "meegeleverd")
            _print(f"{document.title} ({document.date or 'zonder datum'}), {len(document.text)} tekens, {document.id}, {of}")


@app.command()
def serve(port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Poort van de webapp.")] = None) -> None:
    """Start de webapp: op deze computer alleen, tot de instellingen zeggen wie er komt."""
    from urllib.parse import urlsplit

    from praktijkbaken.access import base_path, own_secret, public_url, way_in

    if port:
        os.environ[f"{PREFIX}PORT"] = str(port)  # the app reads its settings by itself
    settings = load_settings()
    way = way_in(settings)
    entry = CHECKOUT / "app.py"
    if not entry.is_file():
        raise BakenError(f"{entry} ontbreekt. Praktijkbaken draait vanuit een checkout: haal de broncode opnieuw op en geef: make run")
    flags = ["--server.port", str(settings.port), "--server.address", settings.host, "--server.headless", "true"]
    flags += ["--browser.gatherUsageStats", "false", "--server.baseUrlPath", base_path(settings).strip("/")]
    if name := urlsplit(settings.public_url or "").hostname:  # a page of this address is ours, also where a proxy gives another Host
        flags += ["--browser.serverAddress", name]
    if way == "proxy":  # binds a session to its visitor, also when it is picked up again
        flags += ["--server.trustedUserHeaders", json.dumps({settings.proxy_user_header: "proxy_user"})]
    if way == "login":  # several servers with one secret each finish a login that another began
        os.environ["STREAMLIT_SERVER_COOKIE_SECRET"] = own_secret(settings)
    who = {"machine": "alleen op deze computer", "login": "met inloggen", "proxy": "achter een proxy"}[way]
    _say(f"Praktijkbaken draait op {public_url(settings)}, {who} (stoppen: Ctrl+C)")
    command = [sys.executable, "-m", "streamlit", "run", str(entry), *flags]
    if os.name == "nt":
        import subprocess

        raise typer.Exit(subprocess.call(command))
    os.execv(sys.executable, command)


@eval_app.command("run")
def eval_run(
    cases: Annotated[Path | None, typer.Option("--cases", help="Een eigen bestand met vragen (JSONL).")] = None,
    part: Annotated[str, typer.Option("--part", help="development, of test (verzegeld).")] = "development",
    reason: Annotated[str, typer.Option("--reason", help="Waarom het verzegelde deel opengaat; wordt bewaard.")] = "",
    name: Annotated[str, typer.Option("--system", help="Wat er gemeten wordt; 'all' is alles, met de vergelijkingen.")] = "assistant",
    fails: Annotated[bool, typer.Option("--fails", help="Noem elke vraag die niet slaagt.")] = False,
) -> None:
    """Beantwoordt alle evaluatievragen, toont de cijfers en bewaart de run als map met een pagina."""
    from evals.page import write_page
    from evals.run import lines, write_run
    from evals.systems import NAMES, runs_folder
    from index.build import open_index

    settings = load_settings()
    snapshot = open_index(settings)  # what cannot be measured opens no sealed part
    chosen = _cases(cases, part, reason, snapshot)
    for one in NAMES if name == "all" else [name]:
        result, system = _evaluated(settings, chosen, cases.name if cases else part, one)
        folder = write_run(result, system, settings, runs_folder(settings.home))
        for line in lines(result):
            _print(line)
        if fails:
            for failed in result.failed:
                _print(f"{failed.case.id}: {', '.join(failed.why)}: {failed.case.question}")
        _say(f"bewaard: {write_page(result, folder)}")


@eval_app.command("compare")
def eval_compare(
    first: Annotated[str, typer.Argument(help="Een run: (een deel van) de naam van zijn map, of last-1.")] = "last-1",
    second: Annotated[str, typer.Argument(help="De run die ernaast wordt gelegd.")] = "last",
) -> None:
    """Legt twee runs naast elkaar: verschillen met intervallen, en de vragen die veranderden."""
    from evals.compare import compare
    from evals.run import find_run
    from evals.systems import runs_folder

    folder = runs_folder(load_settings().home)
    one, other = find_run(folder, first), find_run(folder, second)
    _print(f"{one.name} -> {other.name}")
    for line in compare(one, other).lines():
        _print(line)


@eval_app.command("gate")
def eval_gate(cases: Annotated[Path | None, typer.Option("--cases", help="Een eigen bestand met vragen (JSONL).")] = None) -> None:
    """Houdt de cijfers tegen de drempels van evals/gate.toml; eindigt met 1 als er een tekortschiet."""
    from evals.gate import hold, read_gate
    from index.build import open_index

    settings = load_settings()
    result, _ = _evaluated(settings, _cases(cases, "development", "", open_index(settings)), "gate", "assistant")
    verdicts = hold(result, read_gate())
    for verdict in verdicts:
        _print(str(verdict))
    if not all(verdict.passed for verdict in verdicts):
        raise typer.Exit(1)


@eval_app.command("judge")
def eval_judge(
    run: Annotated[str, typer.Argument(help="Een run: (een deel van) de naam van zijn map, of last.")] = "last",
    cases: Annotated[
        Path | None, typer.Option("--cases", help="Het bestand met vragen van die run, als dat een eigen bestand was.")
    ] = None,
) -> None:
    """Laat een taalmodel oordelen over de antwoorden van een run, en zegt hoe ver het met mensen overeenstemt."""
    import json

    from rich.console import Console
    from rich.progress import Progress

    from evals.cases import read_cases
    from evals.judge import agreements, counts, judge, read_labels, read_texts
    from evals.run import find_run, read_scores
    from evals.systems import runs_folder
    from rag.model import chat_model

    settings = load_settings()
    if settings.judge_model is None:
        raise BakenError("Er is geen oordelend model. Zet PRAKTIJKBAKEN_JUDGE_MODEL, bijvoorbeeld op openai:NAAM.")
    folder = find_run(runs_folder(settings.home), run)
    texts, scores = read_texts(folder), read_scores(folder)
    key = settings.judge_key.get_secret_value() if settings.judge_key else None
    model = chat_model(settings.judge_model, settings.judge_url, key, 60)
    with Progress(console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("oordelen", total=len(texts))
        verdicts, without = judge(read_cases(cases), texts, model, lambda done, total: bars.update(task, completed=done, total=total))
    rows = [{"id": name, "model": settings.judge_model, **verdict.model_dump()} for name, verdict in verdicts.items()]
    (folder / "judge.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    _print(f"{folder.name}, beoordeeld door {settings.judge_model}: {len(verdicts)}, niet gescoord: {len(without)}")
    for label, number in sorted(counts(verdicts).items()):
        _print(f"{label:<8}{number}")
    passed = {name: not row["why"] for name, row in scores.items()}
    for agreed in agreements(verdicts, texts, passed, read_labels()):
        _print(str(agreed))


@eval_app.command("label")
def eval_label(
    by: Annotated[str, typer.Option("--by", help="Wie er oordeelt.")],
    run: Annotated[str, typer.Argument(help="Een run: (een deel van) de naam van zijn map, of last.")] = "last",
    sample: Annotated[int, typer.Option("--sample", min=1, help="Hoeveel antwoorden, willekeurig getrokken.")] = 30,
) -> None:
    """Legt antwoorden van een run een voor een voor; uw oordeel wordt bewaard en naast dat van een model gelegd."""
    import random

    from evals.cases import read_cases
    from evals.judge import Label, expected, hash_of, read_labels, read_texts, write_label
    from evals.run import find_run
    from evals.systems import runs_folder

    texts = read_texts(find_run(runs_folder(load_settings().home), run))
    done = {(label.id, label.answer) for label in read_labels() if label.by == by}
    left = [case for case in read_cases() if case.id in texts and (case.id, hash_of(texts[case.id])) not in done]
    words = {"ja": "yes", "deels": "partly", "nee": "no"}
    for case in random.Random(by).sample(left, min(sample, len(left))):
        _print(f"\n== {case.question}\n\n{texts[case.id]}\n\nverwacht:\n{expected(case)}")
        said = typer.prompt("Geholpen? (ja, deels, nee, stop)")
        if said not in words:
            break
        write_label(Label.model_validate({"id": case.id, "answer": hash_of(texts[case.id]), "helped": words[said], "by": by}))


@eval_app.command("add")
def eval_add(
    question: Annotated[str, typer.Argument(help="De vraag die misging.", show_default=False)],
    kind: Annotated[str, typer.Option("--kind", help="fact, howto, list, compare, region, story, paraphrase, english, followup.")] = "fact",
    quote: Annotated[list[str] | None, typer.Option("--quote", help="Het citaat dat antwoord geeft, letterlijk (herhaalbaar).")] = None,
    nugget: Annotated[list[str] | None, typer.Option("--nugget", help="Wat het moet zeggen; varianten met | (herhaalbaar).")] = None,
    story: Annotated[list[str] | None, typer.Option("--story", help="Het verhaal dat erbij hoort (herhaalbaar).")] = None,
    history: Annotated[list[str] | None, typer.Option("--history", help="Een eerdere vraag (herhaalbaar).")] = None,
    unanswerable: Annotated[str | None, typer.Option("--unanswerable", help="Waarom er geen antwoord is: near, off_topic, …")] = None,
    cases: Annotated[Path | None, typer.Option("--cases", help="Waar de vraag bij komt.")] = None,
) -> None:
    """Maakt van een vraag die misging een evaluatievraag."""
    from evals.cases import add_case
    from index.build import open_index

    snapshot = open_index(load_settings())
    made = add_case(question, kind, quote or (), nugget or (), story or (), history or (), unanswerable, snapshot.documents.values(), cases)
    _say(f"toegevoegd: {made.id}")


@eval_app.command("attribution")
def eval_attribution() -> None:
    """Vergelijkt de regels voor toegevoegde documenten met het nagekeken bestand van het rapport."""
    from evals.attribution import score_rules

    for score in score_rules(load_settings().data):
        told = [f"{value:.2f}" if value is not None else "–" for value in (score.precision, score.recall)]
        counts = f"goed {score.right}, gegeven {score.given}, nodig {score.wanted}"
        _print(f"{score.what:<16} precisie {told[0]}  volledigheid {told[1]}  ({counts})")


@app.command()
def doctor() -> None:
    """Controleert instellingen, bronnen, model en index; noemt wat er mis is en wat u kunt doen."""
    from index.doctor import examine
    from rag.phrases import read_phrases

    settings = load_settings()
    _print(f"goed  instellingen: map {settings.home}, model {settings.embedding_model}")
    findings = examine(settings)
    for finding in findings:
        _print(f"{'goed' if finding.fine else 'let op' if finding.usable else 'FOUT'}  {finding.text}")
    read_phrases(settings.data / "language")
    answers = _try_model(settings)
    answers &= _try_access(settings)
    if not answers or not all(finding.fine or finding.usable for finding in findings):
        raise typer.Exit(1)


def _writer(settings: Settings) -> "Writer | None":
    """The writer of the settings; its parts are loaded only where there is one."""
    if settings.model is None:
        return None
    from rag.writer import writer_for

    return writer_for(settings)


def _try_model(settings: Settings) -> bool:
    """Says whether the language model of the settings answers; without one there is nothing that can be wrong."""
    if settings.model is None:
        _print("goed  taalmodel: geen; antwoorden zijn letterlijke citaten")
        return True
    from rag.model import chat_model, try_out

    key = settings.model_key.get_secret_value() if settings.model_key else None
    try:
        seconds = try_out(chat_model(settings.model, settings.model_url, key, settings.model_seconds), settings.model_seconds)
    except BakenError as error:
        _print(
            f"FOUT  taalmodel {settings.model}: {error}. Controleer PRAKTIJKBAKEN_MODEL, "
            "PRAKTIJKBAKEN_MODEL_URL en PRAKTIJKBAKEN_MODEL_KEY. Tot dan zijn antwoorden letterlijke citaten."
        )
        return False
    _print(f"goed  taalmodel: {settings.model} antwoordt in {seconds:.1f} s")
    return True


def _try_access(settings: Settings) -> bool:
    """Says who comes in, and whether the provider that they log in at answers."""
    import httpx

    from praktijkbaken.access import CALLBACK, public_url, way_in

    try:
        way = way_in(settings)
    except BakenError as error:
        _print(f"FOUT  toegang: {error}")
        return False
    if way != "login":
        _print(f"goed  toegang: {'alleen deze computer' if way == 'machine' else 'wie de proxy doorlaat'}")
        return True
    try:
        told = httpx.get(str(settings.login_metadata_url), timeout=10).raise_for_status().json()
        known = all(told[name] for name in ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError):
        known = False
    if known:
        _print(f"goed  toegang: inloggen bij {told['issuer']}, dat daarna terugstuurt naar {public_url(settings)}{CALLBACK}")
    else:
        _print(
            f"FOUT  toegang: {settings.login_metadata_url} geeft geen gegevens om in te loggen. Verbeter PRAKTIJKBAKEN_LOGIN_METADATA_URL."
        )
    return known


def main() -> None:
    """Runs the terminal; every error of ours is one line on standard error and exit status 1."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # a Windows console may be cp1252
    try:
        app()
    except BakenError as error:
        _say(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        _say("Afgebroken. Er is niets verloren.")
        sys.exit(130)
    except BrokenPipeError:  # the reader left, for instance `| head`
        sys.stderr.close()


def _cases(file: Path | None, part: str, reason: str, snapshot: "Snapshot") -> "Sequence[Case]":
    """The evaluation cases that were asked for, held against the sources. Opening the sealed part is logged."""
    import datetime

    from evals.cases import open_sealed, read_cases

    documents = snapshot.documents.values()
    if file is not None or part == "development":
        return read_cases(file, documents)
    if part != "test":
        raise BakenError(f"Onbekend deel {part!r}. Kies development of test.")
    return open_sealed(reason, datetime.datetime.now(datetime.UTC).date().isoformat(), documents)


def _evaluated(settings: Settings, cases: "Sequence[Case]", part: str, name: str) -> "tuple[Run, System]":
    """All cases through one system, with a bar meanwhile."""
    from rich.console import Console
    from rich.progress import Progress

    from evals.run import run
    from evals.systems import system

    with Progress(console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(name, total=len(cases))
        made = system(name, settings)
        return run(cases, made, part, lambda done, _: bars.update(task, completed=done)), made


def _build(settings: Settings) -> "BuildResult":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from evals.golden import golden_check
    from index.build import build_index

    console = Console(stderr=True)
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console) as bars:
        tasks: dict[str, int] = {}

        def progress(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)  # type: ignore[arg-type]  # rich's TaskID is an int

        return build_index(settings, golden_check(settings), progress)


def _report(result: "BuildResult") -> None:
    """Says what an index run did."""
    for label, titles in (
        ("toegevoegd", result.added),
        ("vervangen", result.replaced),
        ("verwijderd", result.removed),
        ("ongewijzigd", result.left_alone),
    ):
        more = f", en {len(titles) - NAMED} andere" if len(titles) > NAMED else ""
        _say(f"{label}: {len(titles)}{' (' + ', '.join(titles[:NAMED]) + more + ')' if titles else ''}")
    for line in (*result.problems, *result.warnings):
        _say(f"let op: {line}")
    for pair in result.alike:
        same = "is hetzelfde als" if pair.share == 1 else f"lijkt voor {pair.share:.0%} op"
        _say(f"dubbel: {pair.other} {same} {pair.one}")
    if result.repaired:
        _say("hersteld: de index was niet meer heel of niet meer actueel en is opnieuw gebouwd")
    _say(f"index {result.snapshot} is klaar; {result.embedded} teksten zelf ingelezen, de andere kwamen mee")


def _transport(settings: Settings, *hosts: str) -> "Transport":
    """The guarded way to the web, to the hosts of the settings, the archive, and `hosts`."""
    from index.web.archive import ARCHIVE_HOSTS
    from index.web.transport import Policy, Transport

    allowed = {host.lower() for host in (*settings.fetch_hosts.split(), *ARCHIVE_HOSTS, *hosts)}
    return Transport(Policy(allowed_hosts=frozenset(allowed), delay=settings.fetch_delay))


def _visit(settings: Settings, keep: bool) -> bool:
    """Visits the stories' links and says what they gave. Returns whether a page is new or changed."""
    from collections import Counter

    from rich.console import Console
    from rich.progress import track

    from index.build import open_index
    from index.story_pages import visit_links

    snapshot = open_index(settings)
    with _transport(settings) as transport:
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
            _say(f"let op: {visit.problem}")
    told = {"live": "werkt", "archived": "alleen nog in het archief", "dead": "werkt niet meer", "unchecked": "nog niet gecontroleerd"}
    counts: Counter[str] = Counter(visit.state.status for visit in visits)
    _say("links: " + ", ".join(f"{counts[status]} {text}" for status, text in told.items()))
    return any(visit.kept for visit in visits)


def _show(answer: "Answer") -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(soft_wrap=not sys.stdout.isatty())
    if sys.stdout.isatty():
        console.print(Markdown(answer.text))
    else:
        _print(answer.text)
    for line in _cards(answer):
        _print(line)


def _cards(answer: "Answer") -> "Iterable[str]":
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


@contextmanager
def _loading() -> Iterator[None]:
    """Loads the parts without looking for garbage among them, and leaves them alone after: 1.82 s to the answer became 1.40 s."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _say(text: str) -> None:
    """For the person at the terminal, not for what reads the output."""
    sys.stderr.write(text + "\n")


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
