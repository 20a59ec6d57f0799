"""Who comes in, on every route: on this machine alone, behind a proxy, with a login. Who logs in by a browser stands in test_login."""

import json
import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
import httpx
import pytest
from conftest import Terminal
from playwright.sync_api import Browser, Page, expect
from proxying import proxied
from serving import free_port, launched, served
from starlette.types import Receive, Scope, Send
from streamlit.auth_util import set_cookie_with_chunks
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from test_access import violations
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from praktijkbaken.access import is_named, own_secret, way_in
from praktijkbaken.errors import SettingError
from praktijkbaken.settings import Settings, load_settings
from ui.gate import Gate
from ui.headers import POLICY
from ui.logins import LONGEST, Logins

SECRET = "between-the-proxy-and-the-app"
PROXY = {"PRAKTIJKBAKEN_PROXY_USER_HEADER": "X-Forwarded-User", "PRAKTIJKBAKEN_PROXY_SECRET": SECRET}
LOGIN = {
    "PRAKTIJKBAKEN_LOGIN_METADATA_URL": "https://login.example/.well-known/openid-configuration",
    "PRAKTIJKBAKEN_LOGIN_CLIENT_ID": "praktijkbaken",
    "PRAKTIJKBAKEN_LOGIN_CLIENT_SECRET": "x",
}
KNOWN = {"X-Praktijkbaken-Secret": SECRET, "X-Forwarded-User": "anna"}
ROUTES = (
    ("GET", "/"),
    ("HEAD", "/"),
    ("GET", "/verhalen"),
    ("GET", "/static/js/index.js"),
    ("GET", "/favicon.png"),
    ("GET", "/media/abc.docx"),
    ("GET", "/component/x/y"),
    ("GET", "/_stcore/bidi-components/x/y"),
    ("GET", "/_stcore/host-config"),
    ("GET", "/_stcore/metrics"),
    ("GET", "/_stcore/script-health-check"),
    ("GET", "/_stcore/health/"),
    ("GET", "//_stcore/health"),
    ("GET", "/_stcore/agent/openapi.json"),
    ("POST", "/_stcore/agent/interact"),
    ("POST", "/_stcore/agent/mcp"),
    ("PUT", "/_stcore/upload_file/a/b"),
    ("DELETE", "/_stcore/upload_file/a/b"),
    ("OPTIONS", "/_stcore/upload_file/a/b"),
    ("GET", "/_stcore/stream"),
)
LOGIN_ROUTES = (("GET", "/inloggen"), ("GET", "/auth/login"), ("GET", "/auth/logout"), ("GET", "/oauth2callback"))


async def page(_scope: Scope, _receive: Receive, send: Send) -> None:
    """An app that shows something to everybody."""
    headers = [(b"content-type", b"text/html"), (b"set-cookie", b"a=b; Path=/")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"shown"})


def asked(settings: Settings, url: str = "http://localhost/", client: str = "127.0.0.1", **headers: str) -> httpx.Response:
    """What the gate answers in front of `page`."""

    async def one() -> httpx.Response:
        transport = httpx.ASGITransport(Gate(page, settings), client=(client, 1))
        async with httpx.AsyncClient(transport=transport) as visitor:
            return await visitor.get(url, headers=headers)

    # in a thread: a browser's loop may run in this one
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(anyio.run, one).result()


