"""Bringing the index up to date, with a bar meanwhile, and what it did."""

from typing import TYPE_CHECKING

from praktijkbaken.commands.output import say
from praktijkbaken.settings import Settings

if TYPE_CHECKING:
    from index.build import BuildResult

# So many titles are named in one line; more is counted.
NAMED = 5


def bring_up_to_date(settings: Settings) -> None:
    """Builds the index where its sources changed, and says what was done. Raises `BakenError`."""
    _report(_build(settings))


def _build(settings: Settings) -> "BuildResult":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

    from evals.golden import golden_check
    from index.build import build_index

    console = Console(stderr=True)
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

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
        say(f"{label}: {len(titles)}{' (' + ', '.join(titles[:NAMED]) + more + ')' if titles else ''}")
    for line in (*result.problems, *result.warnings):
        say(f"let op: {line}")
    for pair in result.alike:
        same = "is hetzelfde als" if pair.share == 1 else f"lijkt voor {pair.share:.0%} op"
        say(f"dubbel: {pair.other} {same} {pair.one}")
    if result.repaired:
        say("hersteld: de index was niet meer heel of niet meer actueel en is opnieuw gebouwd")
    say(f"index {result.snapshot} is klaar; {result.embedded} teksten zelf ingelezen, de andere kwamen mee")
