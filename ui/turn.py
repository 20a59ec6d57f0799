"""One turn of a conversation on screen: a question that is worked on, one with its answer, or one that was stopped or failed."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from index.catalogue import Story
from rag.answer import Answer
from rag.assistant import Assistant
from ui import answer as on_screen
from ui import asking, conversations, frame, keeping
from ui.markup import text
from ui.session import shelf

STOPPED = "Gestopt. Er is geen antwoord."
FAILED = "Het is niet gelukt om een antwoord te maken."
_UNANSWERED = "unanswered"


def follow(working: asking.Asking, at: int, helper: Assistant, unseen: DeltaGenerator) -> None:
    """Shows a question and its statements as they come, then what became of it."""
    language = helper.reader.language(working.text)
    with st.container(key=f"answer-{at}"):
        st.html(on_screen.asked(working.text, at, language))
        # above what grows: it stays where it is, and in view (see `frame.css`)
        stop, body = st.empty(), st.empty()
        with unseen:
            frame.bring_into_view(f"vraag-{at}", token(at, working.text))
        seen = -1
        while not working.wait(max(seen, 0)):
            if seen < 0:
                stop.button("Stop", key=stop_key(working), icon=":material/stop_circle:")
            # Streamlit ends a run that a click has overtaken where it asks for the session's state
            if st.session_state.get(stop_key(working)) is None or seen == len(working.statements):
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
            body.html(_whole(working.answer, at, helper))
            keeping.tools(working.answer, at)
        else:
            body.empty()
            _why_not(working)
        if working.trouble:
            st.warning(working.trouble, icon=":material/history:")
    with unseen:
        frame.arrived(f"vraag-{at}", working.token, said)


def show(at: int, answer: Answer, helper: Assistant) -> None:
    """Draws an answer as `follow` leaves it behind: nothing moves or loses the focus when the page is drawn again."""
    with st.container(key=f"answer-{at}"):
        st.html(on_screen.asked(answer.question, at, answer.language))
        st.empty()
        st.html(_whole(answer, at, helper))
        keeping.tools(answer, at)


def unanswered(at: int) -> None:
    """Draws the question that was stopped or failed, until there is a next one."""
    if (kept := st.session_state.get(_UNANSWERED)) is not None:
        with st.container(key=f"answer-{at}"):
            st.html(on_screen.asked(kept.text, at, "nl"))
            st.empty(), st.empty()
            _why_not(kept)


def forget_unanswered() -> None:
    """Has no run draw the question that was stopped or failed any more: there is a next one."""
    st.session_state.pop(_UNANSWERED, None)


def stop_key(working: asking.Asking) -> str:
    """Names the button that stops this question."""
    return f"stop-{working.token}"


def token(at: int, question: str) -> str:
    """Names a question that was brought into view, in this visit."""
    return f"{conversations.opened()} {at} {question}"


def _why_not(stopped: asking.Asking) -> None:
    """Draws why there is no answer, and a button to ask again."""
    lines = [FAILED, stopped.problem] if stopped.problem else [STOPPED]
    st.html(f'<div class="pb"><div class="pb-stopped">{"".join(f"<p>{text(line)}</p>" for line in lines)}</div></div>')
    again = stopped.question.text
    st.button("Stel deze vraag opnieuw", icon=":material/refresh:", key=f"again-{stopped.token}", on_click=asking.queue, args=(again,))


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


def _whole(answer: Answer, at: int, helper: Assistant) -> str:
    return on_screen.whole(answer, at, shelf(), helper.links, _listed(answer, helper), helper.in_part(answer))


def _listed(answer: Answer, helper: Assistant) -> tuple[Story, ...]:
    """The whole list that the answer shows a part of; looked up once a visit."""
    kept: dict[tuple[str, str], tuple[Story, ...]] = st.session_state.setdefault("listed", {})
    key = (answer.id, helper.snapshot.id)
    if key not in kept:
        kept[key] = helper.listed(answer)
    return kept[key]
