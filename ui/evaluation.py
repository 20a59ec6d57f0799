"""The runs of the evaluation: figures with intervals, over time, by kind, two runs compared, and feedback that may become a case."""

import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import altair as alt
import streamlit as st

from evals.compare import Change, Comparison, compare
from evals.figures import Difference, Figure, mean
from evals.metrics import LESS_IS_BETTER
from evals.names import KINDS, METRICS, PARTS, SYSTEMS, WHY
from evals.run import LEAST_PER_KIND, read_scores
from evals.systems import runs_folder
from praktijkbaken.dates import moment
from praktijkbaken.errors import CaseError
from praktijkbaken.settings import load_settings
from ui import frame, options
from ui.cases import feedback
from ui.markup import items, stacked, text
from ui.session import may_read_all

# Of the measures those that say something to who reads only this page.
SHOWN = (
    "pass",
    "gold in first 1",
    "gold in first 5",
    "first quote right",
    "vital nuggets",
    "false answer",
    "over-refusal",
    "quotes verbatim",
)
MOST_CASES = 40
NO_DIFFERENCE = 1e-9


@dataclass(frozen=True)
class Kept:
    """A run on disk, and when and with what it was made."""

    folder: Path
    about: dict[str, Any]

    @property
    def name(self) -> str:
        """The run for a person: moment, system and part."""
        return f"{self.moment}: {self.what}"

    @property
    def what(self) -> str:
        """Which system answered which part of the questions."""
        name, part = str(self.about.get("name", "")), str(self.about.get("part", ""))
        return f"{SYSTEMS.get(name, name)}, {PARTS.get(part, part)}"

    @property
    def moment(self) -> str:
        """When it was made."""
        return moment(str(self.about.get("created", "")))


def draw() -> None:
    """Draws the page."""
    frame.title("Evaluatie")
    st.markdown(
        "Hier staat hoe goed de antwoorden zijn, gemeten aan vragen waarvan het goede antwoord bekend is. "
        "Tussen haakjes staat hoe ver het cijfer door toeval kan schommelen, en bij hoeveel vragen het gemeten is."
    )
    kept = _runs(runs_folder(load_settings().home))
    if not kept:
        st.info("Er is nog niet gemeten. Uw beheerder kan dat doen met: praktijkbaken eval run", icon=":material/monitoring:")
    else:
        _figures(kept)
        if len(kept) > 1:
            _over_time(kept)
            _compared(kept)
    feedback()


def _runs(folder: Path) -> list[Kept]:
    """The runs, newest first; a folder that cannot be read is none."""
    found = []
    for path in sorted(folder.iterdir(), reverse=True) if folder.is_dir() else ():
        try:
            found.append(Kept(path, json.loads((path / "run.json").read_text("utf-8"))))
        except (OSError, ValueError):
            continue
    return found


def _names(kept: list[Kept]) -> dict[Path, str]:
    return options.labels({one.folder: [one.name] for one in kept})


@st.cache_data(show_spinner=False, max_entries=200)
def _measured(folder: str) -> tuple[dict[str, Figure], dict[str, dict[str, Figure]]]:
    """The figures of a run, and those by kind of question. A run never changes once it is written."""
    rows = list(read_scores(Path(folder)).values())
    kinds: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        kinds[row["kind"]].append(row)
    by_kind = {kind: {name: _mean(of_kind, name) for name in SHOWN} for kind, of_kind in sorted(kinds.items())}
    return {name: _mean(rows, name) for name in SHOWN}, by_kind


def _mean(rows: list[dict[str, Any]], metric: str) -> Figure:
    return mean(row["values"].get(metric) for row in rows)


def _shown(figure: Figure) -> str:
    if figure.value is None:
        return "niet gescoord"
    interval = f"{100 * figure.low:.0f}–{100 * figure.high:.0f} %, " if figure.low is not None and figure.high is not None else ""
    return f"{100 * figure.value:.0f} % ({interval}{_counted(figure.n)})"


def _counted(n: int) -> str:
    return "1 vraag" if n == 1 else f"{_whole(n)} vragen"


def _whole(n: int) -> str:
    return f"{n:,}".replace(",", ".")


def _title(metric: str) -> str:
    return METRICS[metric] + (" (minder is beter)" if metric in LESS_IS_BETTER else "")


def _figures(kept: list[Kept]) -> None:
    frame.section("Eén meting")
    names = _names(kept)
    chosen = st.selectbox("Meting", kept, format_func=lambda one: names[one.folder])
    figures, kinds = _measured(str(chosen.folder))
    by_name = [(_title(name), [_shown(figure)]) for name, figure in figures.items()]
    few = "weinig vragen: zegt nog niet veel"
    by_kind = [
        (
            text(KINDS.get(kind, kind)),
            (_shown(of_kind["pass"]), _shown(of_kind["gold in first 5"]), "" if of_kind["pass"].n >= LEAST_PER_KIND else few),
        )
        for kind, of_kind in kinds.items()
    ]
    told = stacked("Cijfers per soort", (METRICS["pass"], METRICS["gold in first 5"], "Let op"), by_kind, corner="Soort vraag")
    whole = stacked("Cijfers", ("Waarde",), by_name, corner="Cijfer")
    st.html(f'<div class="pb">{whole}<h3>Per soort vraag</h3>{told}</div>')


