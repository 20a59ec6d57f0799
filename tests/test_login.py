"""Logging in as a person does: the real server, a real browser, and a real OpenID Connect provider on loopback."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import Terminal
from playwright.sync_api import Browser, BrowserContext, Page, expect
from provider import CLIENT, GROUP, MEMBER, SECRET, UNVERIFIED
from serving import free_port, launched, provided, served
from test_access import violations

from praktijkbaken.settings import Settings

pytestmark = pytest.mark.browser
QUESTION = "Wat doet Twente?"
STORY = "verhaal?verhaal=oss-zoekt-beschut-werk-in-het-netwerk-van-de-klant"
PLACES = ("", "verhalen", "verhalen?weergave=Toevoegen", STORY, "bron?van=9167&tot=9302", "evaluatie", "over", "?gesprek=bestaat-niet")


@dataclass(frozen=True)
class Place:
    """The app, and the provider that it sends people to."""

    app: str
    provider: str
    home: Path


def login_settings(metadata: str, secret: str = SECRET) -> dict[str, str]:
    return {
        "PRAKTIJKBAKEN_LOGIN_METADATA_URL": metadata,
        "PRAKTIJKBAKEN_LOGIN_CLIENT_ID": CLIENT,
        "PRAKTIJKBAKEN_LOGIN_CLIENT_SECRET": secret,
    }


@pytest.fixture(scope="module")
def place(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    port, home = free_port(), tmp_path_factory.mktemp("records")
    records = f"sqlite:///{home / 'records.db'}"
    with (
        provided(free_port(), f"http://localhost:{port}/oauth2callback", tmp_path_factory.mktemp("provider")) as metadata,
        served(
            settings,
            port,
            **login_settings(metadata),
            PRAKTIJKBAKEN_RECORDS_URL=records,
            PRAKTIJKBAKEN_ADD_IN_APP=f'Anna@organisatie.nl, dora@organisatie.nl, "group:{GROUP}"',
            PRAKTIJKBAKEN_FEEDBACK_READERS=f'"group:{GROUP}"',
        ) as url,
    ):
        yield Place(url, metadata.split("/o/")[0], home)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with launched(chromium) as opened:
        yield opened


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Opens pages, each in a browser of its own: no cookie is shared."""
    opened: list[BrowserContext] = []

    def one() -> Page:
        opened.append(browser.new_context())
        return opened[-1].new_page()

    yield one
    for context in opened:
        context.close()


def log_in(page: Page, name: str) -> None:
    """From the page to log in to the app, by the form of the provider."""
    page.get_by_role("link", name="Log in").click()
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(name)
    page.get_by_role("button", name="Aanmelden").click()
    expect(page.get_by_role("button", name="Log uit")).to_be_visible(timeout=30_000)


def ask(page: Page) -> str:
    """Asks the question; returns the address of the conversation."""
    page.get_by_role("button", name=QUESTION).click()
    expect(page.get_by_role("heading", name="Bron 1", exact=True)).to_be_attached(timeout=30_000)
    page.wait_for_url("**gesprek=**")
    return page.url


def test_who_logs_in_comes_where_she_was_going_asks_and_finds_her_conversations_again(visit: Callable[[], Page], place: Place) -> None:
    page = visit()
    page.goto(f"{place.app}/{STORY}")
    assert page.title() == "Inloggen – Praktijkbaken"
    log_in(page, "anna")
    expect(page.get_by_role("heading", name="Oss zoekt beschut werk")).to_be_visible(timeout=30_000)
    assert page.url == f"{place.app}/{STORY}"
    page.goto(place.app)
    address = ask(page)
    again = visit()
    again.goto(address)
    log_in(again, "anna")
    assert again.url == address
    expect(again.get_by_role("heading", name=QUESTION)).to_be_visible(timeout=30_000)
    again.get_by_text("Eerdere gesprekken (").click()
    expect(again.get_by_text("bij uw organisatie")).to_be_visible()


