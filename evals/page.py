"""A run as one page that stands alone: figures with their intervals, by kind, and each case that failed."""

import inspect
import json
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape

from evals.metrics import METRICS
from evals.run import LEAST_PER_KIND, Run, across, by_kind, curve

PAGE = "report.html"


def write_page(one: Run, folder: Path) -> Path:
    """Writes `report.html` into the run's folder and returns it. Everything from a question or a source is escaped."""
    escaped = select_autoescape(default=True, default_for_string=True)
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=escaped)
    about = json.loads((folder / "run.json").read_text("utf-8"))
    page = environment.get_template("page.html").render(
        run=one,
        about=about,
        passed=str(one.figure("pass")),
        figures=[(name, one.figure(name)) for name in METRICS],
        across=list(across(one).items()),
        kinds=[(kind + ("" if figure.n >= LEAST_PER_KIND else " *"), figure) for kind, figure in by_kind(one).items()],
        least=LEAST_PER_KIND,
        curve=" ".join(f"{400 * coverage:.1f},{200 - 200 * risk:.1f}" for coverage, risk in curve(one)),
        failed=one.failed,
        definitions=[(name, " ".join((inspect.getdoc(metric) or "").split())) for name, metric in METRICS.items()],
    )
    made = folder / PAGE
    made.write_text(page, "utf-8")
    return made