@pytest.fixture(scope="module")
def behind_proxy(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    records = tmp_path_factory.mktemp("records") / "records.db"
    with served(settings, **PROXY, PRAKTIJKBAKEN_RECORDS_URL=f"sqlite:///{records}", PRAKTIJKBAKEN_ADD_IN_APP="anna") as url:
        yield url


@pytest.fixture(scope="module")
def with_login(settings: Settings) -> Iterator[str]:
    with served(settings, **{**LOGIN, "PRAKTIJKBAKEN_LOGIN_METADATA_URL": f"http://localhost:{free_port()}/"}) as url:
        yield url


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with launched(chromium) as opened:
        yield opened


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("X-Forwarded-User", "anna")],
        [("X-Praktijkbaken-Secret", SECRET)],
        [("X-Praktijkbaken-Secret", SECRET), ("X-Forwarded-User", "")],
        [("X-Praktijkbaken-Secret", SECRET[:-1]), ("X-Forwarded-User", "anna")],
        [("X-Praktijkbaken-Secret", "é"), ("X-Forwarded-User", "anna")],
        [("X-Praktijkbaken-Secret", SECRET), ("X-Forwarded-User", "anna"), ("X-Forwarded-User", "bram")],
        [("X-Praktijkbaken-Secret", "wrong"), ("X-Praktijkbaken-Secret", SECRET), ("X-Forwarded-User", "anna")],
    ],
)
def test_past_the_proxy_every_route_gives_403_in_dutch(behind_proxy: str, headers: list[tuple[str, str]]) -> None:
    sent = [(name, value.encode()) for name, value in headers]
    with httpx.Client(base_url=behind_proxy) as visitor:
        for method, path in (*ROUTES, *LOGIN_ROUTES):
            answer = visitor.request(method, f"{behind_proxy}{path}", headers=sent)  # type: ignore[arg-type]
            assert answer.status_code == 403, path
            assert method == "HEAD" or answer.text.startswith("Geen toegang."), path
        shown = visitor.get("/", headers=[*sent, ("Accept", b"text/html")])  # type: ignore[list-item]
        assert "Geen toegang" in shown.text
        assert shown.status_code == 403
        assert visitor.get("/_stcore/health").status_code == 200
    known = [(name, value) for name, value in headers if value.isascii()]
    stream = f"{behind_proxy}/_stcore/stream".replace("http", "ws")
    with pytest.raises(InvalidStatus) as refused, connect(stream, additional_headers=known):
        pass
    assert refused.value.response.status_code == 403


def test_by_the_proxy_the_same_routes_open(behind_proxy: str) -> None:
    with httpx.Client(base_url=behind_proxy, headers=KNOWN) as visitor:
        assert visitor.get("/", headers={"Accept": "text/html"}).status_code == 200
        assert visitor.get("/_stcore/host-config").status_code == 200
    with connect(f"{behind_proxy}/_stcore/stream".replace("http", "ws"), additional_headers=KNOWN) as socket:
        assert socket.response is not None
        assert socket.response.status_code == 101


def test_the_cookies_of_a_member_of_many_groups_open_the_websocket_too(behind_proxy: str) -> None:
    cookies = "; ".join(f"_streamlit_user_{at}={'x' * 4000}" for at in range(12))
    with connect(f"{behind_proxy}/_stcore/stream".replace("http", "ws"), additional_headers={**KNOWN, "Cookie": cookies}) as socket:
        assert socket.response is not None
        assert socket.response.status_code == 101


def test_without_a_login_every_route_gives_403_and_only_the_way_to_the_login_is_open(with_login: str) -> None:
    with httpx.Client(base_url=with_login) as visitor:
        for method, path in ROUTES:
            answer = visitor.request(method, f"{with_login}{path}")
            assert answer.status_code == 403, path
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["content-security-policy"] == POLICY
            assert method == "HEAD" or answer.text == "Log eerst in.", path
        assert visitor.get("/_stcore/health").status_code == 200
        assert visitor.get("/oauth2callback").headers["location"] == "/"
    with pytest.raises(InvalidStatus) as refused, connect(f"{with_login}/_stcore/stream".replace("http", "ws")):
        pass
    assert refused.value.response.status_code == 403


def test_nobody_picks_up_the_session_of_another_behind_the_proxy(behind_proxy: str) -> None:
    def session(name: str, earlier: str | None = None) -> str:
        """The session that a visitor gets; a browser whose connection broke names the one that it had."""
        told = ["streamlit", "x", *([earlier] if earlier else [])]
        stream = f"{behind_proxy}/_stcore/stream".replace("http", "ws")
        with connect(
            stream, additional_headers={**KNOWN, "X-Forwarded-User": name}, subprotocols=[Subprotocol(one) for one in told]
        ) as socket:
            socket.send(BackMsg(rerun_script=ClientState()).SerializeToString())
            while True:
                message = ForwardMsg()
                message.ParseFromString(bytes(socket.recv(timeout=20)))
                if message.HasField("new_session"):
                    return str(message.new_session.initialize.session_id)

    annas = session("anna")
    assert session("bram", annas) != annas
    assert session("anna", annas) == annas


