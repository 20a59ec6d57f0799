"""A run as one page that stands alone: figures with their intervals, by kind, and each case that failed."""

import inspect
import json
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape

from evals.metrics import METRICS
from evals.run import Run, across, by_kind

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
        kinds=list(by_kind(one).items()),
        failed=one.failed,
        definitions=[(name, " ".join((inspect.getdoc(metric) or "").split())) for name, metric in METRICS.items()],
    )
    made = folder / PAGE
    made.write_text(page, "utf-8")
    return made
