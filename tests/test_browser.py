"""The app as a person meets it: the real server, a real browser."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from praktijkbaken.settings import CHECKOUT, Settings

pytestmark = pytest.mark.browser
BESCHUT = "Hoe verhogen andere regio's het aantal plekken Beschut Werk?"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def address(settings: Settings) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "praktijkbaken", "serve", "--port", str(port)],
        env={**os.environ, "PRAKTIJKBAKEN_HOME": str(settings.home)},
        cwd=CHECKOUT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://localhost:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(url, timeout=1).close()
                break
            except OSError:
                time.sleep(0.25)
        yield url
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(params=[1280, 360])
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": request.param, "height": 900})
    opened.goto(address)
    yield opened
    opened.close()


def test_the_example_question_leads_by_its_mark_to_the_card_and_by_its_reading_list_to_the_story(page: Page) -> None:
    page.get_by_role("button", name=BESCHUT).click()
    card = page.get_by_role("heading", name="Bron 1", exact=True)
    expect(card).to_be_attached(timeout=30_000)
    expect(page.get_by_text("De bronnen beschrijven aanpakken.")).to_be_visible()
    page.get_by_role("link", name="bron 1", exact=False).first.click()
    expect(card).to_be_in_viewport()
    assert page.url.endswith("#bron-0-1")
    story = page.get_by_role("link", name="Oss zoekt beschut werk in het netwerk van de klant")
    assert story.get_attribute("href") == "https://www.samenvoordeklant.nl/praktijk/oss-zoekt-beschut-werk-het-netwerk-van-de-klant"
    assert story.get_attribute("target") == "_blank"


def test_a_card_leads_to_the_story_that_its_quote_is_about(page: Page) -> None:
    box = page.get_by_placeholder("Stel uw vraag")
    box.fill("Wat doet een subsidioloog?")
    box.press("Enter")
    link = page.get_by_role("link", name="Lees het verhaal").first
    expect(link).to_be_visible(timeout=30_000)
    assert str(link.get_attribute("href")).endswith("/praktijk/de-subsidioloog-voor-alle-vragen-over-het-doelgroepregister")
    assert link.get_attribute("target") == "_blank"


def test_the_page_is_dutch_fits_its_width_and_asks_nothing_of_other_hosts(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    elsewhere: list[str] = []
    page.on("request", lambda request: None if request.url.startswith((address, "data:", "blob:")) else elsewhere.append(request.url))
    response = page.goto(address)
    page.get_by_role("button", name=BESCHUT).click()
    expect(page.get_by_role("heading", name="Bron 1", exact=True)).to_be_attached(timeout=30_000)
    assert page.evaluate("document.documentElement.lang") == "nl"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert elsewhere == []
    assert response is not None
    assert "object-src 'none'" in response.headers["content-security-policy"]
    page.close()


def test_markup_in_a_question_stays_text(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    page.goto(address)
    box = page.get_by_placeholder("Stel uw vraag")
    box.fill("<img src=x onerror=alert(1)> ![x](http://localhost:1/p) Wat doet Zwolle?")
    box.press("Enter")
    expect(page.get_by_role("heading", name="Bron 1", exact=True)).to_be_attached(timeout=30_000)
    assert page.locator("img[src='x']").count() == 0
    page.close()