def _over_time(kept: list[Kept]) -> None:
    frame.section("In de tijd")
    wanted = st.selectbox("Wie antwoordde, en op welke vragen", list(dict.fromkeys(one.what for one in kept)))
    rows: list[dict[str, Any]] = []
    for one in reversed(kept):
        figure = _measured(str(one.folder))[0]["pass"]
        if one.what == wanted and figure.value is not None:
            # two of one minute are two
            again = sum(row["moment"].startswith(one.moment) for row in rows)
            named = f"{one.moment} ({again + 1})" if again else one.moment
            rows.append({"moment": named, "value": figure.value, "low": figure.low, "high": figure.high, "told": _shown(figure)})
    if not rows:
        return
    # moments as words: Vega would write English months
    axis = alt.Axis(labelAngle=-35, labelLimit=200)
    base = alt.Chart(alt.InlineData(values=rows), height=360).encode(x=alt.X("moment:O", title="Moment", sort=None, axis=axis))
    # whole tens around the intervals: of a scale from 0 to 100 they would take up some pixels
    low, high = min(row["low"] for row in rows), max(row["high"] for row in rows)
    scale = alt.Scale(domain=[max(0.0, math.floor(10 * low - 0.5) / 10), min(1.0, math.ceil(10 * high + 0.5) / 10)])
    # the chart as a whole says what it shows: a mark by itself would be a picture without words
    points = base.mark_line(point=alt.OverlayMarkDef(aria=False), aria=False).encode(
        y=alt.Y("value:Q", title="Geslaagd", axis=alt.Axis(format="%"), scale=scale)
    )
    bars = base.mark_rule(color="gray", strokeWidth=4, aria=False).encode(y=alt.Y("low:Q", title="Geslaagd", scale=scale), y2="high:Q")
    ends = [
        base.mark_tick(color="gray", thickness=4, size=20, aria=False).encode(y=alt.Y(f"{end}:Q", title="Geslaagd", scale=scale))
        for end in ("low", "high")
    ]
    alt_text = f"Aandeel geslaagde vragen van {wanted} in {len(rows)} metingen; de cijfers staan in de lijst eronder."
    st.altair_chart(alt.layer(bars, *ends, points).configure(aria=False), alt=alt_text)
    st.markdown("De grijze balken laten zien hoe ver het cijfer door toeval kan schommelen. De schaal links begint niet altijd bij 0.")
    lines = (f"{row['moment']}: {row['told']}" for row in rows)
    st.html(f'<div class="pb">{items(lines)}</div>')


def _compared(kept: list[Kept]) -> None:
    frame.section("Twee metingen naast elkaar")
    columns, names = st.columns(2), _names(kept)
    first = columns[0].selectbox("Eerst", kept, index=1, format_func=lambda one: names[one.folder])
    second = columns[1].selectbox("Daarna", kept, index=0, format_func=lambda one: names[one.folder])
    try:
        told = compare(first.folder, second.folder)
    except CaseError as error:
        st.info(str(error))
        return
    rows = [
        (text(_title(name)), (_difference(one), _certainty(one, name in LESS_IS_BETTER)))
        for name, one in told.differences.items()
        if name in SHOWN
    ]
    # an office's own questions come from judgements
    is_open = may_read_all() or all(one.about.get("part") in PARTS for one in (first, second))
    changed = "".join(
        f"<h3>{title} ({len(cases)})</h3>{_questions(cases) if is_open else ''}"
        for title, cases in (("Nu wel geslaagd", told.fixed), ("Nu niet meer geslaagd", told.broken))
    )
    if not is_open:
        changed += "<p>De vragen zelf ziet alleen wie alle oordelen mag lezen.</p>"
    st.html(
        f'<div class="pb"><p>{text(_verdict(told))} Vragen in beide metingen: {_whole(told.n)}.</p>'
        f"{stacked('Verschillen', ('Verschil', 'Zekerheid'), rows, corner='Cijfer')}{changed}</div>"
    )


def _verdict(told: Comparison) -> str:
    """The second run in one line."""
    for names, word in ((told.worse, "slechter"), (told.better, "beter")):
        if names:
            return f"De tweede meting is duidelijk {word} bij: {', '.join(METRICS[name].lower() for name in names)}."
    return "Geen duidelijk verschil."


def _difference(one: Difference) -> str:
    if _is_none(one):
        return "0 procentpunt"
    value, low, high = (f"{100 * at:+.1f}".replace(".", ",") for at in (one.value, one.low, one.high))
    return f"{value} procentpunt ({low} tot {high})"


def _certainty(one: Difference, less_is_better: bool) -> str:
    if _is_none(one):
        return "geen verschil"
    if not one.is_clear:
        return "kan toeval zijn"
    return "duidelijk beter" if (one.value > 0) != less_is_better else "duidelijk slechter"


def _is_none(one: Difference) -> bool:
    # a mean of differences that weigh each other out need not be 0 to the last bit
    return abs(one.value) < NO_DIFFERENCE


def _questions(cases: Sequence[Change]) -> str:
    lines = []
    for one in cases[:MOST_CASES]:
        why = ", ".join(WHY.get(why, why) for why in one.why)
        lines.append(f"{text(one.id)}: {text(one.question)}" + (f" ({text(why)})" if why else ""))
    return items(lines)
