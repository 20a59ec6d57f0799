"""A run as one page that stands alone: figures with their intervals, by kind, and each case that failed."""

import inspect
import json
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape

from evals.metrics import METRICS
from evals.run import LEAST_PER_KIND, OF_KIND, Run, across, curve, kinds

PAGE = "report.html"


# What a manager wants to know: of a hundred questions, how many? A figure that was not scored leaves its sentence out.
_IN_PLAIN_WORDS = {
    "pass": "Van de 100 vragen slagen er {value} ({low}–{high}).",
    "gold in first 1": "Staat het antwoord in de bronnen, dan komt de goede passage bij {value} van de 100 vragen bovenaan ({low}–{high}).",
    "gold in first 5": "Bij {value} van de 100 staat zij bij de eerste vijf ({low}–{high}).",
    "over-refusal": "Bij {value} van de 100 van die vragen zegt de assistent ten onrechte dat hij niets vond ({low}–{high}).",
    "false answer": "Staat het antwoord er niet in, dan geeft hij bij {value} van de 100 vragen toch een antwoord ({low}–{high}).",
    "quotes verbatim": "Van de 100 citaten staan er {value} letterlijk in hun bron.",
    "links valid": "Van de 100 links komen er {value} uit een bron.",
}


def in_plain_words(one: Run) -> list[str]:
    """The figures that matter most as Dutch sentences."""
    figures = ((sentence, one.figure(metric)) for metric, sentence in _IN_PLAIN_WORDS.items())
    return [
        sentence.format(value=f"{100 * f.value:.0f}", low=f"{100 * (f.low or 0):.0f}", high=f"{100 * (f.high or 0):.0f}")
        for sentence, f in figures
        if f.value is not None
    ]


def write_page(one: Run, folder: Path) -> Path:
    """Writes `report.html` into the run's folder and returns it. Everything from a question or a source is escaped."""
    escaped = select_autoescape(default=True, default_for_string=True)
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=escaped)
    about = json.loads((folder / "run.json").read_text("utf-8"))
    page = environment.get_template("page.html").render(
        run=one,
        about=about,
        plain=in_plain_words(one),
        figures=[(name, one.figure(name)) for name in METRICS],
        across=list(across(one).items()),
        kinds=kinds(one),
        of_kind=OF_KIND,
        least=LEAST_PER_KIND,
        curve=" ".join(f"{400 * coverage:.1f},{200 - 200 * risk:.1f}" for coverage, risk in curve(one)),
        failed=one.failed,
        definitions=[(name, " ".join((inspect.getdoc(metric) or "").split())) for name, metric in METRICS.items()],
    )
    made = folder / PAGE
    made.write_text(page, "utf-8")
    return made
