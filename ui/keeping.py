"""Under an answer: a judgement with its reason, the text to copy, Word and Markdown, and a link to share."""

from datetime import UTC, datetime

import streamlit as st

from praktijkbaken.settings import load_settings
from rag.answer import Answer
from ui import conversations, export, note, options
from ui.places import PLACES
from ui.session import READ, kept_at, records, visitor

GOOD, BAD = "Nuttig", "Niet goed"
# characters of a reason, as it is typed: as it is kept it may be longer
LONGEST = 500
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def tools(answer: Answer, at: int) -> None:
    """Draws them; all but the judgement closed."""
    _judge(answer)
    with st.expander("Kopieer, bewaar of deel dit antwoord", icon=":material/ios_share:", key=f"tools-{at}"):
        told = conversations.turns()
        with st.container(horizontal=True):
            name = file_name(f"antwoord-{at + 1}")
            st.download_button("Word", lambda: note.word([answer]), f"{name}.docx", WORD, key=f"word-{at}", icon=":material/description:")
            st.download_button(
                "Markdown", lambda: export.markdown([answer]), f"{name}.md", "text/markdown", key=f"md-{at}", icon=":material/notes:"
            )
            if len(told) > 1:
                name = file_name("gesprek")
                st.download_button("Hele gesprek in Word", lambda: note.word(told), f"{name}.docx", WORD, key=f"words-{at}")
                st.download_button(
                    "Hele gesprek in Markdown", lambda: export.markdown(told), f"{name}.md", "text/markdown", key=f"mds-{at}"
                )
        st.markdown("**Tekst om te kopiëren**")
        st.code(export.plain_text([answer]), language=None, wrap_lines=True)
        if current := conversations.current():
            st.markdown("**Link naar dit gesprek** (er staat geen vraag in; wie de link heeft en bij deze app kan, kan het lezen)")
            st.code(f"{_root()}?{conversations.query(current)}", language=None, wrap_lines=True)


def file_name(what: str) -> str:
    """What a file is called that is taken along, without its ending: what it holds and when. Not the question: that may name a person."""
    return f"praktijkbaken-{what}-{options.here(datetime.now(UTC)):%Y-%m-%d-%H%M}"


def _root() -> str:
    """The app's own address, without the page's path."""
    here = (st.context.url or "").split("?")[0]
    for place in PLACES:
        here = here.removesuffix(f"/{place.path}") if place.path else here
    return here.rstrip("/") + "/"


def _judge(answer: Answer) -> None:
    who = visitor()
    # where nothing is kept a judgement would go nowhere
    if who is None or not records().days:
        return
    kept = records().judgement(who, answer.id)
    of_kept = None if kept is None else GOOD if kept.good else BAD
    thumb = st.segmented_control(
        "Wat vindt u van dit antwoord?",
        [GOOD, BAD],
        format_func=lambda one: f":material/thumb_up: {one}" if one == GOOD else f":material/thumb_down: {one}",
        default=of_kept,
        key=f"thumb-{answer.id}",
    )
    if thumb is None:
        return
    told = kept.reason[:LONGEST] if kept else ""
    with st.form(f"reason-{answer.id}", border=False):
        # with a key: without one it is another element when what is kept has changed, and who pressed Enter in it loses the focus
        reason = st.text_input("Waarom? (mag leeg blijven; noem geen namen van klanten)", told, max_chars=LONGEST, key=f"why-{answer.id}")
        if load_settings().feedback_readers:
            st.markdown(READ)
        if st.form_submit_button("Verstuur uw oordeel"):
            records().judge(who, answer.id, answer.question, thumb == GOOD, reason)
            st.success(f"Bedankt. Uw oordeel is bewaard {kept_at()}.", icon=":material/check:")
        elif thumb == of_kept:
            st.success(f"Uw oordeel is bewaard {kept_at()}. U kunt het nog veranderen.", icon=":material/check:")