def test_a_proxy_may_give_another_host_where_the_public_address_is_known(settings: Settings) -> None:
    # the address of `served` is the one past the proxy
    with served(settings, **PROXY, PRAKTIJKBAKEN_PUBLIC_URL="https://baken.example") as url:
        stream = f"{url}/_stcore/stream".replace("http", "ws")
        with connect(stream, additional_headers=KNOWN, origin=Origin("https://baken.example")) as socket:
            assert socket.response is not None
            assert socket.response.status_code == 101
        assert "; Secure" in httpx.get(f"{url}/_stcore/health", headers=KNOWN).headers["set-cookie"]


@pytest.mark.browser
def test_behind_a_proxy_two_people_keep_their_conversations_apart(behind_proxy: str, browser: Browser) -> None:
    def opened(url: str, path: str) -> Page:
        tab = browser.new_context(extra_http_headers={"X-Forwarded-User": "anna"}).new_page()
        tab.goto(f"{url}{path}")
        return tab

    assert violations(opened(behind_proxy, "/over"), "html") == []
    port = int(behind_proxy.rsplit(":", 1)[1])
    with proxied(port, KNOWN) as annas, proxied(port, {**KNOWN, "X-Forwarded-User": "bram"}) as brams:
        anna = opened(annas, "/")
        anna.get_by_role("button", name="Wat doet Twente?").click()
        expect(anna.get_by_role("heading", name="Bron 1", exact=True)).to_be_attached(timeout=30_000)
        anna.wait_for_url("**gesprek=**")
        path = anna.url.removeprefix(annas)
        expect(opened(annas, path).locator("[data-answer]")).to_be_visible(timeout=30_000)
        bram = opened(brams, path)
        expect(bram.get_by_text("het is niet met u gedeeld")).to_be_visible(timeout=30_000)
        assert bram.locator("[data-answer]").count() == 0
        assert bram.get_by_role("button", name="Log uit").count() == 0
        for url, may in ((annas, 1), (brams, 0)):
            tab = opened(url, "/verhalen?weergave=Toevoegen")
            expect(tab.get_by_text("Wat wilt u zien?")).to_be_visible(timeout=30_000)
            expect(tab.get_by_test_id("stFileUploader")).to_have_count(may)


def test_on_this_machine_alone_another_machine_or_a_name_that_points_here_gets_nothing() -> None:
    own = Settings()
    assert asked(own).text == "shown"
    assert asked(own, "http://127.0.0.1:8501/").text == "shown"
    assert asked(own, "http://[::1]:8501/").text == "shown"
    for answer in (asked(own, client="10.1.2.3"), asked(own, "http://elders.example/"), asked(own, "http://localhost.elders.example/")):
        assert answer.status_code == 403
        assert answer.text.startswith("Deze app is er alleen voor de computer waar zij op draait.")


def test_over_https_every_cookie_is_for_https_alone_and_nothing_shown_is_stored(tmp_path: Path) -> None:
    told = load_settings({**PROXY, "PRAKTIJKBAKEN_HOME": str(tmp_path), "PRAKTIJKBAKEN_PUBLIC_URL": "https://baken.example/"})
    answer = asked(told, **KNOWN)
    assert answer.headers["set-cookie"] == "a=b; Path=/; Secure"
    assert answer.headers["cache-control"] == "no-store"
    assert "Secure" not in asked(load_settings({**PROXY, "PRAKTIJKBAKEN_HOME": str(tmp_path)}), **KNOWN).headers["set-cookie"]


def test_a_login_counts_for_a_working_day_at_its_own_address_until_it_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings({**LOGIN, "PRAKTIJKBAKEN_HOME": str(tmp_path), "PRAKTIJKBAKEN_PUBLIC_URL": "https://baken.example"})
    logins = Logins(settings)

    def cookie(**claims: object) -> dict[str, str]:
        told = {"is_logged_in": True, "origin": "https://baken.example", "sub": "1", **claims}
        return {"_streamlit_user": create_signed_value(own_secret(settings), "_streamlit_user", json.dumps(told)).decode()}

    assert logins.holds(cookie())
    for wrong in ({}, {"_streamlit_user": ""}, cookie(is_logged_in=False), cookie(origin="https://elders.example"), cookie(sub="")):
        assert not logins.holds(wrong)
    first, second = cookie(), cookie(sub="2")
    logins.end(first)
    assert not logins.holds(first)
    assert not logins.holds({**first, "_streamlit_user_7": "x"})
    assert logins.holds(second)
    later = time.time() + LONGEST + 60
    monkeypatch.setattr(time, "time", lambda: later)
    assert not logins.holds(second)


