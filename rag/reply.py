"""A model's reply as it comes, by a clock of our own: no client's time limit is trusted, and every end of it has a name."""

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from langsmith import tracing_context

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

# "paused": not asked, because the server has just failed
Reason = Literal["slow", "down", "quota", "refused", "cut", "unusable", "paused"]
# Six statements of 60 words are 2,500 characters; who thinks aloud before needs some more.
MOST_CHARACTERS = 20_000
# So many pieces may wait; a model that talks faster than we read waits too.
WAITING = 1000
_FINISHED = frozenset(("stop", "end_turn", "stop_sequence", "eos", "eos_token", "complete", "completed"))
_STATUS: dict[int, Reason] = {401: "refused", 402: "quota", 403: "refused", 408: "slow", 429: "quota", 504: "slow"}
# The request is at fault, for instance too long; the next may be well.
_OF_REQUEST = frozenset((400, 413, 422))
_NO_TEXT = frozenset(map(chr, (*range(9), 11, 12, *range(14, 32), 0x7F, 0xFFFD)))


class ReplyError(Exception):
    """A model gave no usable reply; `kind` is the sort of error, for the log; none of its text, which may hold a key.

    `is_outage` where the server is at fault, so that the next request would fare no better.
    """

    def __init__(self, reason: Reason, kind: str, is_outage: bool = True) -> None:
        super().__init__(f"{reason} ({kind})")
        self.reason: Reason = reason
        self.kind, self.is_outage = kind, is_outage


def pieces(model: "BaseChatModel", messages: Sequence["BaseMessage"], until: float) -> Iterator[str]:
    """The pieces of the reply until it ends. `until` is a moment of `time.monotonic`.

    Raises `ReplyError` when that moment passes first, the model cannot be reached, or its reply does not end as a reply should.
    """
    said: queue.Queue[object] = queue.Queue(WAITING)
    stop = threading.Event()
    threading.Thread(target=_listen, args=(model, messages, said, stop), name="model", daemon=True).start()
    finished: str | None = None
    length = 0
    try:
        while True:
            try:
                one = said.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                raise ReplyError("slow", "Timeout") from None
            if isinstance(one, BaseException):
                raise _fault(one)
            if one is None:
                break
            text, reason = _read(one)
            finished = reason or finished
            length += len(text)
            if length > MOST_CHARACTERS or not _NO_TEXT.isdisjoint(text):
                raise ReplyError("unusable", "TooMuch" if length > MOST_CHARACTERS else "NoText", is_outage=False)
            if text:
                yield text
            if time.monotonic() > until:
                raise ReplyError("slow", "Timeout")
        if not length and finished is None:
            raise ReplyError("unusable", "Empty")
        if finished is None or finished.lower() not in _FINISHED:
            raise ReplyError("cut", finished if finished in ("length", "content_filter") else "NoEnd", is_outage=finished is None)
    finally:
        stop.set()


def _listen(model: "BaseChatModel", messages: Sequence["BaseMessage"], said: "queue.Queue[object]", stop: threading.Event) -> None:
    """Hands over what the model says, then None; or the error. Ends soon after `stop`, at the latest with the client's own limit."""

    def hand(one: object) -> None:
        while not stop.is_set():
            try:
                said.put(one, timeout=0.2)
            except queue.Full:
                continue
            return

    try:
        # a variable of the environment would send each question and its evidence to a service for tracing
        with tracing_context(enabled=False):
            for chunk in model.stream(list(messages)):
                if stop.is_set():
                    return
                hand(chunk)
        hand(None)
    except BaseException as error:  # every client has errors of its own, and none may be lost in this thread
        hand(error)


def _read(chunk: object) -> tuple[str, str | None]:
    """The text of a piece of the reply, and why it ended where this is its end."""
    told = getattr(chunk, "response_metadata", None) or {}
    reason = told.get("finish_reason") or told.get("done_reason") or told.get("stop_reason")
    return str(getattr(chunk, "text", "") or ""), str(reason) if reason else None


def _fault(error: BaseException) -> ReplyError:
    kind = type(error).__name__
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return ReplyError(_STATUS.get(status, "down"), f"{kind} {status}", is_outage=status not in _OF_REQUEST)
    if "timeout" in kind.lower():
        return ReplyError("slow", kind)
    if "connect" in kind.lower() or isinstance(error, OSError):
        return ReplyError("down", kind)
    if "protocol" in kind.lower() or "read" in kind.lower():
        return ReplyError("cut", kind)
    return ReplyError("unusable", kind)