def test_a_second_person_sees_nothing_of_the_first_not_even_by_the_address_but_only_what_is_shared(
    visit: Callable[[], Page], place: Place
) -> None:
    page = visit()
    page.goto(place.app)
    log_in(page, "anna")
    address = ask(page)
    page.get_by_text("Kopieer, bewaar of deel").click()
    link = page.locator("[data-testid=stCode]").last
    # while its box opens it has no text that is seen
    expect(link).to_have_text(re.compile("gesprek="), use_inner_text=True, timeout=30_000)
    shared = link.inner_text().strip()
    other = visit()
    other.goto(address)
    log_in(other, "bram")
    expect(other.get_by_text("het is niet met u gedeeld")).to_be_visible(timeout=30_000)
    assert other.get_by_text("Eerdere gesprekken").count() == 0
    assert other.locator("[data-answer]").count() == 0
    other.goto(f"{place.app}/evaluatie")
    expect(other.get_by_text("Er zijn nog geen oordelen")).to_be_visible(timeout=30_000)
    other.goto(shared)
    expect(other.locator("[data-answer]")).to_be_visible(timeout=30_000)
    other.reload()
    expect(other.locator("[data-answer]")).to_be_visible(timeout=30_000)


def test_who_logs_in_after_another_in_the_same_browser_finds_nothing_of_hers_not_by_going_back_either(
    visit: Callable[[], Page], place: Place
) -> None:
    page = visit()
    page.goto(place.app)
    log_in(page, "anna")
    address = ask(page)
    page.get_by_role("button", name="Log uit").click()
    expect(page.get_by_role("link", name="Log in")).to_be_visible(timeout=30_000)
    page.go_back()
    assert page.url == address
    expect(page.get_by_role("link", name="Log in")).to_be_visible(timeout=30_000)
    assert page.locator("[data-answer]").count() == 0
    log_in(page, "bram")
    expect(page.get_by_text("het is niet met u gedeeld")).to_be_visible(timeout=30_000)
    assert page.locator("[data-answer]").count() == 0
    page.goto(f"{place.app}/over")
    expect(page.get_by_text("U bent ingelogd als bram@organisatie.nl.")).to_be_visible(timeout=30_000)


def test_only_whom_the_setting_names_by_a_checked_address_or_a_group_may_add_sources(visit: Callable[[], Page], place: Place) -> None:
    for name, may in (("anna", 1), ("bram", 0), (MEMBER, 1), (UNVERIFIED, 0)):
        page = visit()
        page.goto(f"{place.app}/verhalen?weergave=Toevoegen")
        log_in(page, name)
        expect(page.get_by_text("Wat wilt u zien?")).to_be_visible(timeout=30_000)
        expect(page.get_by_test_id("stFileUploader")).to_have_count(may)


def test_everybodys_judgements_are_for_the_named_group_and_who_judges_is_told(visit: Callable[[], Page], place: Place) -> None:
    page = visit()
    page.goto(place.app)
    log_in(page, "anna")
    ask(page)
    page.get_by_role("radio", name="Niet goed").click()
    expect(page.get_by_text("Wie uw beheerder daarvoor aanwijst, kan uw oordelen lezen")).to_be_visible()
    page.get_by_label("Waarom?").fill("mist Rijnmond")
    page.get_by_role("button", name="Verstuur uw oordeel").click()
    expect(page.get_by_text("Bedankt. Uw oordeel is bewaard")).to_be_visible()
    for name, seen, reasons in (
        ("anna", "U ziet alleen uw eigen oordelen.", 1),
        ("bram", "Er zijn nog geen oordelen.", 0),
        (MEMBER, "U ziet alle oordelen, want uw beheerder gaf u dat recht.", 1),
    ):
        other = visit()
        other.goto(f"{place.app}/evaluatie")
        log_in(other, name)
        expect(other.get_by_text(seen)).to_be_visible()
        expect(other.get_by_role("cell", name="mist Rijnmond")).to_have_count(reasons)
        assert other.get_by_text("anna@").count() == 0


