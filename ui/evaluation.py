"""The runs of the evaluation: figures with intervals, over time, by kind, two runs compared, and feedback that may become a case."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import altair as alt
import streamlit as st

from evals.compare import Change, compare
from evals.figures import Figure, mean
from evals.run import LEAST_PER_KIND, read_scores
from evals.systems import runs_folder
from praktijkbaken.errors import CaseError
from praktijkbaken.settings import load_settings
from ui import frame, options
from ui.cases import feedback
from ui.markup import items, stacked, text
from ui.session import may_read_all

NAMES = {
    "pass": "Geslaagd",
    "gold in first 1": "Goede passage bovenaan",
    "gold in first 5": "Goede passage bij de eerste vijf",
    "first quote right": "Eerste citaat is goed",
    "vital nuggets": "Nodige feiten genoemd",
    "false answer": "Antwoord waar er geen is (minder is beter)",
    "over-refusal": "Ten onrechte niets gevonden (minder is beter)",
    "quotes verbatim": "Citaten letterlijk",
}
KINDS = {
    "compare": "vergelijking",
    "english": "in het Engels",
    "fact": "feit",
    "followup": "vervolgvraag",
    "howto": "aanpak",
    "list": "lijst",
    "paraphrase": "andere woorden",
    "region": "regio",
    "story": "verhaal",
    "unanswerable": "staat niet in de bronnen",
}
MOST_CASES = 40
# How a run is called for who does not know how it was made; other systems keep their own name.
SYSTEMS = {"assistant": "de assistent"}
PARTS = {"development": "de open vragen", "test": "de verzegelde vragen"}


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
        """When it was made, to the second (UTC)."""
        return str(self.about.get("created", ""))[:19].replace("T", " ")


def draw() -> None:
    """Draws the page."""
    frame.title("Evaluatie")
    st.markdown(
        "Hier staat hoe goed de antwoorden zijn, gemeten aan vragen waarvan het goede antwoord bekend is. "
        "Bij elk cijfer staat een interval: zo ver kan het door toeval schommelen."
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
    by_kind = {kind: {name: _mean(of_kind, name) for name in NAMES} for kind, of_kind in sorted(kinds.items())}
    return {name: _mean(rows, name) for name in NAMES}, by_kind


def _mean(rows: list[dict[str, Any]], metric: str) -> Figure:
    return mean(row["values"].get(metric) for row in rows)


def _shown(figure: Figure) -> str:
    if figure.value is None:
        return "niet gescoord"
    interval = f" ({100 * figure.low:.0f}–{100 * figure.high:.0f} %)" if figure.low is not None and figure.high is not None else ""
    return f"{100 * figure.value:.0f} %{interval}, n = {figure.n}"


def _figures(kept: list[Kept]) -> None:
    frame.section("Eén meting")
    names = _names(kept)
    chosen = st.selectbox("Meting", kept, format_func=lambda one: names[one.folder])
    figures, kinds = _measured(str(chosen.folder))
    by_name = [(NAMES[name], [_shown(figure)]) for name, figure in figures.items()]
    few = "weinig vragen: zegt nog niet veel"
    by_kind = [
        (
            text(KINDS.get(kind, kind)),
            (_shown(of_kind["pass"]), _shown(of_kind["gold in first 5"]), "" if of_kind["pass"].n >= LEAST_PER_KIND else few),
        )
        for kind, of_kind in kinds.items()
    ]
    told = stacked("Cijfers per soort", (NAMES["pass"], NAMES["gold in first 5"], "Let op"), by_kind, corner="Soort vraag")
    whole = stacked("Cijfers", ("Waarde",), by_name, corner="Cijfer")
    st.html(f'<div class="pb">{whole}<h3>Per soort vraag</h3>{told}</div>')


def _over_time(kept: list[Kept]) -> None:
    frame.section("In de tijd")
    wanted = st.selectbox("Wie antwoordde, en op welke vragen", sorted({one.what for one in kept}))
    rows = []
    for one in reversed(kept):
        figure = _measured(str(one.folder))[0]["pass"]
        if one.what == wanted and figure.value is not None:
            rows.append({"moment": one.moment, "value": figure.value, "low": figure.low, "high": figure.high, "told": _shown(figure)})
    if not rows:
        return
    # moments as words: Vega would write English months
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=alt.X("moment:O", title="Moment", sort=None))
    scale = alt.Scale(domain=[0, 1])
    # the chart as a whole says what it shows: a mark by itself would be a picture without words
    points = base.mark_line(point=alt.OverlayMarkDef(aria=False), aria=False).encode(
        y=alt.Y("value:Q", title="Geslaagd", axis=alt.Axis(format="%"), scale=scale)
    )
    bars = base.mark_rule(color="gray", aria=False).encode(y=alt.Y("low:Q", title="Geslaagd"), y2="high:Q")
    alt_text = f"Aandeel geslaagde vragen van {wanted} in {len(rows)} metingen; de cijfers staan in de lijst eronder."
    st.altair_chart((points + bars).configure(aria=False), alt=alt_text)
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
        (
            text(NAMES[name]),
            (
                f"{100 * one.value:+.1f} procentpunt ({100 * one.low:+.1f} tot {100 * one.high:+.1f})",
                "duidelijk" if one.is_clear else "kan toeval zijn",
            ),
        )
        for name, one in told.differences.items()
        if name in NAMES
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
        f'<div class="pb"><p>{text(told.verdict)} Vragen in beide metingen: {told.n}.</p>'
        f"{stacked('Verschillen', ('Verschil', 'Zekerheid'), rows, corner='Cijfer')}{changed}</div>"
    )


def _questions(cases: Sequence[Change]) -> str:
    return items(
        f"{text(one.id)}: {text(one.question)}" + (f" ({text(', '.join(one.why))})" if one.why else "") for one in cases[:MOST_CASES]
    )
