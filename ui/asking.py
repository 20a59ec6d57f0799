"""A question on its way to its answer, worked on apart from the runs of the page.

Streamlit ends a run at every click and at every reload. The work goes on all the same, and whichever run comes next follows it: no
answer is lost, none is made twice. It is kept once, by the work itself.
"""

import secrets
import threading
import time
from collections.abc import Callable

import streamlit as st

from praktijkbaken.errors import RecordError
from praktijkbaken.personal import clean
from rag.answer import Answer, Statement
from rag.assistant import Assistant, Question
from rag.question import MAX_CHARACTERS, MOST_READ
from ui.failure import told

_ASKING, _WAITING, _COUNT = "asking", "waiting", "asked"
# Seconds that a run waits before it looks whether Streamlit wants it to end.
PATIENCE = 0.2
# Seconds that an answer can be found again by a page that was loaded while it was made.
FINDABLE = 600
Keep = Callable[[Answer], str | None]


class Asking:
    """One question: its statements as they come, then its answer, or the line that says why there is none."""

    def __init__(self, question: Question, visitor: str | None, conversation: str | None) -> None:
        self.question = question
        self.visitor = visitor
        # as it is shown: without personal data, and of one that is too long as much as its answer holds
        self.text = clean(question.text[:MOST_READ]).text[:MAX_CHARACTERS]
        # names it in an address while its conversation has no name yet; hexadecimal: a name of a component may not hold two underscores
        self.token = secrets.token_hex(16)
        self.conversation = conversation
        self.statements: list[Statement] = []
        self.answer: Answer | None = None
        self.problem: str | None = None
        self.trouble: str | None = None
        self.is_stopped = False
        self.ended: float | None = None
        self._changed = threading.Condition()

    def work(self, helper: Assistant, keep: Keep) -> None:
        """Makes the answer and keeps it; runs in a thread of its own."""
        try:
            answer = self._made(helper)
        except Exception as error:  # the door of this thread: what is wrong is a line on the page
            self.problem = told(error, "Vraag")
        else:
            with self._changed:
                self.answer = None if self.is_stopped else answer
            if self.answer is not None:
                self._keep(keep, self.answer)
        with self._changed:
            self.ended = time.monotonic()
            self._changed.notify_all()

    def stop(self) -> None:
        """Ends the work, unless its answer is there by now."""
        with self._changed:
            self.is_stopped = self.answer is None and self.problem is None
            if self.is_stopped:
                self.ended = time.monotonic()
            self._changed.notify_all()

    def wait(self, seen: int) -> bool:
        """Waits for more statements than `seen`, for the end, or for a moment. Has it ended?"""
        with self._changed:
            self._changed.wait_for(lambda: self.ended is not None or len(self.statements) > seen, PATIENCE)
            return self.ended is not None

    def _made(self, helper: Assistant) -> Answer | None:
        for piece in helper.stream(self.question):
            with self._changed:
                if self.is_stopped or isinstance(piece, Answer):
                    return piece if isinstance(piece, Answer) else None
                self.statements.append(piece)
                self._changed.notify_all()
        raise RuntimeError("the assistant's stream ended without an answer")

    def _keep(self, keep: Keep, answer: Answer) -> None:
        try:
            self.conversation = keep(answer) or self.conversation
        except RecordError as error:
            self.trouble = str(error)


def begin(helper: Assistant, question: Question, visitor: str | None, conversation: str | None, keep: Keep) -> Asking:
    """Starts to work on a question, the first of this visit's `waiting`."""
    asking, queue, kept, number = Asking(question, visitor, conversation), waiting(), _under_way(), count()
    kept[:] = [one for one in kept if one.ended is None or time.monotonic() - one.ended < FINDABLE]
    st.session_state[_COUNT] = number + 1
    # a run that is overtaken ends at this line or has begun: nothing below asks for the session's state
    st.session_state[_ASKING] = asking
    queue.pop(0)
    kept.append(asking)
    threading.Thread(target=asking.work, args=(helper, keep), daemon=True).start()
    return asking


def count() -> int:
    """How many questions this visit has asked."""
    return int(st.session_state.get(_COUNT, 0))


def under_way() -> Asking | None:
    """The question of this visit that is worked on."""
    return st.session_state.get(_ASKING)


def done(asking: Asking) -> None:
    """Takes a question that has ended, and whose answer is among the others, off this visit."""
    if under_way() is asking:
        st.session_state.pop(_ASKING, None)


def find(name: str, visitor: str) -> Asking | None:
    """The newest question that this visitor asked in a conversation, or that has this token, in whichever visit."""
    mine = (one for one in reversed(_under_way()) if one.visitor == visitor)
    return next((one for one in mine if name in (one.conversation, one.token)), None)


def follow(asking: Asking) -> None:
    """Has this visit follow a question that was asked in another, or before the page was loaded again."""
    st.session_state[_ASKING] = asking


def leave() -> None:
    """Has this visit follow nothing: what is worked on goes on and is kept."""
    st.session_state.pop(_ASKING, None)
    waiting().clear()


def waiting() -> list[str]:
    """The questions of this visit that were asked while another was worked on, oldest first."""
    kept: list[str] = st.session_state.setdefault(_WAITING, [])
    return kept


def queue(question: str) -> None:
    """Has a question wait for its turn.

    For a callback, and so the first thing of a run: it is not lost where a click elsewhere overtakes that run before the page is drawn.
    """
    waiting().append(question)


@st.cache_resource(show_spinner=False)
def _under_way() -> list[Asking]:
    """The questions of all visits."""
    return []
