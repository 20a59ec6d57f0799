"""Conversations: the one on screen, and the earlier ones to reopen, rename and delete. A link to one holds its id and no question.

The address of a page opens a conversation for its owner alone: it stays behind in a browser's history. The link to share has a key too.
"""

import hashlib
import hmac
import logging
from collections.abc import Iterable
from urllib.parse import urlencode

import streamlit as st
from pydantic import ValidationError

from praktijkbaken.access import own_secret, way_in
from praktijkbaken.errors import RecordError
from praktijkbaken.settings import load_settings
from rag.answer import Answer
from rag.assistant import Assistant, Question
from ui import asking, frame, options
from ui.session import TROUBLE, kept_at, records, visitor

QUERY, KEY = "gesprek", "sleutel"
_TURNS, _ID, _REGION, _OPENED, _WIPING = "turns", "conversation", "own-region", "opened", "wiping"
# fields and a button of the earlier conversations
_CHOSEN, _NAME, _WIPE = "earlier-chosen", "earlier-name", "earlier-wipe"


def turns() -> list[Answer]:
    """The answers of the conversation on screen, oldest first."""
    kept: list[Answer] = st.session_state.setdefault(_TURNS, [])
    return kept


def current() -> str | None:
    """The id of the conversation on screen; None while it is not kept."""
    return st.session_state.get(_ID)


def reopen() -> None:
    """Brings the conversation that the address names on screen; says so when it is not there."""
    wanted, given = st.query_params.get(QUERY), st.query_params.get(KEY, "")
    is_shared = bool(wanted and given) and hmac.compare_digest(given.encode(), _key(str(wanted)).encode())
    if not wanted or wanted == current():
        if current() and st.query_params.to_dict() != {QUERY: current()}:
            # what a page before left in the address goes
            st.query_params.from_dict({QUERY: str(current())} | ({KEY: given} if is_shared else {}))
        return
    if (working := asking.under_way()) and wanted == working.token:
        return
    who = visitor()
    # what is worked on first: an answer that is kept in between is then in both, and shown once
    working = asking.find(wanted, who) if who else None
    wanted = working.conversation or wanted if working else wanted
    told = [answer for line in records().turns(wanted, None if is_shared else who) if (answer := read(line))] if who else []
    is_underway = working is not None and working.ended is None
    if not told and not is_underway:
        st.query_params.from_dict({})
        st.warning("Dit gesprek is er niet (meer), of het is niet met u gedeeld.", icon=":material/history:")
        return
    start_anew()
    st.session_state[_TURNS] = told
    if told:
        st.session_state[_ID] = wanted
    if working is not None and is_underway:
        asking.follow(working)
    named = wanted if told else working.token if working else ""
    st.query_params.from_dict({QUERY: named} | ({KEY: given} if is_shared else {}))


def holding(wanted: str) -> tuple[Answer, str | None] | None:
    """An answer by its id, and its conversation: of the one on screen, or else of one that is kept of this visitor alone."""
    if (answer := _by_id(turns(), wanted)) is not None:
        return answer, current()
    try:
        who = visitor()
        conversation = records().conversation_of(who, wanted) if who else None
        kept = records().turns(conversation, who) if conversation else []
    except RecordError:
        # a page that shows a source is whole without it
        return None
    answer = _by_id((one for line in kept if (one := read(line))), wanted)
    return (answer, conversation) if answer else None


def _by_id(answers: Iterable[Answer], wanted: str) -> Answer | None:
    return next((one for one in answers if one.id == wanted), None)


def query(conversation: str) -> str:
    """What the address of a conversation that is shared holds: with logins a key too, without which it opens for its owner alone."""
    told = {QUERY: conversation}
    return urlencode(told if way_in(load_settings()) == "machine" else told | {KEY: _key(conversation)})


def _key(conversation: str) -> str:
    return hmac.new(own_secret(load_settings()).encode(), b"share " + conversation.encode(), hashlib.sha256).hexdigest()[:32]


def ask(helper: Assistant, question: Question) -> asking.Asking:
    """Starts to work on a question of the conversation on screen. Its answer is kept when it is there, also when the visitor has left."""
    who, told, conversation = visitor(), list(turns()), current()
    kept = records() if who else None

    def keep(answer: Answer) -> str | None:
        if who is None or kept is None:
            return None
        answers = [one.model_dump_json() for one in (*told, answer)]
        return kept.keep_turn(who, conversation, answers, (told or [answer])[0].question)

    begun = asking.begin(helper, question, who, conversation, keep)
    if conversation is None and kept is not None and kept.days:
        st.query_params.from_dict({QUERY: begun.token})
    return begun