def test_before_the_login_no_page_shows_or_sends_anything(visit: Callable[[], Page], place: Place) -> None:
    page = visit()
    sockets: list[str] = []
    answers: list[int] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.on("response", lambda response: answers.append(response.status))
    for path in PLACES:
        page.goto(f"{place.app}/{path}")
        assert " ".join(page.locator("body").inner_text().split()) == (
            "Naar de inhoud Praktijkbaken Praktijkbaken zoekt in praktijkverhalen over werk. "
            "Log in met het account van uw organisatie. Log in"
        )
    assert sockets == []
    assert set(answers) == {403}


def test_a_tampered_cookie_is_no_login(visit: Callable[[], Page], place: Place) -> None:
    page = visit()
    page.goto(place.app)
    log_in(page, "anna")
    kept = page.context.cookies()
    user = next(one for one in kept if one["name"] == "_streamlit_user")
    assert user["httpOnly"]
    assert user["sameSite"] == "Lax"
    middle = len(user["value"]) // 2
    for value in (user["value"][:middle] + ("A" if user["value"][middle] != "A" else "B") + user["value"][middle + 1 :], "chunks-3", "é"):
        page.context.add_cookies([{**user, "value": value}])  # type: ignore[list-item]
        page.goto(f"{place.app}/over")
        assert page.title() == "Inloggen – Praktijkbaken"
    page.context.add_cookies([user])  # type: ignore[list-item]
    page.goto(f"{place.app}/over")
    expect(page.get_by_role("button", name="Log uit")).to_be_visible(timeout=30_000)


def test_who_logs_out_is_out_here_in_other_tabs_with_a_copy_of_the_cookie_and_at_the_provider(
    visit: Callable[[], Page], place: Place
) -> None:
    page = visit()
    page.goto(place.app)
    log_in(page, "anna")
    kept = page.context.cookies()
    other_tab = page.context.new_page()
    other_tab.goto(place.app)
    ask(other_tab)
    page.get_by_role("button", name="Log uit").click()
    expect(page.get_by_role("link", name="Log in")).to_be_visible(timeout=30_000)
    other_tab.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(other_tab.get_by_role("link", name="Log in")).to_be_visible(timeout=30_000)
    assert other_tab.locator("[data-answer]").count() == 0
    thief = visit()
    thief.context.add_cookies([one for one in kept if one["name"].startswith("_streamlit")])  # type: ignore[misc]
    thief.goto(place.app)
    expect(thief.get_by_role("link", name="Log in")).to_be_visible()
    page.get_by_role("link", name="Log in").click()
    expect(page.get_by_label("Password")).to_be_visible()


def test_another_tab_that_is_used_after_the_logout_shows_nothing_more(visit: Callable[[], Page], place: Place) -> None:
    page = visit()
    page.goto(place.app)
    log_in(page, "anna")
    page.evaluate("navigator.sendBeacon = undefined")
    page.request.get(f"{place.app}/auth/logout", max_redirects=0)
    page.get_by_role("button", name=QUESTION).click()
    expect(page.get_by_text("U bent niet (meer) ingelogd")).to_be_visible(timeout=30_000)
    assert page.locator("[data-answer]").count() == 0


def test_a_wrong_secret_is_said_with_the_next_step_and_lets_nobody_in(
    visit: Callable[[], Page], settings: Settings, tmp_path: Path
) -> None:
    port = free_port()
    with (
        provided(free_port(), f"http://localhost:{port}/oauth2callback", tmp_path / "provider") as metadata,
        served(settings, port, **login_settings(metadata, "not-the-secret")) as url,
    ):
        page = visit()
        page.goto(url)
        page.get_by_role("link", name="Log in").click()
        page.get_by_label("Username").fill("anna")
        page.get_by_label("Password").fill("anna")
        page.get_by_role("button", name="Aanmelden").click()
        expect(page.get_by_role("alert")).to_contain_text("Het inloggen is niet gelukt. Log opnieuw in.")
        expect(page.get_by_role("alert")).to_contain_text("door aan uw beheerder")
        page.goto(f"{url}/over")
        assert page.title() == "Inloggen – Praktijkbaken"


