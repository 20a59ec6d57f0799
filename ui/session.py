"""What the pages share: one assistant for all visitors, made when first needed, with the index built where there is none; what is kept."""

import logging
from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait

import streamlit as st

from evals.golden import golden_check
from index.build import build_index, open_index
from index.embedding import embeddings_for
from index.links import FILE as LINKS
from index.snapshot import Snapshot
from praktijkbaken.access import is_named, is_own_machine, way_in
from praktijkbaken.errors import RecordError, SnapshotError
from praktijkbaken.records import Records
from praktijkbaken.settings import Settings, load_settings
from rag.assistant import Assistant
from rag.writer import writer_for
from ui.logins import logins
from ui.shelf import Shelf

_log = logging.getLogger(__name__)
HERE = "deze computer"
# Seconds between two looks at how far the index is.
LOOK = 0.1
TROUBLE = "records-trouble"
# What who judges is told where a setting names readers.
READ = (
    "Wie uw beheerder daarvoor aanwijst, kan uw oordelen lezen: met uw vraag en uw reden; uw naam staat er niet bij. "
    "Van uw vraag kan een evaluatievraag worden; die blijft, ook als u het gesprek wist."
)


def assistant() -> Assistant:
    """The assistant; the first visitor sees the index being built. Raises a `BakenError` with the way out."""
    settings = load_settings()
    try:
        return _assistant(settings, _pointer(settings))
    except SnapshotError:
        build(settings)
        return _assistant(settings, _pointer(settings))


def prepare() -> None:
    """Opens the index before the first visit. Raises a `BakenError`; an index that is not there is for a visitor to see built."""
    settings = load_settings()
    snapshot = _assistant(settings, _pointer(settings)).snapshot
    _shelf(snapshot, snapshot.folder.name)


def shelf() -> Shelf:
    """Look-ups in the assistant's snapshot."""
    helper = assistant()
    return _shelf(helper.snapshot, helper.snapshot.folder.name)


def records() -> Records:
    """What is kept of conversations. Raises `RecordError`."""
    settings = load_settings()
    return _records(settings, f"{settings.home} {settings.records_url} {settings.retention_days}")


def who() -> str | None:
    """Who this is: who logged in, who the proxy says, or, where the app listens on its own machine alone, whoever sits at it.

    None where it is not known. A name is never that of another way in: neither a login nor a proxy's user is `HERE`.
    """
    settings = load_settings()
    way = way_in(settings)
    if way == "login":
        is_in = st.user.get("is_logged_in") and logins(settings).holds(st.context.cookies)
        return f"{st.user.get('iss')} {st.user.get('sub')}" if is_in else None
    if way == "proxy":
        name = st.context.headers.get(str(settings.proxy_user_header))
        return f"proxy {name}" if name else None
    host = st.get_option("server.address")
    return HERE if host and is_own_machine(host) else None


def may_enter() -> bool:
    """May this visitor see anything? The gate lets nobody else through; a login that ended while a page was open ends here."""
    return way_in(load_settings()) == "machine" or who() is not None


def may_log_out() -> bool:
    """Is there a login to end? A proxy ends its own."""
    return way_in(load_settings()) == "login"


def may_add() -> bool:
    """May this visitor add sources? Only where it is known who it is, and the setting allows it: everyone, or whom it names."""
    allowed = load_settings().add_in_app
    if visitor() is None:
        return False
    return allowed if isinstance(allowed, bool) else _is_named(allowed)


def may_read_all() -> bool:
    """May this visitor read everybody's judgements? Who sits at the machine itself may, for they lie on it; else whom the setting names."""
    readers, name = load_settings().feedback_readers, visitor()
    return name is not None and (name == HERE or (readers is not None and _is_named(readers)))


def _is_named(people: str) -> bool:
    """Does a setting name this visitor: by the address or a group that her login gave, or as the proxy calls her?"""
    settings = load_settings()
    if way_in(settings) != "login":
        return is_named(people, (who() or "").removeprefix("proxy "), ())
    checked = st.user.get("email_verified")
    is_hers = checked is None or str(checked).lower() == "true"  # some providers leave it out, some send it as text
    groups: object = st.user.get(settings.login_groups_claim)
    of = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    return is_named(people, str(st.user.get("email") or "") if is_hers else "", [one for one in of if isinstance(one, str)])


def kept_at() -> str:
    """Where what is kept is, for a person."""
    return "op deze computer" if way_in(load_settings()) == "machine" else "bij uw organisatie"


def visitor() -> str | None:
    """Whose conversations these are.

    None where visitors cannot be told apart, or where there is nowhere to keep anything: then nothing is kept, and answers go on.
    """
    try:
        records()
    except RecordError as error:
        st.session_state[TROUBLE] = str(error)
        return None
    st.session_state.pop(TROUBLE, None)
    return who()


def _pointer(settings: Settings) -> str:
    """Changes when the index is swapped or links are checked, so that a running app takes up the new state."""
    pointer, links = settings.home / "index" / "current", settings.home / LINKS
    checked = links.stat().st_mtime_ns if links.is_file() else 0
    # what is no UTF-8 is a damaged pointer: `open_index` says so
    return f"{pointer.read_text('utf-8', 'replace') if pointer.is_file() else ''} {checked}"


@st.cache_resource(show_spinner=False, max_entries=1)
def _assistant(_settings: Settings, pointer: str) -> Assistant:  # noqa: ARG001  # the pointer is the cache's key
    snapshot: Snapshot = open_index(_settings)
    return Assistant(snapshot, _settings, embeddings_for(_settings.embedding_model), writer=writer_for(_settings))


@st.cache_resource(show_spinner=False, max_entries=1)
def _shelf(_snapshot: Snapshot, name: str) -> Shelf:  # noqa: ARG001  # the folder's name is the cache's key
    return Shelf(_snapshot)


@st.cache_resource(show_spinner=False, max_entries=1)
def _records(_settings: Settings, address: str) -> Records:  # noqa: ARG001  # the address is the cache's key
    return Records(_settings)


def build(settings: Settings) -> None:
    """Brings the index up to date, with a bar that shows how far it is. Raises a `BakenError`.

    In a thread of its own: a visitor who goes to another page ends the run of this one, and what she took away must go all the same.
    """
    bar = st.progress(0.0, text="De index wordt gemaakt. Dit duurt even.")
    newest: deque[tuple[str, int, int]] = deque(maxlen=1)
    thread = ThreadPoolExecutor(1, "index")
    built = thread.submit(build_index, settings, golden_check(settings), lambda *step: newest.append(step))
    # also where nobody is left to be told
    built.add_done_callback(lambda done: _log.warning("the index was not made: %s", done.exception()) if done.exception() else None)
    thread.shutdown(wait=False)
    try:
        while not wait([built], LOOK).done:
            for step, done, total in tuple(newest):
                bar.progress(min(1.0, done / max(1, total)), text=f"De index wordt gemaakt: {step.lower()} ({done} van {total})")
        built.result()
    finally:
        bar.empty()
