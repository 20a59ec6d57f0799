"""The chat: the turns of a conversation, what the visitor sets and types, and questions to click."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rag.answer import Answer
from rag.assistant import Assistant, Question
from ui import asking, choices, conversations, frame, turn
from ui.markup import label
from ui.session import assistant

EXAMPLES = (
    "Hoe verhogen andere regio's het aantal plekken Beschut Werk?",
    "Wat doet Twente?",
    "Wat is het verschil tussen de banenmarkt in Groningen en die in Haaglanden?",
)
OTHERWISE = "Stel de vraag anders, bijvoorbeeld {how}. Of kies een vraag:"
OTHER_WORDS, NO_YEAR = "met andere woorden", "zonder jaartal"
# where the visitor types, for the browser
INPUT = ".st-key-vraag textarea"


def draw() -> None:
    """Draws the page."""
    frame.title("Praktijkbaken")
    helper = assistant()
    conversations.reopen()
    working, queue = asking.under_way(), asking.waiting()
    if working and st.session_state.get(turn.stop_key(working)):
        working.stop()
    turns = conversations.turns()
    if working and working.answer in turns:
        asking.done(working)
        working = None
    _introduce(helper)
    limits, own_region = choices.draw(helper)
    earlier, told = st.container(key="eerder"), st.container(key="gesprek")
    with told:
        for at, answer in enumerate(turns):
            turn.show(at, answer, helper)
    at, above = len(turns), st.empty()
    # no limit: the box would drop a long paste without a word, and the answer says how long a question may be
    # in a container: a pinned input scrolls each new answer to its end, and she wants its beginning
    st.container(key="invoer").chat_input("Stel uw vraag", key="vraag", on_submit=_queue_typed)
    below = st.empty()
    # what nobody sees stands last: the page does not move when it comes
    unseen = st.container(key="pb-unseen")
    if working is None and not queue:
        _offer(above, below, turns)
    is_busy = False
    while (working := asking.under_way()) or queue:
        is_busy = True
        above.empty()
        below.empty()
        if working is None:
            question = Question(queue[0], tuple(one.question for one in turns), limits, own_region)
            turn.forget_unanswered()
            working = conversations.ask(helper, question)
        with told:
            turn.follow(working, at, helper, unseen)
        at += 1
    if is_busy:
        _offer(above, below, turns)
    else:
        with told:
            turn.unanswered(at)
        if turns:
            with unseen:
                frame.bring_into_view(f"vraag-{len(turns) - 1}", turn.token(len(turns) - 1, turns[-1].question))
    with earlier:
        conversations.menu()


def _queue_typed() -> None:
    if typed := st.session_state.get("vraag"):
        asking.queue(str(typed))


def _ask_wider(question: str) -> None:
    choices.clear()
    asking.queue(question)


def _introduce(helper: Assistant) -> None:
    added = len(helper.snapshot.documents) - 1
    own = f" en uit {added} {'document' if added == 1 else 'documenten'} van uw organisatie" if added else ""
    form = "is een citaat" if helper.model is None else "schrijft een taalmodel, met citaten"
    st.markdown(
        f"Vraag hoe andere regio's mensen aan werk helpen. Elk antwoord {form} uit het rapport "
        f"*Twee jaar Praktijkvoorbeelden* (juni 2019){own}, met een link naar het praktijkverhaal waar die er is. "
        "**Dit is een AI-systeem: het zoekt citaten en neemt geen besluiten.**"
    )


def _offer(above: DeltaGenerator, below: DeltaGenerator, turns: Sequence[Answer]) -> None:
    """Questions to click, under the newest answer or, at the start, under the box to type in."""
    if not turns:
        with below.container():
            _questions("Bijvoorbeeld:", EXAMPLES)
        return
    with below.container():
        if st.button("Begin een nieuw gesprek", icon=":material/add_comment:", key=f"anew-{asking.count()}"):
            conversations.start_anew()
            frame.go_to(INPUT)
            st.rerun()
    newest, asked = turns[-1], {one.question for one in turns}
    how = NO_YEAR if any(one.what == "year" for one in newest.missing) else OTHER_WORDS
    heading = OTHERWISE.format(how=how) if newest.status == "not_found" else "Vraag verder:"
    with above.container():
        if choices.is_in_the_way(newest):
            label_of_it, icon = "Haal het filter weg en vraag het opnieuw", ":material/filter_alt_off:"
            st.button(label_of_it, icon=icon, key=f"wider-{asking.count()}", on_click=_ask_wider, args=(newest.question,))
        _questions(heading, [one for one in newest.suggestions if one not in asked])


def _questions(heading: str, questions: Sequence[str]) -> None:
    if not questions:
        return
    st.markdown(f"**{heading}**")
    for one in questions:
        # a number in the key: those of the answer before and of this one are drawn in one run
        st.button(label(one), key=f"ask-{asking.count()}-{one}", width="stretch", on_click=asking.queue, args=(one,))
