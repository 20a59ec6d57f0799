"""Answers by Ollama's own protocol, on a real server on loopback: an honest model, and the ways in which a server fails."""

import json
import logging
import re
import socket
import time
from collections.abc import Callable, Iterator

import pytest
from chat_server import Handler, Messages, chat_server, honest

from index.embedding import embeddings_for
from index.snapshot import Snapshot
from praktijkbaken.settings import Settings, load_settings
from rag.answer import Answer
from rag.assistant import Assistant, Question
from rag.breaker import Breaker
from rag.verify import problems
from rag.writer import writer_for

QUESTIONS = (
    "Hoe verhogen andere regio's het aantal plekken Beschut Werk?",
    "Hoeveel bezoekers trok de banenmarkt in Groningen?",
    "Wat doet Midden-Utrecht met financiële regelingen?",
    "Hoe werkt de subsidioloog?",
)
SECONDS = 2.0
Make = Callable[..., Assistant]


@pytest.fixture(scope="module")
def make(settings: Settings, snapshot: Snapshot) -> Make:
    """An assistant for which the settings of the environment name a model of Ollama."""
    engine = embeddings_for(settings.embedding_model)

    def made(url: str, key: str = "") -> Assistant:
        told = load_settings({
            "PRAKTIJKBAKEN_HOME": str(settings.home),
            "PRAKTIJKBAKEN_MODEL": "ollama:proef",
            "PRAKTIJKBAKEN_MODEL_URL": url,
            "PRAKTIJKBAKEN_MODEL_SECONDS": str(SECONDS),
            **({"PRAKTIJKBAKEN_MODEL_KEY": key} if key else {}),
        })  # fmt: skip
        return Assistant(snapshot, told, engine, writer=writer_for(told))

    return made


def test_an_honest_model_of_ollama_writes_the_answer(make: Make) -> None:
    with chat_server(honest) as served:
        helper = make(served.root)
        for text in QUESTIONS:
            answer = helper.invoke(Question(text))
            assert (answer.mode, answer.model) == ("generated", "ollama:proef"), text
            assert problems(answer, helper.snapshot, helper.links) == []
        first = served.requests[0]
    assert first["model"] == "proef"
    assert first["stream"] is True
    assert first["options"]["temperature"] == 0


def test_only_the_key_of_the_settings_is_sent_and_it_is_shown_nowhere(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def spying(_messages: Messages) -> str:
        raise AssertionError("the spy was asked")

    with chat_server(spying) as spy, chat_server(honest) as served:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "OLLAMA_HOST"):
            monkeypatch.setenv(name, spy.root)
        monkeypatch.setenv("OLLAMA_API_KEY", "sleutel-van-een-ander")
        without, with_key = make(served.root), make(served.root, "sleutel-geheim")
        assert without.invoke(Question(QUESTIONS[1])).mode == "generated"
        assert "Authorization" not in served.headers[-1]
        assert with_key.invoke(Question(QUESTIONS[1])).mode == "generated"
        assert served.headers[-1]["Authorization"] == "Bearer sleutel-geheim"
        assert "sleutel-van-een-ander" not in json.dumps(served.headers)
        writer = with_key.writer
        assert "sleutel-geheim" not in repr(writer) + repr(vars(writer))
        # without an address it is the server on this machine, whatever the environment says
        alone = load_settings({"PRAKTIJKBAKEN_MODEL": "ollama:proef"})
        assert "127.0.0.1:11434" in repr(vars(writer_for(alone)))
        assert spy.requests == []


# --- what the server does wrong


def _raw(content: bytes, status: int = 200, content_type: str = "application/json") -> Callable[[Handler], None]:
    return lambda handler: handler.say(status, content, content_type)


def _stall_before(_handler: Handler) -> None:
    time.sleep(SECONDS + 3)


def _stall_midway(handler: Handler) -> None:
    handler.begin("application/x-ndjson")
    handler.say_line("- Oss zoekt ")
    time.sleep(SECONDS + 3)


def _drips(handler: Handler) -> None:
    handler.begin("application/x-ndjson")
    for _ in range(60):
        handler.say_line("a")
        time.sleep(0.15)


