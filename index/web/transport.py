"""The one way to the web: polite and guarded. Story pages, added web addresses and the archive all come through here.

Polite: robots.txt, one request at a time a host with a pause between, a named user agent. Guarded: allowed hosts and
public addresses only, on every hop; limits on time, size and type.
"""

import ssl
import threading
import time
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import TracebackType
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx
from protego import Protego

from index.web.network import Deadline, IsAllowed, PinnedBackend, RefusedAddressError, Resolve, is_public, resolve
from praktijkbaken import __version__
from praktijkbaken.errors import FetchError

USER_AGENT = f"Praktijkbaken/{__version__} (reads practice stories for an office's own assistant)"
TYPES = frozenset(
    {
        "text/html",
        "application/xhtml+xml",
        "text/plain",
        "text/markdown",
        "text/csv",
        "application/json",
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }
)
ROBOTS_BYTES = 500_000
LONGEST_PAUSE = 30.0
_REDIRECTS = (301, 302, 303, 307, 308)
_UNPACKED_AT_A_TIME = 65_536


@dataclass(frozen=True)
class Policy:
    """What a transport may do. `allowed_hosts` are names, with a port where it is not the usual one."""

    allowed_hosts: frozenset[str]
    max_bytes: int = 10_000_000
    seconds: float = 10.0
    max_redirects: int = 5
    delay: float = 1.0
    types: frozenset[str] = TYPES
    user_agent: str = USER_AGENT
    resolve: Resolve = resolve
    is_allowed_address: IsAllowed = is_public
    ssl_context: ssl.SSLContext | None = None


@dataclass(frozen=True)
class Fetched:
    """What a web address gave. `status` is 200, or 304 (not modified) with empty `content`, which is unpacked."""

    url: str
    final_url: str
    status: int
    content: bytes
    content_type: str
    charset: str | None
    etag: str | None
    last_modified: str | None