def test_a_login_with_more_claims_than_one_cookie_holds_counts_when_its_pieces_are_whole_and_its_own(tmp_path: Path) -> None:
    settings = load_settings({**LOGIN, "PRAKTIJKBAKEN_HOME": str(tmp_path), "PRAKTIJKBAKEN_PUBLIC_URL": "https://baken.example"})

    def cookies(name: str) -> dict[str, str]:
        made: dict[str, str] = {}
        told = {"is_logged_in": True, "origin": "https://baken.example", "sub": name, "groups": [secrets.token_hex(16) for _ in range(400)]}

        def signed(of: str, value: str) -> bytes:
            return create_signed_value(own_secret(settings), of, value)

        set_cookie_with_chunks(
            lambda of, value: made.update({of: signed(of, value).decode()}), signed, "_streamlit_user", told, cookie_attr_size=90
        )
        return made

    first, second, logins = cookies("a"), cookies("b"), Logins(settings)
    assert len(first) > 2
    assert logins.holds(first)
    assert not logins.holds({name: value for name, value in first.items() if name != "_streamlit_user_2"})
    assert not logins.holds({**first, "_streamlit_user_1": first["_streamlit_user_2"]})
    logins.end(first)
    assert not logins.holds(first)
    assert logins.holds(second)


@pytest.mark.parametrize("origin", ["http://elders.example", "http://localhost:1"])
def test_a_page_of_another_site_gets_no_websocket(behind_proxy: str, origin: str) -> None:
    stream = f"{behind_proxy}/_stcore/stream".replace("http", "ws")
    with pytest.raises(InvalidStatus) as refused, connect(stream, additional_headers=KNOWN, origin=Origin(origin)):
        pass
    assert refused.value.response.status_code == 403
    with connect(stream, additional_headers=KNOWN, origin=Origin(behind_proxy)) as socket:
        assert socket.response is not None
        assert socket.response.status_code == 101


def test_the_web_app_listens_to_other_machines_only_when_it_is_known_who_comes(terminal: Terminal) -> None:
    done = terminal("serve", env={"PRAKTIJKBAKEN_HOST": "0.0.0.0"})
    assert done.returncode == 1
    assert done.stderr.strip().count("\n") == 0
    assert done.stderr.startswith("PRAKTIJKBAKEN_HOST is 0.0.0.0: dan kan iedereen in het netwerk erbij. Zet het op localhost, of stel")


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({"PRAKTIJKBAKEN_HOST": "::"}, "PRAKTIJKBAKEN_LOGIN_METADATA_URL"),
        ({"PRAKTIJKBAKEN_LOGIN_CLIENT_ID": "x"}, "PRAKTIJKBAKEN_LOGIN_CLIENT_SECRET"),
        ({"PRAKTIJKBAKEN_PROXY_USER_HEADER": "X-User"}, "PRAKTIJKBAKEN_PROXY_SECRET"),
        ({**LOGIN, **PROXY}, "allebei"),
        ({**LOGIN, "PRAKTIJKBAKEN_HOST": "0.0.0.0"}, "PRAKTIJKBAKEN_PUBLIC_URL"),
        ({**LOGIN, "PRAKTIJKBAKEN_PUBLIC_URL": "http://baken.example"}, "https://"),
        ({**LOGIN, "PRAKTIJKBAKEN_LOGIN_METADATA_URL": "http://login.example/"}, "PRAKTIJKBAKEN_LOGIN_METADATA_URL"),
        ({"PRAKTIJKBAKEN_ADD_IN_APP": "anna@organisatie.nl"}, "PRAKTIJKBAKEN_ADD_IN_APP"),
        ({"PRAKTIJKBAKEN_FEEDBACK_READERS": "anna@organisatie.nl"}, "PRAKTIJKBAKEN_FEEDBACK_READERS"),
        ({**LOGIN, "PRAKTIJKBAKEN_FEEDBACK_READERS": '"group:Werk en inkomen'}, "PRAKTIJKBAKEN_FEEDBACK_READERS"),
        ({**LOGIN, "PRAKTIJKBAKEN_FEEDBACK_READERS": "group:Werk en inkomen"}, 'noemt “en”: .* group:"Werk en inkomen"'),
        ({**LOGIN, "PRAKTIJKBAKEN_FEEDBACK_READERS": "group: beheer@organisatie.nl"}, 'noemt “group:”: .* group:"Werk en inkomen"'),
        ({**LOGIN, "PRAKTIJKBAKEN_FEEDBACK_READERS": '"group: "'}, "geen e-mailadres en geen groep"),
        ({**LOGIN, "PRAKTIJKBAKEN_ADD_IN_APP": "anna"}, "PRAKTIJKBAKEN_ADD_IN_APP noemt “anna”"),
        ({**LOGIN, "PRAKTIJKBAKEN_ADD_IN_APP": " "}, "PRAKTIJKBAKEN_ADD_IN_APP noemt niemand"),
        ({**PROXY, "PRAKTIJKBAKEN_FEEDBACK_READERS": ","}, "PRAKTIJKBAKEN_FEEDBACK_READERS noemt niemand"),
        ({**PROXY, "PRAKTIJKBAKEN_FEEDBACK_READERS": "group:beheer"}, "PRAKTIJKBAKEN_FEEDBACK_READERS"),
        ({**PROXY, "PRAKTIJKBAKEN_ADD_IN_APP": "anna group:beheer"}, "PRAKTIJKBAKEN_ADD_IN_APP"),
        ({**PROXY, "PRAKTIJKBAKEN_PROXY_SECRET": "kort"}, "PRAKTIJKBAKEN_PROXY_SECRET"),
        ({"PRAKTIJKBAKEN_COOKIE_SECRET": "kort"}, "PRAKTIJKBAKEN_COOKIE_SECRET"),
    ],
)
def test_half_a_login_is_refused_with_the_setting_to_mend(env: dict[str, str], named: str) -> None:
    with pytest.raises(SettingError, match=named) as refused:
        way_in(load_settings(env))
    assert "kort" not in str(refused.value)


