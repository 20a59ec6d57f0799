"""The commands for the evaluation: runs and what is done with them, and the cases."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from praktijkbaken.commands.output import put, say
from praktijkbaken.errors import BakenError
from praktijkbaken.settings import Settings, load_settings

if TYPE_CHECKING:
    from evals.cases import Case
    from evals.run import Run
    from evals.systems import System
    from index.snapshot import Snapshot

app = typer.Typer(no_args_is_help=True)


@app.command("run")
def run_cases(
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
            put(line)
        if fails:
            for failed in result.failed:
                put(f"{failed.case.id}: {', '.join(failed.why)}: {failed.case.question}")
        say(f"bewaard: {write_page(result, folder)}")


@app.command("compare")
def compare_runs(
    first: Annotated[str, typer.Argument(help="Een run: (een deel van) de naam van zijn map, of last-1.")] = "last-1",
    second: Annotated[str, typer.Argument(help="De run die ernaast wordt gelegd.")] = "last",
) -> None:
    """Legt twee runs naast elkaar: verschillen met intervallen, en de vragen die veranderden."""
    from evals.compare import compare
    from evals.run import find_run
    from evals.systems import runs_folder

    folder = runs_folder(load_settings().home)
    one, other = find_run(folder, first), find_run(folder, second)
    put(f"{one.name} -> {other.name}")
    for line in compare(one, other).lines():
        put(line)


@app.command("gate")
def hold_gate(cases: Annotated[Path | None, typer.Option("--cases", help="Een eigen bestand met vragen (JSONL).")] = None) -> None:
    """Houdt de cijfers tegen de drempels van evals/gate.toml; eindigt met 1 als er een tekortschiet."""
    from evals.gate import hold, read_gate
    from index.build import open_index

    settings = load_settings()
    result, _ = _evaluated(settings, _cases(cases, "development", "", open_index(settings)), "gate", "assistant")
    verdicts = hold(result, read_gate())
    for verdict in verdicts:
        put(str(verdict))
    if not all(verdict.passed for verdict in verdicts):
        raise typer.Exit(1)


@app.command("judge")
def judge_run(
    run: Annotated[str, typer.Argument(help="Een run: (een deel van) de naam van zijn map, of last.")] = "last",
    cases: Annotated[
        Path | None, typer.Option("--cases", help="Het bestand met vragen van die run, als dat een eigen bestand was.")
    ] = None,
) -> None:
    """Laat een taalmodel oordelen over de antwoorden van een run, en zegt hoe ver het met mensen overeenstemt."""
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
    put(f"{folder.name}, beoordeeld door {settings.judge_model}: {len(verdicts)}, niet gescoord: {len(without)}")
    for label, number in sorted(counts(verdicts).items()):
        put(f"{label:<8}{number}")
    passed = {name: not row["why"] for name, row in scores.items()}
    for agreed in agreements(verdicts, texts, passed, read_labels()):
        put(str(agreed))


@app.command("label")
def label_answers(
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
        put(f"\n== {case.question}\n\n{texts[case.id]}\n\nverwacht:\n{expected(case)}")
        said = typer.prompt("Geholpen? (ja, deels, nee, stop)")
        if said not in words:
            break
        write_label(Label.model_validate({"id": case.id, "answer": hash_of(texts[case.id]), "helped": words[said], "by": by}))


@app.command("add")
def new_case(
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
    say(f"toegevoegd: {made.id}")


@app.command("attribution")
def score_attribution() -> None:
    """Vergelijkt de regels voor toegevoegde documenten met het nagekeken bestand van het rapport."""
    from evals.attribution import score_rules

    for score in score_rules(load_settings().data):
        told = [f"{value:.2f}" if value is not None else "–" for value in (score.precision, score.recall)]
        counts = f"goed {score.right}, gegeven {score.given}, nodig {score.wanted}"
        put(f"{score.what:<16} precisie {told[0]}  volledigheid {told[1]}  ({counts})")


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
