"""The chat: a question, an answer with numbered citations, and the cards they lead to."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from index.catalogue import Story
from rag.answer import Answer, Facet
from rag.assistant import Assistant, Question
from rag.question import MAX_CHARACTERS
from ui import answer as on_screen
from ui import asking, conversations, frame, keeping
from ui.markup import label, text
from ui.places import ASKED
from ui.session import assistant, shelf

EXAMPLES = (
    "Hoe verhogen andere regio's het aantal plekken Beschut Werk?",
    "Wat doet Twente?",
    "Wat is het verschil tussen de banenmarkt in Groningen en die in Haaglanden?",
)
ALL = "Alle"
STOPPED = "Gestopt. Er is geen antwoord."
FAILED = "Het is niet gelukt om een antwoord te maken."
OTHERWISE = "Stel de vraag anders, bijvoorbeeld met andere woorden of zonder jaartal. Of kies een vraag:"
# where the visitor types, for the browser
INPUT = ".st-key-vraag textarea"
_UNANSWERED = "unanswered"


def draw() -> None:
    """Draws the page."""
    frame.title("Praktijkbaken")
    helper = assistant()
    conversations.reopen()
    working, queue = asking.under_way(), asking.waiting()
    if elsewhere := st.session_state.pop(ASKED, None):
        queue.append(elsewhere)
    if working and st.session_state.get(_stop_key(working)):
        working.stop()
    turns = conversations.turns()
    if working and working.answer in turns:
        asking.done(working)
        working = None
    _introduce(helper)
    limits, own_region = _choices(helper)
    earlier, told = st.container(key="eerder"), st.container(key="gesprek")
    with told:
        for at, answer in enumerate(turns):
            _show(at, answer, helper)
    at, above = len(turns), st.empty()
    # in a container: a pinned input scrolls each new answer to its end, and she wants its beginning
    st.container(key="invoer").chat_input("Stel uw vraag", max_chars=MAX_CHARACTERS, key="vraag", on_submit=_queue_typed)
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
            question = Question(queue[0], tuple(turn.question for turn in turns), limits, own_region)
            st.session_state.pop(_UNANSWERED, None)
            working = conversations.ask(helper, question)
        with told:
            _follow(working, at, helper, unseen)
        at += 1
    if is_busy:
        _offer(above, below, turns)
    else:
        with told:
            _unanswered(at)
        if turns:
            with unseen:
                frame.bring_into_view(f"vraag-{len(turns) - 1}", _token(len(turns) - 1, turns[-1].question))
    with earlier:
        conversations.menu()


def _queue(question: str) -> None:
    """A callback, and so the first thing of a run: it is not lost where a click elsewhere overtakes that run before the page is drawn."""
    asking.waiting().append(question)


def _queue_typed() -> None:
    if typed := st.session_state.get("vraag"):
        _queue(str(typed))


def _introduce(helper: Assistant) -> None:
    added = len(helper.snapshot.documents) - 1
    own = f" en uit {added} {'document' if added == 1 else 'documenten'} van uw organisatie" if added else ""
    form = "is een citaat" if helper.model is None else f"schrijft een taalmodel ({label(helper.model)}), met citaten"
    st.markdown(
        f"Vraag hoe andere regio's mensen aan werk helpen. Elk antwoord {form} uit het rapport "
        f"*Twee jaar Praktijkvoorbeelden* (juni 2019){own}, met een link naar het praktijkverhaal waar die er is. "
        "**Dit is een AI-systeem: het zoekt citaten en neemt geen besluiten.**"
    )


def _follow(working: asking.Asking, at: int, helper: Assistant, unseen: DeltaGenerator) -> None:
    """Shows a question and its statements as they come, then what became of it."""
    language = helper.reader.language(working.question.text)
    with st.container(key=f"answer-{at}"):
        st.html(on_screen.asked(working.text, at, language))
        body, stop = st.empty(), st.empty()
        with unseen:
            frame.bring_into_view(f"vraag-{at}", _token(at, working.text))
        seen = -1
        while not working.wait(max(seen, 0)):
            if seen < 0:
                stop.button("Stop", key=_stop_key(working), icon=":material/stop_circle:")
            # Streamlit ends a run that a click has overtaken where it asks for the session's state
            if st.session_state.get(_stop_key(working)) is None or seen == len(working.statements):
                continue
            seen = len(working.statements)
            body.html(on_screen.arriving(working.statements[:seen], language))
        said = _announced(working)
        # in this order: a run may be overtaken at each line, and the next one then does again what was done
        conversations.add(working)
        frame.say(said, working.token)
        if working.answer is None:
            st.session_state[_UNANSWERED] = working
        asking.done(working)
        stop.empty()
        if working.answer is not None:
            body.html(on_screen.whole(working.answer, at, shelf(), helper.links, _listed(working.answer, helper)))
            keeping.tools(working.answer, at)
        else:
            body.empty()
            _why_not(working)
        if working.trouble:
            st.warning(working.trouble, icon=":material/history:")
    with unseen:
        frame.arrived(f"vraag-{at}", working.token, said)


def _unanswered(at: int) -> None:
    """Draws the question that was stopped or failed, until there is a next one."""
    if (kept := st.session_state.get(_UNANSWERED)) is not None:
        with st.container(key=f"answer-{at}"):
            st.html(on_screen.asked(kept.text, at, "nl"))
            st.empty(), st.empty()
            _why_not(kept)


def _why_not(stopped: asking.Asking) -> None:
    """Draws why there is no answer, and a button to ask again."""
    lines = [FAILED, stopped.problem] if stopped.problem else [STOPPED]
    st.html(f'<div class="pb"><div class="pb-none">{"".join(f"<p>{text(line)}</p>" for line in lines)}</div></div>')
    again = stopped.question.text
    st.button("Stel deze vraag opnieuw", icon=":material/refresh:", key=f"again-{stopped.token}", on_click=_queue, args=(again,))


def _stop_key(working: asking.Asking) -> str:
    return f"stop-{working.token}"


def _token(at: int, question: str) -> str:
    """Names a question that was brought into view, in this visit."""
    return f"{conversations.opened()} {at} {question}"


def _announced(working: asking.Asking) -> str:
    answer = working.answer
    if answer is None:
        return FAILED if working.problem else STOPPED
    cited = len(answer.citations)
    if answer.status == "not_found":
        return (
            f"Niet gevonden in de bronnen. {len(answer.related)} verwante passages." if answer.related else "Niet gevonden in de bronnen."
        )
    return f"Het antwoord staat klaar, met {cited} {'bron' if cited == 1 else 'bronnen'}."


def _choices(helper: Assistant) -> tuple[dict[Facet, Sequence[str]], str | None]:
    """The limits and the own region that the visitor chose; the own region is remembered."""
    with st.expander("Uw regio, en zoeken binnen een regio of thema", icon=":material/tune:"):
        names = helper.regions.names
        kept = conversations.own_region()
        first = names.index(kept) + 1 if kept in names else 0
        own = st.selectbox(
            "Uw eigen regio",
            ["Niet gekozen", *names],
            index=first,
            key="eigen_regio",
            help="Vraagt u hoe anderen iets doen, dan komen andere regio's eerst.",
        )
        chosen = own if own in names else None
        if chosen != kept:
            conversations.remember_region(chosen)
        columns = st.columns(2)
        values = helper.facets.values()
        region = columns[0].selectbox("Alleen over de regio", [ALL, *values["region"]], key="zoek_regio", persist_state="session")
        theme = columns[1].selectbox("Alleen binnen het thema", [ALL, *values["theme"]], key="zoek_thema", persist_state="session")
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
    heading = OTHERWISE if turns[-1].status == "not_found" else "Vraag verder:"
    with above.container():
        _questions(heading, turns[-1].suggestions)


def _questions(heading: str, questions: Sequence[str]) -> None:
    if not questions:
        return
    st.markdown(f"**{heading}**")
    for one in questions:
        # a number in the key: those of the answer before and of this one are drawn in one run
        st.button(label(one), key=f"ask-{asking.count()}-{one}", width="stretch", on_click=_queue, args=(one,))


def _show(at: int, answer: Answer, helper: Assistant) -> None:
    """Draws an answer as `_follow` leaves it behind: nothing moves or loses the focus when the page is drawn again."""
    with st.container(key=f"answer-{at}"):
        st.html(on_screen.asked(answer.question, at, answer.language))
        st.html(on_screen.whole(answer, at, shelf(), helper.links, _listed(answer, helper)))
        st.empty()
        keeping.tools(answer, at)


def _listed(answer: Answer, helper: Assistant) -> tuple[Story, ...]:
    """The whole list that the answer shows a part of; looked up once a visit."""
    kept: dict[tuple[str, str], tuple[Story, ...]] = st.session_state.setdefault("listed", {})
    key = (answer.id, helper.snapshot.id)
    if key not in kept:
        kept[key] = helper.listed(answer)
    return kept[key]
