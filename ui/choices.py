"""What the visitor sets beside the question: her own region, and a region or theme to search within."""

from collections.abc import Sequence

import streamlit as st

from rag.answer import Answer, Facet
from rag.assistant import Assistant
from ui import conversations
from ui.markup import label

ALL = "Alle"
_OWN, _REGION, _THEME = "eigen_regio", "zoek_regio", "zoek_thema"


def draw(helper: Assistant) -> tuple[dict[Facet, Sequence[str]], str | None]:
    """The limits and the own region that the visitor chose; the own region is remembered."""
    names, kept = sorted(helper.regions.names), conversations.own_region()
    # what was chosen a moment ago, too; with a key, else the box would close when its label changes
    own = st.session_state.get(_OWN, kept)
    heading = f"Uw regio ({label(own)})" if own in names else "Uw regio"
    with st.expander(f"{heading}, en zoeken binnen een regio of thema", icon=":material/tune:", key="choices"):
        first = names.index(kept) + 1 if kept in names else 0
        own = st.selectbox(
            "Uw eigen regio",
            ["Niet gekozen", *names],
            index=first,
            key=_OWN,
            help="Vraagt u hoe anderen iets doen, dan komen andere regio's eerst.",
        )
        chosen = own if own in names else None
        if chosen != kept:
            conversations.remember_region(chosen)
        columns = st.columns(2)
        values = helper.facets.values()
        region = columns[0].selectbox("Alleen over de regio", [ALL, *values["region"]], key=_REGION, persist_state="session")
        theme = columns[1].selectbox("Alleen binnen het thema", [ALL, *values["theme"]], key=_THEME, persist_state="session")
    limits: dict[Facet, Sequence[str]] = {}
    if region and region != ALL:
        limits["region"] = [region]
    if theme and theme != ALL:
        limits["theme"] = [theme]
    # its place is there without limits too: else all below moves up one, is drawn anew and loses what was typed
    told = st.empty()
    if limits:
        told.markdown(f"Ik zoek alleen binnen: **{label(', '.join(value for values in limits.values() for value in values))}**.")
    return limits, chosen


def is_in_the_way(answer: Answer) -> bool:
    """Was nothing found within what the visitor chose to search in, and is that still chosen?"""
    is_chosen = any(st.session_state.get(key) not in (None, ALL) for key in (_REGION, _THEME))
    return is_chosen and answer.reason in ("not_in_sources", "off_topic") and any(one.origin == "call" for one in answer.filters)


def clear() -> None:
    """Takes the limits off; for a callback, as their boxes are drawn by then."""
    st.session_state.update({_REGION: ALL, _THEME: ALL})
