"""Feedback of visitors, and turning one into an evaluation question with the sentence that should have answered it."""

from pathlib import Path

import streamlit as st

from evals.cases import add_case
from praktijkbaken.errors import BakenError
from praktijkbaken.settings import load_settings
from ui import frame
from ui.session import records, shelf, visitor

FACT, ABSENT = "Het antwoord staat in de bronnen", "Het antwoord staat er niet in"


def own_cases() -> Path:
    """Where questions made of feedback are kept: beside the runs, to be measured with `eval run --cases`."""
    return load_settings().home / "eval" / "own.jsonl"


def feedback() -> None:
    """Draws the feedback, and the form that makes a case of one."""
    frame.section("Oordelen van gebruikers")
    who = visitor()
    given = records().feedback(who) if who else []
    if not given:
        st.markdown("Er zijn nog geen oordelen. Onder elk antwoord kunt u zeggen of het nuttig was.")
        return
    good = sum(one.good for one in given)
    st.markdown(f"{len(given)} oordelen: {good} nuttig, {len(given) - good} niet goed. Ze blijven {records().days} dagen bewaard.")
    names = {one.answer: f"{'nuttig' if one.good else 'niet goed'}: {one.question[:90]}" for one in given}
    chosen = st.selectbox("Oordeel", list(names), format_func=lambda one: names[one])
    one = next(one for one in given if one.answer == chosen)
    judged = "nuttig" if one.good else "niet goed"
    st.text(f"Vraag: {one.question}\nOordeel: {judged} ({one.given:%d-%m-%Y})\nReden: {one.reason or 'niet gegeven'}")
    with st.form("case"):
        st.markdown("**Maak hier een evaluatievraag van**")
        kind = st.radio("Wat is het goede antwoord?", [FACT, ABSENT])
        quote = st.text_area("De zin uit de bron die het antwoord geeft (letterlijk)", max_chars=1000)
        if st.form_submit_button("Maak de evaluatievraag"):
            _make(one.question, kind == ABSENT, quote.strip())


def _make(question: str, is_absent: bool, quote: str) -> None:
    file = own_cases()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    quotes = [quote] if quote and not is_absent else []
    try:
        made = add_case(question, "fact", quotes, (), (), (), "near" if is_absent else None, shelf().snapshot.documents.values(), file)
    except BakenError as error:
        st.error(str(error), icon=":material/error:")
        return
    st.success(f"Evaluatievraag {made.id} is toegevoegd. Meet ze met: praktijkbaken eval run --cases {file}", icon=":material/check:")
