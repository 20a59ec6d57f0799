"""The one way to the web: polite and guarded. Story pages, added web addresses and the archive all come through here.

Polite: robots.txt, one request at a time a host with a pause between, a named user agent. Guarded: allowed hosts and
public addresses only, on every hop; limits on time, size and type.
"""

import contextlib
import ssl
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from types import TracebackType

import httpcore
import httpx
from protego import Protego

from index.web.body import content_kind, read_body
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
_SHOWN = 200  # characters of an unusable address in a message


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
    """One request at a time, when the next one may start, and the rules of its robots.txt by scheme."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0
    robots: dict[str, Protego] = field(default_factory=dict)


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
        # a mark that a server made up and a header cannot carry is not sent back
        marks = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        known = {name: mark for name, mark in marks.items() if mark and mark.isascii() and mark.isprintable()}
        deadline = Deadline(self.policy.seconds)
        at = asked = self._address(url)
        for _ in range(self.policy.max_redirects + 1):
            self._check(at)
            host = self._host(at)
            came = time.monotonic()
            with host.lock:
                self._wait_for(host, at)
                deadline = deadline.later(time.monotonic() - came)
                try:
                    status, headers, content = self._request(at, deadline, known)
                finally:
                    host.free_at = time.monotonic() + self._pause(host, at)
            if status not in _REDIRECTS:
                self._check_status(at, status, unchanged=bool(known))
                final = url if at is asked else str(at)
                return Fetched(url, final, status, content, *content_kind(headers), headers.get("etag"), headers.get("last-modified"))
            at = self._next(at, headers.get("location"))
        raise FetchError(f"{url} leidt meer dan {self.policy.max_redirects} keer door. Controleer het adres.", kind="unusable")

    def _host(self, at: httpx.URL) -> _Host:
        with self._guard:
            return self._hosts[_name(at)]

    @staticmethod
    def _address(url: str) -> httpx.URL:
        """The address as it is checked and asked for: read once, so that no second reader can see another host in it."""
        try:
            return httpx.URL(url)
        except (httpx.InvalidURL, ValueError):
            short = url if len(url) <= _SHOWN else url[:_SHOWN] + "…"
            raise FetchError(f"{short!r} is geen bruikbaar webadres. Controleer het adres.", kind="refused") from None

    def _check(self, at: httpx.URL) -> None:
        """Refuses what the policy does not allow, before anything is looked up."""
        if at.scheme not in ("http", "https") or not at.raw_host:
            raise FetchError(f"'{at}' is geen webadres dat met http:// of https:// begint.", kind="refused")
        if at.userinfo:
            raise FetchError(f"{_name(at)}: een webadres met een naam of wachtwoord erin wordt niet opgehaald.", kind="refused")
        names = {at.raw_host.decode("ascii")}
        with contextlib.suppress(ValueError):  # a name beyond ASCII may stand in the policy either way
            names.add(at.host)
        port = "" if at.port in (None, 80, 443) else f":{at.port}"
        if not self.policy.allowed_hosts & ({name + port for name in names} | {_name(at)}):
            raise FetchError(
                f"Van {_name(at)} mag niets worden opgehaald ({at}). Zet die naam zo nodig in PRAKTIJKBAKEN_FETCH_HOSTS.", kind="refused"
            )

    def _next(self, at: httpx.URL, location: str | None) -> httpx.URL:
        if not location:
            raise FetchError(f"{at} leidt door, maar zegt niet waarheen.", kind="unusable")
        try:
            to = at.join(location)
        except (httpx.InvalidURL, ValueError):
            raise FetchError(f"{at} leidt door naar iets dat geen webadres is.", kind="unusable") from None
        if at.scheme == "https" and to.scheme == "http":
            raise FetchError(f"{at} leidt door naar een onbeveiligd adres ({to}).", kind="refused")
        return to

    def _wait_for(self, host: _Host, at: httpx.URL) -> None:
        """Waits for this host's turn; reads its robots.txt the first time."""
        time.sleep(max(0.0, host.free_at - time.monotonic()))
        if at.scheme not in host.robots:
            try:
                host.robots[at.scheme] = self._robots(at)
            finally:
                host.free_at = time.monotonic() + self._pause(host, at)
            time.sleep(max(0.0, host.free_at - time.monotonic()))
        if not host.robots[at.scheme].can_fetch(str(at), self._token):
            raise FetchError(f"{at}: de site wil niet dat dit automatisch wordt opgehaald (robots.txt).", kind="refused")

    def _pause(self, host: _Host, at: httpx.URL) -> float:
        rules = host.robots.get(at.scheme)
        asked = rules.crawl_delay(self._token) if rules else None
        return max(self.policy.delay, min(float(asked or 0.0), LONGEST_PAUSE))

    @property
    def _token(self) -> str:
        """Our name in robots.txt: Protego would find a group for any word of the whole user agent."""
        return self.policy.user_agent.partition("/")[0]

    def _robots(self, site: httpx.URL) -> Protego:
        """The site's rules (RFC 9309): none where it answers 4xx, closed while it cannot answer."""
        at = site.copy_with(raw_path=b"/robots.txt", fragment=None)
        deadline = Deadline(self.policy.seconds)
        for _ in range(self.policy.max_redirects + 1):
            self._check(at)
            status, headers, content = self._request(at, deadline, {}, robots=True)
            if status not in _REDIRECTS:
                break
            at = self._next(at, headers.get("location"))
        if status >= 500:
            raise FetchError(
                f"{_name(site)} geeft zijn regels voor ophalen (robots.txt) nu niet. Probeer het later opnieuw.", kind="unreachable"
            )
        return Protego.parse(content.decode("utf-8", "replace") if status == 200 else "")

    def _request(self, url: httpx.URL, deadline: Deadline, known: dict[str, str], robots: bool = False) -> tuple[int, httpx.Headers, bytes]:
        """One request, one connection, no redirects. `robots`: any type will do, and a longer body is cut off."""
        headers = {
            "Host": _name(url),
            "User-Agent": self.policy.user_agent,
            "Accept": "text/html, */*;q=0.5",
            "Accept-Encoding": "gzip",
            "Connection": "close",
            **known,
        }
        address = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        backend = PinnedBackend(self.policy.resolve, self.policy.is_allowed_address, deadline)
        try:
            with (
                httpcore.ConnectionPool(ssl_context=self._ssl, network_backend=backend, retries=0) as pool,
                pool.stream("GET", address, headers=list(headers.items())) as response,
            ):
                given = httpx.Headers(response.headers)
                if response.status != 200:
                    return response.status, given, b""
                most, types = (ROBOTS_BYTES, None) if robots else (self.policy.max_bytes, self.policy.types)
                return 200, given, read_body(url, given, response.iter_stream(), most, types)
        except RefusedAddressError as error:
            raise FetchError(f"{url} leidt naar een adres dat niet openbaar is ({error}).", kind="refused") from None
        except httpcore.TimeoutException:
            raise FetchError(f"{url} antwoordde niet binnen {self.policy.seconds:g} seconden.", kind="unreachable") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, ssl.SSLError, OSError) as error:
            raise FetchError(f"{url} is niet te bereiken ({str(error) or type(error).__name__}).", kind="unreachable") from None

    @cached_property
    def _ssl(self) -> ssl.SSLContext:
        return self.policy.ssl_context or ssl.create_default_context()

    @staticmethod
    def _check_status(url: httpx.URL, status: int, unchanged: bool) -> None:
        """`unchanged`: a 304 answers what was asked."""
        if status in (404, 410):
            raise FetchError(f"{url} bestaat niet meer ({status}).", kind="gone")
        if status != 200 and not (status == 304 and unchanged):
            raise FetchError(f"{url} gaf status {status} in plaats van een pagina. Probeer het later opnieuw.", kind="server")


def _name(url: httpx.URL) -> str:
    """Host, with the port where it is not the scheme's own."""
    return url.netloc.decode("ascii")