def _lines(*lines: object) -> Callable[[Handler], None]:
    def script(handler: Handler) -> None:
        handler.begin("application/x-ndjson")
        handler.say_line("- Oss zoekt werkplekken ")
        for line in lines:
            handler.line(line)

    return script


def _one_long_line(handler: Handler) -> None:
    handler.begin("application/x-ndjson")
    for _ in range(60):
        handler.wfile.write(b"x" * 100_000)


def _hangs_up(handler: Handler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


_TEXT = "- Oss zoekt werkplekken in de omgeving van de cliënt. [1]\n"
FAULTS: dict[str, Callable[[Handler], None]] = {
    "401": _raw(b'{"error": "unauthorized"}', 401),
    "404, an unknown model": _raw(b'{"error": "model \\"proef\\" not found, try pulling it first"}', 404),
    "429": _raw(b'{"error": "too many requests"}', 429),
    "500": _raw(b'{"error": "llama runner process has terminated"}', 500),
    "503": _raw(b'{"error": "server busy"}', 503),
    "sent on": lambda handler: handler.say(307, b"", Location="http://127.0.0.1:9/api/chat"),
    "a page": _raw(b"<html>welkom</html>", 200, "text/html"),
    "nothing": _raw(b"", 200, "application/x-ndjson"),
    "a broken line": _lines(b'{"model": "proef", "message": {"role": "assistant", "content": "in de omg'),
    "lines of another kind": _lines([1, 2], "tekst", 7),
    "an error in the stream": _lines({"error": "an error was encountered while running the model"}),
    "cut off without an end": lambda handler: handler.stream_lines(_TEXT * 3, done=None),
    "done_reason length": lambda handler: handler.stream_lines(_TEXT * 3, done="length"),
    "done_reason load": lambda handler: handler.stream_lines("", done="load"),
    "an empty text": lambda handler: handler.stream_lines(""),
    "NULs": lambda handler: handler.stream_lines("- Oss\0zoekt werkplekken.\0\0 [1]\n"),
    "a line without an end": _one_long_line,
    "stalls before the first byte": _stall_before,
    "stalls midway": _stall_midway,
    "drips": _drips,
    "hangs up": _hangs_up,
}


@pytest.fixture(scope="module")
def broken(make: Make) -> Iterator[tuple[Assistant, dict[str, Callable[[Handler], None]]]]:
    now: dict[str, Callable[[Handler], None]] = {}
    with chat_server(lambda _messages: now["fault"]) as served:
        yield make(served.root, "sleutel-geheim"), now


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_ollama_ends_in_quotes_with_a_notice_in_time(
    fault: str,
    broken: tuple[Assistant, dict[str, Callable[[Handler], None]]],
    assistant: Assistant,
    caplog: pytest.LogCaptureFixture,
) -> None:
    helper, now = broken
    now["fault"] = FAULTS[fault]
    assert helper.writer is not None
    helper.writer.breaker = Breaker()  # the fault before may have been of the server
    caplog.set_level(logging.INFO)
    began = time.monotonic()
    *_, answer = helper.stream(Question(QUESTIONS[0]))
    assert time.monotonic() - began < SECONDS + 2
    check_quotes(answer, helper, assistant)
    assert "sleutel-geheim" not in answer.to_json() + caplog.text  # type: ignore[union-attr]  # an answer, as was checked


def test_an_ollama_that_is_not_there_ends_in_quotes_at_once(make: Make, assistant: Assistant) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        helper = make(f"http://127.0.0.1:{free.getsockname()[1]}")
    began = time.monotonic()
    answer = helper.invoke(Question(QUESTIONS[0]))
    assert time.monotonic() - began < SECONDS
    check_quotes(answer, helper, assistant)
    assert answer.notices[0] == "Het taalmodel is niet te bereiken. Daarom ziet u citaten."


def check_quotes(answer: object, helper: Assistant, assistant: Assistant) -> None:
    """A whole answer in quotes, the same as without a model, that says why."""
    assert isinstance(answer, Answer)
    assert (answer.mode, answer.model, answer.status) == ("extractive", None, "answered")
    assert answer.citations
    assert problems(answer, helper.snapshot, helper.links) == []
    assert answer.text == assistant.invoke(Question(QUESTIONS[0])).text
    assert re.search(r"taalmodel.*(?:citaten\.|doctor)$", answer.notices[0])
