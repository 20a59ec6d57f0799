"""A server on loopback that streams what a script tells it to, well or badly: as an OpenAI-compatible one does, or as Ollama."""

import contextlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Messages = list[dict[str, str]]
# What a script gives back: a text to stream, or a function that answers the request itself.
Reply = str | Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """One request; `say` and `stream` are for scripts."""

    server: "Server"
    body: dict[str, Any]

    def do_POST(self) -> None:  # the name is that of the standard library
        self.body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.served.requests.append(self.body)
        self.server.served.headers.append(dict(self.headers))
        reply = self.server.script(self.body["messages"])
        with contextlib.suppress(OSError):  # a client that has had enough leaves
            if isinstance(reply, str) and self.path == "/api/chat":
                self.stream_lines(reply)
            elif isinstance(reply, str):
                self.stream(reply)
            else:
                reply(self)

    def say(self, status: int, content: bytes = b"", content_type: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def begin(self, content_type: str = "text/event-stream") -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Connection", "close")
        self.end_headers()

    def event(self, data: object) -> None:
        self.wfile.write(b"data: " + (data if isinstance(data, bytes) else json.dumps(data).encode()) + b"\n\n")
        self.wfile.flush()

    def line(self, data: object) -> None:
        """One line of Ollama's stream."""
        self.wfile.write((data if isinstance(data, bytes) else json.dumps(data).encode()) + b"\n")
        self.wfile.flush()

    def say_line(self, text: str, done: str | None = None) -> None:
        """A piece of text as Ollama sends it; with `done`, the last one."""
        message = {"role": "assistant", "content": text}
        end = {"done": True, "done_reason": done, "total_duration": 1, "eval_count": 1} if done else {"done": False}
        self.line({"model": self.body["model"], "created_at": "2026-01-01T00:00:00Z", "message": message, **end})

    def stream_lines(self, text: str, done: str | None = "stop", size: int = 25, wait: float = 0.0) -> None:
        self.begin("application/x-ndjson")
        for at in range(0, len(text), size):
            self.say_line(text[at : at + size])
            time.sleep(wait)
        if done:
            self.say_line("", done)

    def piece(self, text: str | None, finish: str | None = None) -> None:
        choice = {"index": 0, "delta": {} if text is None else {"role": "assistant", "content": text}, "finish_reason": finish}
        self.event({"id": "1", "object": "chat.completion.chunk", "created": 0, "model": self.body["model"], "choices": [choice]})

    def stream(self, text: str, finish: str | None = "stop", size: int = 25, wait: float = 0.0, done: bool = True) -> None:
        self.begin()
        for at in range(0, len(text), size):
            self.piece(text[at : at + size])
            time.sleep(wait)
        if finish:
            self.piece(None, finish)
        if done:
            self.event(b"[DONE]")

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@dataclass
class Served:
    """A running server: its address for OpenAI's clients and for Ollama's, and the requests that came."""

    url: str
    root: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    script: Callable[[Messages], Reply]
    served: Served

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that leaves halfway is what many tests do."""


@contextmanager
def chat_server(script: Callable[[Messages], Reply]) -> Iterator[Served]:
    """A server whose replies `script` makes from the messages of each request."""
    server = Server(("127.0.0.1", 0), Handler)
    server.script = script
    root = f"http://127.0.0.1:{server.server_port}"
    server.served = Served(f"{root}/v1", root)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server.served
    finally:
        server.shutdown()
        server.server_close()


def honest(messages: Messages) -> str:
    """Says again what the six sentences say that have most in common with the question."""
    asked = set(re.findall(r"\w{5}", messages[-1]["content"].split("</bronnen>")[-1].lower()))
    told = [(n, re.sub(r"^\([^)]*\) ", "", text)) for n, text in evidence(messages)]
    told.sort(key=lambda one: -len(asked & set(re.findall(r"\w{5}", one[1].lower()))))
    return "\n".join(f"- {text} [{n}]" for n, text in told[:6])


def evidence(messages: Messages) -> list[tuple[int, str]]:
    """The numbered sentences that a request shows."""
    text = messages[-1]["content"]
    numbered = (line.partition("] ") for line in text.split("\n") if line.startswith("["))
    return [(int(mark[1:]), sentence) for mark, _, sentence in numbered if mark[1:].isdigit()]
