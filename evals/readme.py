"""Writes the README's table of quality from runs: `python -m evals.readme "the reason to open the sealed part"`. Nobody types a figure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import typer

from evals.cases import CASES, SEALED, Case, open_sealed, read_cases
from evals.run import Run, across, run
from evals.systems import BASELINES, system
from index.dutch import Analyser
from praktijkbaken.errors import CaseError
from praktijkbaken.settings import CHECKOUT, load_settings

# A question that shares no more than this of its words with its gold quote was asked in other words.
LITTLE = 1 / 3
README = CHECKOUT / "README.md"
CARD = CASES.with_name("README.md")
_COUNTS = re.compile(r"(<!-- counts: .*?-->\n).*?(<!-- end of counts -->)", re.DOTALL)
KINDS = {
    "fact": "an amount, count, date, name or definition",
    "howto": "how something is done, by one or by several",
    "region": "what a region, municipality or company does",
    "story": "where to read about it",
    "compare": "two or more side by side",
    "list": "complete lists and counts",
    "paraphrase": "other words than the report's",
    "english": "English over Dutch sources",
    "followup": "conversations of two to five turns",
    "unanswerable": "not in the sources",
    "hostile": "markup, orders and personal data around a question",
}
_TABLE = re.compile(r"(<!-- quality: .*?-->\n).*?(<!-- end of quality -->)", re.DOTALL)
SHOWN = (
    "pass",
    "gold in first 1",
    "gold in first 5",
    "nDCG@10",
    "first quote right",
    "vital nuggets",
    "story precision",
    "attribution right",
    "quotes verbatim",
    "false answer",
    "over-refusal",
    "words",
)


def table(runs: Mapping[str, Run]) -> str:
    """A Markdown table: the assistant's figures with interval and n, then one column a baseline."""
    first, *others = runs.values()
    rows = [f"| figure | {first.name} | n | " + " | ".join(one.name for one in others) + " |", "|---" * (3 + len(others)) + "|"]
    for metric in SHOWN:
        figures = [one.figure(metric) for one in (first, *others)]
        own = figures[0]
        # two decimals: the third changes with a single case
        interval = "" if own.low is None or own.high is None else f" ({own.low:.2f}–{own.high:.2f})"
        cells = ["–" if f.value is None else f"{f.value:.0f}" if metric == "words" else f"{f.value:.2f}" for f in figures]
        rows.append(f"| {metric} | {cells[0]}{'' if metric == 'words' else interval} | {own.n} | " + " | ".join(cells[1:]) + " |")
    gap = across(first)["twins: first five shared"]
    if gap.value is not None:
        rows.append(f"| Dutch and English twins: first five shared | {gap.value:.2f} | {gap.n} | " + " | ".join("–" for _ in others) + " |")
    return "\n".join(rows) + "\n"


def write_readme(runs: Mapping[str, Run], readme: Path = README) -> bool:
    """Puts the table in its place; returns whether that changed anything. Raises `CaseError` when the place is not marked."""
    text = readme.read_text("utf-8")
    if not _TABLE.search(text):
        raise CaseError(f"{readme.name} heeft geen plaats voor de tabel (<!-- quality: … --> tot <!-- end of quality -->).")
    written = _TABLE.sub(lambda place: place.group(1) + table(runs) + place.group(2), text)
    if written == text:
        return False
    readme.write_text(written, "utf-8")
    return True


def write_counts(card: Path = CARD) -> None:
    """Puts the number of cases of each kind in their card. Counting does not open the sealed part: nothing is asked or shown."""
    parts = [Counter(case.kind for case in read_cases(file)) for file in (CASES, SEALED)]
    rows = ["| kind | what | development | test |", "|---|---|---|---|"]
    rows += [f"| {kind} | {what} | {parts[0][kind]} | {parts[1][kind]} |" for kind, what in KINDS.items()]
    rows.append(f"| all | | {parts[0].total()} | {parts[1].total()} |")
    rows += ["", *(_make_up(name, read_cases(file)) for name, file in (("Development", CASES), ("Test", SEALED)))]
    text = card.read_text("utf-8")
    card.write_text(_COUNTS.sub(lambda place: place.group(1) + "\n".join(rows) + "\n" + place.group(2), text), "utf-8")


def _make_up(part: str, cases: Sequence[Case]) -> str:
    """What a part is made of, in one line of Markdown."""
    analyser = Analyser()
    shares = [share for case in cases if (share := _shared_words(case, analyser)) is not None]
    turns = Counter(len(case.history) + 1 for case in cases if case.history)
    classes = Counter(case.unanswerable_class for case in cases if case.must_abstain)
    return (
        f"- {part}: {sum(share <= LITTLE for share in shares) / len(shares):.0%} of the {len(shares)} Dutch questions with a gold quote "
        f"share at most a third of their words with it; {sum(case.pair is not None for case in cases) // 2} minimal pairs; "
        f"{sum(case.twin is not None for case in cases) // 2} Dutch and English twins; conversations of "
        + ", ".join(f"{number} turns: {turns[number]}" for number in sorted(turns))
        + "; not in the sources: "
        + ", ".join(f"{name} {classes[name]}" for name in sorted(classes, key=str))
        + "."
    )


def _shared_words(case: Case, analyser: Analyser) -> float | None:
    """The share of a question's content words, by stem, that stand in its gold quotes; None without either, or in English."""
    asked = {analyser.stem(word) for word in analyser.content_words(case.question)}
    gold = {analyser.stem(word) for one in case.gold_quotes for word in analyser.content_words(one.quote)}
    return len(asked & gold) / len(asked) if asked and gold and case.lang == "nl" else None


def main(reason: str) -> None:
    """Opens the sealed part (`reason` is logged), runs the assistant and the baselines on it and writes the table and the counts."""
    write_counts()
    settings = load_settings()
    cases = open_sealed(reason, datetime.now(UTC).date().isoformat())
    write_readme({name: run(cases, system(name, settings), "test") for name in ("assistant", *BASELINES)})


if __name__ == "__main__":
    typer.run(main)
