"""The chat: a question, an answer with numbered citations, and the cards they lead to."""

from collections.abc import Iterator, Sequence
from typing import cast

import streamlit as st

from index.links import Links
from praktijkbaken.errors import BakenError
from rag.answer import Answer, Statement
from rag.assistant import Question
from rag.compose import plain
from rag.question import MAX_CHARACTERS
from ui import cards
from ui.session import assistant

EXAMPLES = (
    "Hoe verhogen andere regio's het aantal plekken Beschut Werk?",
    "Wat doet Twente?",
    "Wat is het verschil tussen de banenmarkt in Groningen en die in Haaglanden?",
)


def chat() -> None:
    """Draws the page."""
    st.set_page_config(page_title="Praktijkbaken", page_icon="🧭", layout="centered")
    st.title("Praktijkbaken", anchor=False)
    try:
        helper = assistant()
    except BakenError as error:
        st.error(str(error), icon=":material/error:")
        return
    added = len(helper.snapshot.documents) - 1
    own = f" en uit {added} {'document' if added == 1 else 'documenten'} van uw organisatie" if added else ""
    form = "is een citaat" if helper.model is None else f"schrijft een taalmodel ({plain(helper.model)}), met citaten"
    st.markdown(
        f"Vraag hoe andere regio's mensen aan werk helpen. Elk antwoord {form} uit het rapport "
        f"*Twee jaar Praktijkvoorbeelden* (juni 2019){own}, met een link naar het praktijkverhaal waar die er is. "
        "Dit is een AI-systeem: het zoekt citaten en neemt geen besluiten."
    )
    turns: list[tuple[str, Answer]] = st.session_state.setdefault("turns", [])
    for at, (said, earlier) in enumerate(turns):
        _show(at, said, earlier, helper.links)
    offered = _offer("Vraag verder:", turns[-1][1].suggestions) if turns else _offer("Bijvoorbeeld:", EXAMPLES)
    # in a container: a pinned input scrolls each new answer to its end, and she wants its beginning
    typed = st.container().chat_input("Stel uw vraag", max_chars=MAX_CHARACTERS)
    asked = typed or offered
    if not asked:
        return
    try:
        question = Question(asked, tuple(before for before, _ in turns))
        answer = helper.invoke(question) if helper.model is None else _arriving(helper.stream(question))
    except BakenError as error:
        st.error(str(error), icon=":material/error:")
        return
    # what was typed is shown as it was processed: without personal data
    turns.append((answer.question, answer))
    st.rerun()


def _arriving(steps: Iterator[Statement | Answer]) -> Answer:
    """The answer of a model. Each statement stands on the page as soon as it has passed."""
    shown: list[str] = []
    with st.chat_message("assistant", avatar=":material/explore:"):
        place = st.empty()
        place.markdown("…")
        for step in steps:
            if isinstance(step, Answer):
                break
            shown.append(f"- {plain(step.text)}")
            place.markdown("\n".join(shown))
    return cast(Answer, step)


def _offer(heading: str, questions: Sequence[str]) -> str | None:
    """Questions to click; returns the one that was."""
    if not questions:
        return None
    st.markdown(f"**{heading}**")
    clicked = [question for question in questions if st.button(question, key=f"ask-{question}", width="stretch")]
    return clicked[0] if clicked else None


def _show(at: int, asked: str, answer: Answer, links: Links) -> None:
    with st.chat_message("user", avatar=":material/person:"):
        st.text(asked)
    with st.chat_message("assistant", avatar=":material/explore:"):
        cards.show(answer, at, links)


chat()