@dataclass
class _Host:
    """One request at a time, and when the last one ended."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0
    robots: Protego | None = None


class Transport:
    """Fetches web addresses under a policy. Safe in several threads."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._hosts: dict[str, _Host] = defaultdict(_Host)
        self._guard = threading.Lock()

    def __enter__(self) -> "Transport":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Nothing is kept open between requests."""

    def get(self, url: str, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """What `url` gives; with `etag` or `last_modified` of an earlier fetch perhaps only that it is unchanged.

        Raises `FetchError`, whose `kind` says what sort of problem it is.
        """
        known = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        deadline = Deadline(self.policy.seconds)
        at = url
        for _ in range(self.policy.max_redirects + 1):
            self._check(at)
            host = self._host(at)
            with host.lock:
                waited = self._wait_for(host, at)
                deadline = deadline.later(waited)
                try:
                    status, headers, content = self._request(at, {name: value for name, value in known.items() if value}, deadline)
                finally:
                    host.free_at = time.monotonic() + self._pause(host)
            if status not in _REDIRECTS:
                return self._fetched(url, at, status, headers, content)
            at = self._next(at, headers.get("location"))
        raise FetchError(f"{url} leidt meer dan {self.policy.max_redirects} keer door. Controleer het adres.", kind="unusable")

    def _host(self, url: str) -> _Host:
        with self._guard:
            return self._hosts[urlsplit(url).netloc.lower()]

    def _check(self, url: str) -> None:
        """Refuses what the policy does not allow, before anything is looked up."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise FetchError(f"{url!r} is geen bruikbaar webadres.", kind="refused") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise FetchError(f"{url!r} is geen webadres dat met http:// of https:// begint.", kind="refused")
        if parts.username or parts.password:
            raise FetchError(f"{parts.hostname}: een webadres met een naam of wachtwoord erin wordt niet opgehaald.", kind="refused")
        name = parts.hostname.lower() + (f":{port}" if port else "")
        if name not in self.policy.allowed_hosts and not (port in (80, 443) and parts.hostname.lower() in self.policy.allowed_hosts):
            raise FetchError(
                f"Van {name} mag niets worden opgehaald ({url}). Zet die naam zo nodig in PRAKTIJKBAKEN_FETCH_HOSTS.", kind="refused"
            )

    def _next(self, at: str, location: str | None) -> str:
        if not location:
            raise FetchError(f"{at} leidt door, maar zegt niet waarheen.", kind="unusable")
        to = urljoin(at, location)
        if at.startswith("https:") and not to.startswith("https:"):
            raise FetchError(f"{at} leidt door naar een onbeveiligd adres ({to}).", kind="refused")
        return to

    def _wait_for(self, host: _Host, url: str) -> float:
        """Waits for this host's turn; reads its robots.txt the first time. Returns the seconds that took."""
        started = time.monotonic()
        time.sleep(max(0.0, host.free_at - started))
        if host.robots is None:
            host.robots = self._robots(url)
            host.free_at = time.monotonic() + self._pause(host)
            time.sleep(max(0.0, host.free_at - time.monotonic()))
        if not host.robots.can_fetch(url, self.policy.user_agent):
            raise FetchError(f"{url}: de site wil niet dat dit automatisch wordt opgehaald (robots.txt).", kind="refused")
        return time.monotonic() - started

    def _pause(self, host: _Host) -> float:
        asked = host.robots.crawl_delay(self.policy.user_agent) if host.robots else None
        return max(self.policy.delay, min(float(asked or 0.0), LONGEST_PAUSE))

    def _robots(self, url: str) -> Protego:
        """The site's rules (RFC 9309): none where it answers 4xx, closed while it cannot answer."""
        parts = urlsplit(url)
        at = f"{parts.scheme}://{parts.netloc}/robots.txt"
        deadline = Deadline(self.policy.seconds)
        for _ in range(self.policy.max_redirects + 1):
            self._check(at)
            status, headers, content = self._request(at, {}, deadline, most=ROBOTS_BYTES, cut=True)
            if status not in _REDIRECTS:
                break
            at = self._next(at, headers.get("location"))
        if status >= 500:
            raise FetchError(
                f"{parts.netloc} geeft zijn regels voor ophalen (robots.txt) nu niet. Probeer het later opnieuw.", kind="unreachable"
            )
        return Protego.parse(content.decode("utf-8", "replace") if status == 200 else "")

    def _request(
        self, url: str, extra: Mapping[str, str], deadline: Deadline, most: int | None = None, cut: bool = False
    ) -> tuple[int, dict[str, str], bytes]:
        """One request, one connection, no redirects. `cut`: a longer body is cut off instead of refused."""
        address = httpx.URL(url)  # writes names and paths beyond ASCII the way the web wants them
        headers = {
            "Host": address.netloc.decode("ascii"),
            "User-Agent": self.policy.user_agent,
            "Accept": "text/html, */*;q=0.5",
            "Accept-Encoding": "gzip",
            "Connection": "close",
            **extra,
        }
        backend = PinnedBackend(self.policy.resolve, self.policy.is_allowed_address, deadline)
        try:
            with (
                httpcore.ConnectionPool(ssl_context=self._ssl, network_backend=backend, retries=0) as pool,
                pool.stream("GET", str(address), headers=list(headers.items())) as response,
            ):
                given = {name.decode("latin-1").lower(): value.decode("latin-1").strip() for name, value in response.headers}
                wanted = response.status == 200
                body = self._body(url, given, response.iter_stream(), most or self.policy.max_bytes, cut) if wanted else b""
                return response.status, given, body
        except RefusedAddressError as error:
            raise FetchError(f"{url} leidt naar een adres dat niet openbaar is ({error}).", kind="refused") from None
        except httpcore.TimeoutException:
            raise FetchError(f"{url} antwoordde niet binnen {self.policy.seconds:g} seconden.", kind="unreachable") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, ssl.SSLError, OSError) as error:
            raise FetchError(f"{url} is niet te bereiken ({str(error) or type(error).__name__}).", kind="unreachable") from None

    @cached_property
    def _ssl(self) -> ssl.SSLContext:
        return self.policy.ssl_context or ssl.create_default_context()

    def _body(self, url: str, headers: dict[str, str], stream: Iterable[bytes], most: int, cut: bool) -> bytes:
        packing = headers.get("content-encoding", "").lower()
        if packing not in ("", "identity", "gzip", "x-gzip"):
            raise FetchError(f"{url} is ingepakt als {packing!r}; dat wordt niet uitgepakt.", kind="unusable")
        length = headers.get("content-length", "")
        if not cut and length.isdigit() and int(length) > most:
            raise FetchError(f"{url} is groter dan {most // 1_000_000} MB.", kind="unusable")
        unpack = zlib.decompressobj(wbits=31) if packing.endswith("gzip") else None
        body = bytearray()
        try:
            for chunk in stream:
                for piece in _pieces(unpack, chunk):
                    body += piece
                    if len(body) > most:
                        if cut:
                            return bytes(body[:most])
                        raise FetchError(f"{url} is groter dan {most // 1_000_000} MB.", kind="unusable")
        except zlib.error:
            raise FetchError(f"{url} is niet goed ingepakt (gzip).", kind="unusable") from None
        if unpack is not None and not unpack.eof:
            raise FetchError(f"{url} brak halverwege af.", kind="unusable")
        return bytes(body)

    def _fetched(self, url: str, final: str, status: int, headers: dict[str, str], content: bytes) -> Fetched:
        if status in (404, 410):
            raise FetchError(f"{url} bestaat niet meer ({status}).", kind="gone")
        if status not in (200, 304):
            raise FetchError(f"{url} gaf status {status} in plaats van een pagina. Probeer het later opnieuw.", kind="server")
        message = httpx.Headers({"content-type": headers.get("content-type", "")})
        kind = message["content-type"].partition(";")[0].strip().lower()
        if status == 200 and kind not in self.policy.types:
            raise FetchError(f"{url} is van het soort {kind or 'onbekend'}; dat kan niet gelezen worden.", kind="unusable")
        charset = httpx.Response(200, headers=message).charset_encoding
        return Fetched(url, final, status, content, kind, charset, headers.get("etag"), headers.get("last-modified"))


def _pieces(unpack: "zlib._Decompress | None", chunk: bytes) -> Iterable[bytes]:
    """The chunk unpacked, a bounded piece at a time."""
    if unpack is None:
        yield chunk
        return
    while chunk and not unpack.eof:
        yield unpack.decompress(chunk, _UNPACKED_AT_A_TIME)
        chunk = unpack.unconsumed_tail