def add(done: asking.Asking) -> None:
    """Adds what became of a question to the conversation on screen, once."""
    if done.answer is not None and all(one.id != done.answer.id for one in turns()):
        turns().append(done.answer)
    if done.conversation:
        # someone else's conversation, or one that was wiped, goes on as one of this visitor
        st.session_state[_ID] = done.conversation
        st.query_params.from_dict({QUERY: done.conversation})
    elif current() is None:
        st.query_params.from_dict({})


def read(line: str) -> Answer | None:
    """A kept answer; None where a newer or older version of the app cannot read it."""
    try:
        return Answer.model_validate_json(line)
    except ValidationError as error:
        logging.getLogger(__name__).warning("a kept answer cannot be read: %s", error)
        return None


def own_region() -> str | None:
    """The visitor's own region: chosen now, remembered, or set."""
    if _REGION not in st.session_state:
        who = visitor()
        kept = records().preference(who, _REGION) if who else None
        st.session_state[_REGION] = kept if kept is not None else load_settings().own_region
    return st.session_state[_REGION] or None


def remember_region(region: str | None) -> None:
    """Remembers the visitor's own region."""
    st.session_state[_REGION] = region or ""
    if who := visitor():
        records().prefer(who, _REGION, region or "")


def menu() -> None:
    """The earlier conversations; nothing while there are none."""
    who = visitor()
    if who is None:
        if trouble := st.session_state.get(TROUBLE):
            st.warning(trouble, icon=":material/history:")
        return
    earlier = records().conversations(who)
    if not earlier:
        return
    changed = {one.id: options.here(one.changed) for one in earlier}
    names = options.labels(
        {one.id: [f"{one.title} ({changed[one.id]:{form}})" for form in ("%d-%m-%Y", "%d-%m-%Y, %H:%M")] for one in earlier}
    )
    # with a key: without one it closes when its label changes
    with st.expander(f"Eerdere gesprekken ({len(earlier)})", icon=":material/history:", key="earlier"):
        days = records().days
        st.markdown(f"Een gesprek blijft {days} dagen bewaard, {kept_at()}. U kunt het eerder wissen.")
        chosen = st.selectbox(
            "Gesprek",
            list(names),
            format_func=lambda one: names[one],
            index=None,
            placeholder="Kies een gesprek",
            key=_CHOSEN,
            on_change=_keep_it,
        )
        if chosen:
            _manage(who, chosen)


def _manage(who: str, chosen: str) -> None:
    """Opens, renames or deletes an earlier conversation."""
    with st.container(horizontal=True):
        if st.button("Open dit gesprek"):
            start_anew()
            st.query_params[QUERY] = chosen
            st.rerun()
        st.button("Wis dit gesprek", key=_WIPE, on_click=_offer_to_wipe)
        # in the page, not in a popover: that stands at the end of the document, dozens of Tabs away
        if st.session_state.get(_WIPING) == chosen:
            if st.button("Ja, wis het voorgoed", type="primary"):
                _wipe(who, chosen)
            st.button("Toch niet", on_click=_keep_it_after_all)
    with st.form("rename", border=False):
        st.text_input("Nieuwe naam", max_chars=80, key=_NAME)
        st.form_submit_button("Geef deze naam", on_click=_rename, args=(who,))


# A callback looks the choice up: what it is given was bound before a choice that came with the same press.
def _rename(who: str) -> None:
    """Gives the chosen conversation the name that was typed. For a callback: its label changes, and with it the choice would be gone."""
    chosen, name = st.session_state.get(_CHOSEN), str(st.session_state.get(_NAME, "")).strip()
    if chosen and name:
        records().rename(who, chosen, name)
        st.session_state.update({_CHOSEN: chosen, _NAME: ""})
        frame.say("Het gesprek heeft een andere naam.")


def _offer_to_wipe() -> None:
    st.session_state[_WIPING] = st.session_state.get(_CHOSEN)


def _keep_it() -> None:
    st.session_state.pop(_WIPING, None)


def _keep_it_after_all() -> None:
    _keep_it()
    # the button that was pressed is gone
    frame.go_to(f".st-key-{_WIPE} button")


def _wipe(who: str, chosen: str) -> None:
    records().delete(who, chosen)
    del st.session_state[_WIPING]
    if chosen == current():
        start_anew()
    frame.say("Het gesprek is gewist.")
    frame.go_to(".st-key-eerder summary")
    st.rerun()


def start_anew() -> None:
    """Takes the conversation off the screen; it stays kept, and what is worked on goes on."""
    leave()
    st.query_params.from_dict({})


def leave() -> None:
    """Does the same from another page, whose address stays as it is."""
    asking.leave()
    st.session_state.pop(_TURNS, None)
    st.session_state.pop(_ID, None)
    st.session_state[_OPENED] = opened() + 1


def opened() -> int:
    """How many conversations this visit has opened: tells apart the first question of one and of another."""
    return int(st.session_state.get(_OPENED, 0))