def test_a_provider_that_is_down_is_said_with_the_next_step(visit: Callable[[], Page], settings: Settings) -> None:
    with served(settings, **login_settings(f"http://localhost:{free_port()}/o/.well-known/openid-configuration")) as url:
        page = visit()
        page.goto(url)
        page.get_by_role("link", name="Log in").click()
        expect(page.get_by_role("alert")).to_contain_text("De inlogdienst van uw organisatie geeft nu geen antwoord. Probeer het straks")
        expect(page.get_by_role("link", name="Log in")).to_be_visible()


def test_a_login_that_was_broken_off_is_said(visit: Callable[[], Page], place: Place) -> None:
    page = visit()
    page.goto(f"{place.app}/oauth2callback?error=access_denied&state=x")
    expect(page.get_by_role("alert")).to_contain_text("liet u niet door")


def test_the_login_is_for_no_other_site_to_use(visit: Callable[[], Page], place: Place) -> None:
    for wanted in ("https://elders.example/", "//elders.example/", "/\\elders.example/"):
        page = visit()
        page.goto(f"{place.app}/inloggen?naar={wanted}")
        page.get_by_label("Username").fill("anna")
        page.get_by_label("Password").fill("anna")
        page.get_by_role("button", name="Aanmelden").click()
        expect(page.get_by_role("button", name="Log uit")).to_be_visible(timeout=30_000)
        assert page.url == f"{place.app}/"


def test_under_a_path_the_way_to_the_login_and_back_stays_there(visit: Callable[[], Page], settings: Settings, tmp_path: Path) -> None:
    port = free_port()
    own = f"http://localhost:{port}/baken"
    with (
        provided(free_port(), f"{own}/oauth2callback", tmp_path / "provider") as metadata,
        served(settings, port, **login_settings(metadata), PRAKTIJKBAKEN_PUBLIC_URL=own) as url,
    ):
        page = visit()
        page.goto(f"{url}/over")
        log_in(page, "anna")
        assert page.url == f"{own}/over"
        user = next(one for one in page.context.cookies() if one["name"] == "_streamlit_user")
        assert user["path"] == "/baken"
        page.get_by_role("link", name="Verhalen").first.click()
        expect(page.get_by_text("68 verhalen", exact=True)).to_be_visible(timeout=30_000)
        page.get_by_role("button", name="Log uit").click()
        expect(page.get_by_role("link", name="Log in")).to_be_visible(timeout=30_000)


def test_axe_finds_nothing_on_the_page_to_log_in_with_and_without_a_line_nor_on_the_menu_after_it(
    visit: Callable[[], Page], place: Place
) -> None:
    page = visit()
    for path in ("", "oauth2callback?error=access_denied"):
        page.goto(f"{place.app}/{path}")
        assert violations(page, "html") == []
    log_in(page, "anna")
    assert violations(page) == []


def test_doctor_says_who_comes_in_and_whether_the_provider_answers(terminal: Terminal, place: Place) -> None:
    metadata = f"{place.provider}/o/.well-known/openid-configuration"
    assert f"goed  toegang: inloggen bij {place.provider}/o, dat" in terminal("doctor", env=login_settings(metadata)).stdout
    for wrong in (metadata + "x", place.app, f"http://localhost:{free_port()}/"):
        done = terminal("doctor", env=login_settings(wrong))
        assert done.returncode == 1
        assert f"FOUT  toegang: {wrong} geeft geen gegevens om in te loggen" in done.stdout
    assert "goed  toegang: alleen deze computer" in terminal("doctor").stdout


def test_no_secret_and_no_login_is_written(place: Place, settings: Settings) -> None:
    kept = settings.home / "cookie-secret"
    assert kept.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(place.home / "records.db") as records:
        names = {name for (name,) in records.execute("select distinct visitor from conversations")}
    assert names
    assert all(name.startswith(f"{place.provider}/o ") for name in names)
    files = [file for file in settings.home.rglob("*") if file.is_file() and file != kept]
    assert not [file for file in files if SECRET.encode() in file.read_bytes()]
