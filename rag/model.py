"""The one place that knows the chat-model client: any model that LangChain can start, an OpenAI-compatible server first."""

import ipaddress
import time
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from praktijkbaken.errors import ModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# An answer of six statements, sent in pieces, is some 30 kB.
MOST_BYTES = 2_000_000
# Ollama's own address. Its client would else take one from the environment, which may be anywhere.
OLLAMA = "http://127.0.0.1:11434"


def chat_model(name: str, url: str | None, key: str | None, seconds: float) -> "BaseChatModel":
    """The chat model called `name` ("openai:…", "ollama:…": provider and model).

    `url` is the address of the server, for a server of one's own; `seconds` is the most that one request may take.
    Nothing is sent yet. Raises `ModelError` for an unknown provider or one whose package is missing.
    """
    from langchain.chat_models import init_chat_model

    options: dict[str, object] = {"temperature": 0}
    provider = name.partition(":")[0]
    if provider == "ollama":
        url = url or OLLAMA
    transport: dict[str, object] = {
        "timeout": seconds,
        # a server that sends us on does not decide who else gets to read the question
        "follow_redirects": False,
        # nor does a proxy, where the server is our own
        "trust_env": not _is_local(url),
        "event_hooks": {"response": [_limit]},
    }
    if provider == "ollama":
        options["client_kwargs"] = {**transport, "auth": _Bearer(key)}
    else:
        options |= {"timeout": seconds, "max_retries": 0}
    if provider == "openai":
        options["http_client"] = httpx.Client(**transport)  # type: ignore[arg-type]  # one dictionary for two clients
        if url:
            options["use_responses_api"] = False  # other servers know the chat endpoint
    if url:
        options["base_url"] = url
    if provider != "ollama" and (key or (url and provider == "openai")):
        options["api_key"] = key or "none"  # a server of one's own often asks for none, the client always does
    try:
        return init_chat_model(name, **options)  # type: ignore[call-overload,no-any-return]  # the options differ by provider
    except ImportError:
        raise ModelError(
            f"Voor {name!r} ontbreekt een pakket. Geef: pip install -e '.[model]', of installeer langchain-{provider}."
        ) from None
    except ValueError as error:
        raise ModelError(f"{name!r} is geen bekend model ({str(error)[:150]}). Schrijf het als openai:NAAM of ollama:NAAM.") from None


def try_out(model: "BaseChatModel", seconds: float) -> float:
    """The seconds that a short reply took. Raises `ModelError` when none came in time."""
    from langchain_core.messages import HumanMessage

    from rag.reply import ReplyError, pieces

    started = time.monotonic()
    try:
        said = "".join(pieces(model, [HumanMessage("Antwoord met één woord: ja")], started + seconds))
    except ReplyError as fault:
        raise ModelError(f"geen antwoord: {_TOLD[fault.reason]} ({fault.kind})") from None
    if not said.strip():
        raise ModelError("een leeg antwoord")
    return time.monotonic() - started


_TOLD = {
    "slow": "het duurt te lang",
    "down": "de server is niet te bereiken of meldt een fout",
    "quota": "het tegoed of de limiet is op",
    "refused": "de sleutel is niet goed",
    "cut": "het antwoord breekt af",
    "unusable": "het antwoord is niet te lezen",
}


class _Bearer(httpx.Auth):
    """Sends our key, and never one that the environment holds. As an object of its own: a header would show in the client's repr."""

    def __init__(self, key: str | None) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """The request with our key, or with none."""
        request.headers.pop("Authorization", None)
        if self._key:
            request.headers["Authorization"] = f"Bearer {self._key}"
        yield request


class _Limited(httpx.SyncByteStream):
    """A response's bytes, of which no more than `MOST_BYTES` are read: a line without an end would fill the memory."""

    def __init__(self, stream: httpx.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        read = 0
        for piece in self._stream:
            read += len(piece)
            if read > MOST_BYTES:
                raise httpx.DecodingError("the reply is too large")
            yield piece

    def close(self) -> None:
        """Ends the connection's part in this response."""
        self._stream.close()


def _limit(response: httpx.Response) -> None:
    if isinstance(response.stream, httpx.SyncByteStream):
        response.stream = _Limited(response.stream)


def _is_local(url: str | None) -> bool:
    """Is this address on this machine or in its own network?"""
    host = urlsplit(url).hostname or "" if url else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
    return address.is_private or address.is_loopback
