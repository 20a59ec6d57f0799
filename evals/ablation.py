"""What each part of retrieval adds: the assistant without it beside the assistant whole, over the same cases, with paired intervals.

`python -m evals.ablation` writes the table in `docs/retrieval.md`. Nobody types a figure.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from evals.cases import read_cases
from evals.figures import paired
from evals.metrics import LESS_IS_BETTER
from evals.run import Run, run
from evals.systems import ABLATIONS, system
from praktijkbaken.errors import CaseError
from praktijkbaken.settings import CHECKOUT, load_settings

PAGE = CHECKOUT / "docs" / "retrieval.md"
SHOWN = ("gold in first 1", "gold in first 5", "nDCG@10", "pass", "over-refusal")
_TABLE = re.compile(r"(<!-- ablation: .*?-->\n).*?(<!-- end of ablation -->)", re.DOTALL)


def table(whole: Run, without: Mapping[str, Run]) -> str:
    """A Markdown table: the whole assistant's figures, then the difference that each part's absence makes; clear ones in bold."""
    rows = ["| | " + " | ".join(SHOWN) + " |", "|---" * (1 + len(SHOWN)) + "|"]
    rows.append("| all parts | " + " | ".join(_figure(whole, metric) for metric in SHOWN) + " |")
    for name, one in without.items():
        rows.append(f"| {name} | " + " | ".join(_difference(whole, one, metric) for metric in SHOWN) + " |")
    better = ", ".join(metric for metric in SHOWN if metric in LESS_IS_BETTER)
    rows += ["", f"{len(whole.scored)} cases of the development part; less is better for {better}."]
    return "\n".join(rows) + "\n"


def _figure(one: Run, metric: str) -> str:
    figure = one.figure(metric)
    return "–" if figure.value is None else f"{figure.value:.3f} (n {figure.n})"


def _difference(whole: Run, one: Run, metric: str) -> str:
    found = paired([s.values[metric] for s in whole.scored], [s.values[metric] for s in one.scored])
    if found is None:
        return "–"
    told = f"{found.value:+.3f} ({found.low:+.3f} to {found.high:+.3f})"
    return f"**{told}**" if found.is_clear else told


def write_page(written: str, page: Path = PAGE) -> None:
    """Puts the table in its place. Raises `CaseError` when the place is not marked."""
    text = page.read_text("utf-8")
    if not _TABLE.search(text):
        raise CaseError(f"{page.name} heeft geen plaats voor de tabel (<!-- ablation: … --> tot <!-- end of ablation -->).")
    page.write_text(_TABLE.sub(lambda place: place.group(1) + written + place.group(2), text), "utf-8")


def main() -> None:
    """Runs the assistant whole and without each part, on the development part, and writes the table."""
    settings, cases = load_settings(), read_cases()
    runs = {name: run(cases, system(name, settings), "development") for name in ("assistant", *ABLATIONS)}
    write_page(table(runs.pop("assistant"), runs))


if __name__ == "__main__":
    main()
