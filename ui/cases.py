"""Feedback of visitors, and turning one into an evaluation question with the sentence that should have answered it."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from evals.cases import add_case
from praktijkbaken.dates import day
from praktijkbaken.errors import BakenError
from praktijkbaken.records import Feedback
from praktijkbaken.settings import load_settings
from ui import frame, options
from ui.markup import label, stacked, text
from ui.session import HERE, may_read_all, records, shelf, visitor

FACT, ABSENT = "Het antwoord staat in de bronnen", "Het antwoord staat er niet in"
MOST_JUDGEMENTS = 50


def own_cases() -> Path:
    """Where questions made of feedback are kept: beside the runs, to be measured with `eval run --cases`."""
    return load_settings().home / "eval" / "own.jsonl"


def feedback() -> None:
    """Draws the judgements that this visitor may see, and the form that makes a case of one."""
    frame.section("Oordelen van gebruikers")
    who, is_whole = visitor(), may_read_all()
    given = records().feedback(None if is_whole else who) if who else []
    if not given:
        st.markdown("Er zijn nog geen oordelen. Onder elk antwoord kunt u zeggen of het nuttig was.")
        return
    st.html(f'<div class="pb">{_table(given, is_whole)}</div>')
    st.markdown("**Maak van een oordeel een evaluatievraag**")
    # by judgement and not by place: a newer one comes on top while somebody fills in the form
    by_key = {f"{one.answer}-{one.given.timestamp()}": one for one in given}
    # always with its moment: the label of what was chosen stays the same when another like it comes
    names = options.labels({key: [_named(one)] for key, one in by_key.items()})
    chosen = st.selectbox("Oordeel", by_key, format_func=lambda key: names[key], key="judgement")
    one = by_key[chosen]
    with st.form(f"case-{chosen}"):
        kind = st.radio(f"Wat is het goede antwoord op “{label(one.question[:200])}”?", [FACT, ABSENT])
        quote = st.text_area("De zin uit de bron die het antwoord geeft (letterlijk)", max_chars=1000)
        if st.form_submit_button("Maak de evaluatievraag"):
            _make(one.question, kind == ABSENT, quote.strip())


def _named(one: Feedback) -> str:
    return f"{_judged(one)}: {label(one.question[:90])} ({options.here(one.given):%d-%m-%Y, %H:%M})"


def _judged(one: Feedback) -> str:
    return "Nuttig" if one.good else "Niet goed"


def _table(given: Sequence[Feedback], is_whole: bool) -> str:
    """How many judgements there are, and the newest, each with its question and reason."""
    good = sum(one.good for one in given)
    why = "de app draait op deze computer" if visitor() == HERE else "uw beheerder gaf u dat recht"
    seen = f"U ziet alle oordelen, want {why}." if is_whole else "U ziet alleen uw eigen oordelen."
    told = f"{len(given)} {'oordeel' if len(given) == 1 else 'oordelen'}: {good} nuttig, {len(given) - good} niet goed."
    rows = [
        (text(one.question), (_judged(one), text(one.reason) or "niet gezegd", day(f"{options.here(one.given):%Y-%m-%d}")))
        for one in given[:MOST_JUDGEMENTS]
    ]
    table = stacked("Oordelen", ("Oordeel", "Waarom", "Wanneer"), rows, corner="Vraag")
    more = len(given) - MOST_JUDGEMENTS
    rest = f"<p>En nog {more} oudere.</p>" if more > 0 else ""
    return f"<p>{told} {seen} Ze blijven {records().days} dagen bewaard.</p>{table}{rest}"


def _make(question: str, is_absent: bool, quote: str) -> None:
    if not quote and not is_absent:
        st.error(f"Plak de zin uit de bron die het antwoord geeft. Of kies “{ABSENT}”.", icon=":material/error:")
        return
    file = own_cases()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    quotes = [quote] if quote and not is_absent else []
    try:
        made = add_case(question, "fact", quotes, (), (), (), "near" if is_absent else None, shelf().snapshot.documents.values(), file)
    except BakenError as error:
        st.error(str(error), icon=":material/error:")
        return
    st.success(
        f"Evaluatievraag {made.id} is toegevoegd: “{label(made.question[:200])}”. Meet ze met: praktijkbaken eval run --cases {file}",
        icon=":material/check:",
    )
