"""The chat: a question, an answer with numbered citations, and the cards they lead to."""

from collections.abc import Sequence

import streamlit as st

from index.catalogue import Story
from praktijkbaken.personal import clean
from rag.answer import Answer, Facet, Statement
from rag.assistant import Assistant, Question
from rag.question import MAX_CHARACTERS
from ui import answer as on_screen
from ui import conversations, frame, keeping
from ui.markup import label, text
from ui.places import ASKED
from ui.session import assistant, shelf

EXAMPLES = (
    "Hoe verhogen andere regio's het aantal plekken Beschut Werk?",
    "Wat doet Twente?",
    "Wat is het verschil tussen de banenmarkt in Groningen en die in Haaglanden?",
)
ALL = "Alle"


def draw() -> None:
    """Draws the page."""
    frame.title("Praktijkbaken")
    helper = assistant()
    conversations.reopen()
    turns = conversations.turns()
    added = len(helper.snapshot.documents) - 1
    own = f" en uit {added} {'document' if added == 1 else 'documenten'} van uw organisatie" if added else ""
    form = "is een citaat" if helper.model is None else f"schrijft een taalmodel ({label(helper.model)}), met citaten"
    st.markdown(
        f"Vraag hoe andere regio's mensen aan werk helpen. Elk antwoord {form} uit het rapport "
        f"*Twee jaar Praktijkvoorbeelden* (juni 2019){own}, met een link naar het praktijkverhaal waar die er is. "
        "**Dit is een AI-systeem: het zoekt citaten en neemt geen besluiten.**"
    )
    limits, own_region = _choices(helper)
    conversations.menu()
    for at, answer in enumerate(turns):
        _show(at, answer, helper, is_last=at == len(turns) - 1)
    if turns:
        frame.bring_into_view(f"vraag-{len(turns) - 1}", turns[-1].id)
    # in a container: a pinned input scrolls each new answer to its end, and she wants its beginning
    coming = st.container()
    offer = st.empty()
    with offer.container():
        offered = _offer("Vraag verder:", turns[-1].suggestions) if turns else _offer("Bijvoorbeeld:", EXAMPLES)
    typed = st.container().chat_input("Stel uw vraag", max_chars=MAX_CHARACTERS, submit_mode="stop", key="vraag")
    if turns and st.button("Begin een nieuw gesprek", icon=":material/add_comment:"):
        conversations.start_anew()
        st.rerun()
    asked = typed or offered or st.session_state.pop(ASKED, None)
    if not asked:
        return
    offer.empty()
    with coming:
        made = _answer(helper, Question(asked, tuple(turn.question for turn in turns), limits, own_region))
    turns.append(made)
    conversations.keep(made)
    frame.say(_announced(made))
    st.rerun()


def _answer(helper: Assistant, question: Question) -> Answer:
    """The answer; its statements are on screen as they come."""
    st.html(f'<div class="pb"><h2>{text(clean(question.text).text)}</h2></div>')
    place, statements = st.empty(), list[Statement]()
    place.markdown("Ik zoek in de bronnen …")
    language = helper.reader.language(question.text)
    for piece in helper.stream(question):
        if isinstance(piece, Answer):
            return piece
        statements.append(piece)
        place.html(on_screen.arriving(statements, language))
    raise RuntimeError("the assistant's stream ended without an answer")


def _announced(answer: Answer) -> str:
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
    if limits:
        st.markdown(f"Ik zoek alleen binnen: **{label(', '.join(value for values in limits.values() for value in values))}**.")
    return limits, chosen


def _offer(heading: str, questions: Sequence[str]) -> str | None:
    """Questions to click; returns the one that was."""
    if not questions:
        return None
    st.markdown(f"**{heading}**")
    clicked = [question for question in questions if st.button(label(question), key=f"ask-{question}", width="stretch")]
    return clicked[0] if clicked else None


def _show(at: int, answer: Answer, helper: Assistant, is_last: bool) -> None:
    with st.container(key=f"answer-{at}"):
        st.html(on_screen.whole(answer, at, shelf(), helper.links, _listed(answer, helper)))
        if answer.status == "not_found" and answer.suggestions and is_last:
            st.markdown("Stel de vraag anders, bijvoorbeeld met andere woorden of zonder jaartal. Of kies een vraag hieronder.")
        keeping.tools(answer, at)


def _listed(answer: Answer, helper: Assistant) -> tuple[Story, ...]:
    """The whole list that the answer shows a part of; looked up once a visit."""
    kept: dict[tuple[str, str], tuple[Story, ...]] = st.session_state.setdefault("listed", {})
    key = (answer.id, helper.snapshot.id)
    if key not in kept:
        kept[key] = helper.listed(answer)
    return kept[key]
