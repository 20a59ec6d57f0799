"""A model's server that fails is left alone for a while; one that answers is not, whatever it says."""

import threading
import time
from collections.abc import Callable

import pytest
from chat_server import Handler, Messages, Reply, chat_server, honest

from index.embedding import embeddings_for
from index.snapshot import Snapshot
from praktijkbaken.settings import Settings
from rag.assistant import Assistant, Question
from rag.breaker import FAILURES, PAUSE, Attempt, Breaker
from rag.writer import Writer, writer_for

FIRST, NEXT = "Hoe verhogen andere regio's het aantal plekken Beschut Werk?", "En hoe zit dat met de leerlingen?"
SECONDS = 2.0
PAUSED = "Het taalmodel gaf net geen goed antwoord. Straks vragen we het weer. Daarom ziet u nu meteen citaten."


class Clock:
    """A clock that a test sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def _opened(clock: Clock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        breaker.ended(_may(breaker), worked=False)
    assert breaker.attempt() is None
    return breaker


def _may(breaker: Breaker) -> Attempt:
    attempt = breaker.attempt()
    assert attempt is not None
    return attempt


def test_two_failures_in_a_row_give_a_pause_and_one_between_two_answers_does_not() -> None:
    breaker = Breaker(Clock())
    for worked in (False, True) * 5:
        breaker.ended(_may(breaker), worked)
    breaker.ended(_may(breaker), worked=False)
    assert breaker.attempt() is not None
    breaker.ended(_may(breaker), worked=False)
    assert breaker.attempt() is None


def test_after_the_pause_one_request_alone_tries() -> None:
    clock = Clock()
    breaker = _opened(clock)
    clock.now += PAUSE - 0.1
    assert breaker.attempt() is None
    clock.now += 0.2
    trial = _may(breaker)
    assert breaker.attempt() is None
    breaker.ended(trial, worked=True)
    assert breaker.attempt() is not None


def test_a_trial_that_fails_gives_another_pause() -> None:
    clock = Clock()
    breaker = _opened(clock)
    clock.now += PAUSE
    breaker.ended(_may(breaker), worked=False)
    clock.now += PAUSE - 0.1
    assert breaker.attempt() is None
    clock.now += 0.2
    assert breaker.attempt() is not None


def test_a_trial_that_was_left_makes_room_for_the_next_and_one_that_is_lost_does_after_a_pause() -> None:
    clock = Clock()
    breaker = _opened(clock)
    clock.now += PAUSE
    breaker.ended(_may(breaker), worked=None)
    _may(breaker)  # and nobody tells what came of this one
    assert breaker.attempt() is None
    clock.now += PAUSE
    assert breaker.attempt() is not None


def test_of_twenty_threads_one_tries() -> None:
    clock = Clock()
    breaker = _opened(clock)
    clock.now += PAUSE
    together, got = threading.Barrier(20), []

    def ask() -> None:
        together.wait()
        got.append(breaker.attempt())

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one is not None for one in got) == 1


# --- with a real server


@pytest.fixture(scope="module")
def helper(settings: Settings, snapshot: Snapshot) -> Assistant:
    """An assistant whose writer the tests send to a server of their own."""
    own = settings.model_copy(update={"model": "openai:proef", "model_url": "http://127.0.0.1:9/v1", "model_seconds": SECONDS})
    return Assistant(snapshot, own, embeddings_for(settings.embedding_model), writer=writer_for(own))


def _writer(helper: Assistant, url: str, clock: Clock) -> Writer:
    """Her writer, for a server at this address, which has not failed yet."""
    made = writer_for(Settings(model="openai:proef", model_url=url, model_seconds=SECONDS))
    assert made is not None
    assert helper.writer is not None
    helper.writer._model, helper.writer.breaker = made._model, Breaker(clock)
    return helper.writer


def _fails(handler: Handler) -> None:
    handler.say(500, b"{}")


def _stalls(_handler: Handler) -> None:
    time.sleep(SECONDS + 1)


@pytest.mark.parametrize("fault", [_fails, _stalls])
def test_after_two_failures_the_quotes_come_at_once_and_say_so_until_the_server_answers_again(
    helper: Assistant, fault: Callable[[Handler], None]
) -> None:
    clock = Clock()
    now: dict[str, Callable[[Messages], Reply]] = {"script": lambda _messages: fault}
    with chat_server(lambda messages: now["script"](messages)) as served:
        _writer(helper, served.url, clock)
        for _ in range(FAILURES):
            assert helper.invoke(Question(FIRST)).notices[0] != PAUSED
        assert len(served.requests) == FAILURES
        for _ in range(3):
            began = time.monotonic()
            answer = helper.invoke(Question(FIRST))
            assert time.monotonic() - began < SECONDS / 2
            assert (answer.mode, answer.status, answer.notices[0]) == ("extractive", "answered", PAUSED)
            assert answer.citations
        assert helper.invoke(Question("how do regions create more sheltered work places?")).notices[0].startswith("The language model has")
        assert len(served.requests) == FAILURES

        now["script"] = honest
        clock.now += PAUSE
        for _ in range(3):
            assert helper.invoke(Question(FIRST)).mode == "generated"
    assert len(served.requests) >= FAILURES + 3


def test_statements_that_are_dropped_and_replies_that_end_badly_by_themselves_are_no_failures(helper: Assistant) -> None:
    def wrong(_messages: Messages) -> str:
        return "In Zuid-Limburg kostte dit 7.123 euro voor de wethouder. [1]"

    for reply in (wrong, lambda m: lambda h: h.stream(honest(m), finish="length"), lambda _m: lambda h: h.say(413, b"{}")):
        with chat_server(reply) as served:  # type: ignore[arg-type]  # scripts of two kinds
            _writer(helper, served.url, Clock())
            for at in range(FAILURES + 2):
                before = len(served.requests)
                answer = helper.invoke(Question(FIRST))
                assert answer.mode == "extractive"
                assert answer.notices[0] != PAUSED
                assert len(served.requests) > before, at


def test_a_follow_up_that_a_slow_model_does_not_write_out_leaves_the_trial_to_the_answer(helper: Assistant) -> None:
    clock = Clock()

    def slow_at_first(messages: Messages) -> Reply:
        return _stalls if "<vervolgvraag>" in messages[-1]["content"] else honest(messages)

    with chat_server(slow_at_first) as served:
        writer = _writer(helper, served.url, clock)
        for _ in range(FAILURES):
            writer.breaker.ended(_may(writer.breaker), worked=False)
        clock.now += PAUSE
        assert helper.invoke(Question(NEXT, (FIRST,))).mode == "generated"


def test_a_reader_who_leaves_halfway_counts_neither_way(helper: Assistant) -> None:
    def slowly(messages: Messages) -> Reply:
        return lambda handler: handler.stream(honest(messages), size=60, wait=0.03)

    with chat_server(slowly) as served:
        writer = _writer(helper, served.url, Clock())
        for _ in range(FAILURES + 1):
            steps = helper.stream(Question(FIRST))
            next(steps)
            steps.close()  # type: ignore[attr-defined]  # a generator
        assert writer.breaker.attempt() is not None