def test_the_secret_of_cookies_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    made = own_secret(settings)
    assert len(made) >= 64
    assert own_secret(settings) == made
    assert [file.name for file in settings.home.iterdir()] == ["cookie-secret"]
    assert (settings.home / "cookie-secret").stat().st_mode & 0o777 == 0o600


def test_who_may_add_stays_yes_or_no_or_becomes_names() -> None:
    for given, told in (("true", True), ("False", False), ("0", False), ("a@b.nl c@d.nl", "a@b.nl c@d.nl")):
        assert load_settings({"PRAKTIJKBAKEN_ADD_IN_APP": given}).add_in_app == told


@pytest.mark.parametrize(
    ("name", "groups", "is_hers"),
    [
        ("anna@organisatie.nl", (), True),
        ("ANNA@organisatie.NL", (), True),
        ("o'neill@organisatie.nl", (), True),
        ("WERK\\bram", (), True),
        ("", (), False),
        ("", ("Werk en inkomen",), True),
        ("", ("/team/beheer",), True),
        ("", ("werk en inkomen", "Werk", "inkomen", "beheer", ""), False),
        ("bram", ("bram",), False),
        ("Werk en inkomen", (), False),
        ("group:Werk en inkomen", (), False),
    ],
)
def test_a_setting_names_people_by_their_address_and_groups_by_their_name(name: str, groups: tuple[str, ...], is_hers: bool) -> None:
    people = 'Anna@organisatie.nl, o\'neill@organisatie.nl WERK\\bram "group:Werk en inkomen",group:/team/beheer'
    assert is_named(people, name, groups) is is_hers
    assert not is_named("", name, groups)


def test_a_group_with_a_space_stands_in_quotes_whole_or_behind_its_mark() -> None:
    for people in ('"group:Werk en inkomen"', 'group:"Werk en inkomen"', 'anna@organisatie.nl,group:"Werk en inkomen"'):
        assert way_in(load_settings({**LOGIN, "PRAKTIJKBAKEN_FEEDBACK_READERS": people})) == "login"
        assert is_named(people, "", ("Werk en inkomen",))


def test_every_kind_of_white_space_parts_names_and_an_empty_group_is_nobodys() -> None:
    people = "anna@organisatie.nl\r\nbram@organisatie.nl\u00a0group:beheer"
    assert is_named(people, "anna@organisatie.nl", ())
    assert is_named(people, "bram@organisatie.nl", ())
    assert is_named(people, "", ("beheer",))
    assert not is_named("group: beheer", "", ("",))
