"""WCAG 2.2 A and AA as axe sees them, on every page, wide and narrow, light and dark. What axe cannot see stands in test_browser."""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from serving import launched, moved, served

from evals.cases import read_cases
from evals.run import run, write_run
from evals.systems import runs_folder, system
from praktijkbaken.records import Records
from praktijkbaken.settings import Settings

pytestmark = pytest.mark.browser
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
BANEN = "Wat is het verschil tussen de banenmarkt in Groningen en die in Haaglanden?"
PATHS = (
    "verhalen",
    "verhalen?zoek=psychische+klachten",
    "verhalen?weergave=Kaart",
    "verhalen?weergave=Thema+en+regio",
    "verhalen?weergave=Naast+elkaar&regios=Twente&regios=Rijnmond",
    "verhalen?weergave=Toevoegen",
    "verhaal?verhaal=oss-zoekt-beschut-werk-in-het-netwerk-van-de-klant",
    "bron?van=9167&tot=9302",
    "evaluatie",
    "over",
)


@pytest.fixture(scope="module")
def address(settings: Settings) -> Iterator[str]:
    with served(settings) as url:
        yield url


@pytest.fixture(scope="module")
def measured(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on a home with three runs over a handful of cases, and two judgements."""
    own = moved(settings, tmp_path_factory.mktemp("measured"))
    for name in ("bm25 alone", "assistant", "assistant"):
        one = system(name, own)
        write_run(run(read_cases()[:6], one, "development"), one, own, runs_folder(own.home))
    kept = Records(own)
    kept.judge("deze computer", "a1", "Wat doet Twente?", True, "")
    kept.judge("deze computer", "a2", "Wat kost een jobcoach bij een werkgever in de regio Stedendriehoek?", False, "geen bedrag")
    with served(own) as url:
        yield url


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with launched(chromium) as opened:
        yield opened


def violations(page: Page, root: str = ".stApp") -> list[str]:
    """What axe finds on the page as it stands, wide and narrow, light and dark; `root` has the colour scheme."""
    found = []
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(250)
            shown = page.evaluate("root => getComputedStyle(document.querySelector(root)).colorScheme", root)
            assert shown == scheme or (shown == "light dark" and page.evaluate(f"matchMedia('(prefers-color-scheme: {scheme})').matches"))
            for one in Axe().run(page, options=RULES).response["violations"]:
                found += [f"{width} {scheme} {one['id']}: {node['html'][:200]}" for node in one["nodes"]]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    return found


def test_axe_finds_nothing_on_any_page(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    expect(page.get_by_role("button", name="Wat doet Twente?")).to_be_visible(timeout=30_000)
    found = {"chat": violations(page)}
    page.get_by_role("button", name="Wat is het verschil").click()
    expect(page.get_by_role("heading", name="Bron 1", exact=True)).to_be_attached(timeout=30_000)
    # drawn last: a question typed while the page is still being drawn may be lost
    expect(page.get_by_role("button", name="Begin een nieuw gesprek")).to_be_visible(timeout=30_000)
    box = page.get_by_placeholder("Stel uw vraag")
    box.fill("Hoeveel Beschut Werk-plekken waren er in 2023 in Utrecht?")
    box.press("Enter")
    expect(page.locator(".pb-none")).to_be_attached(timeout=30_000)
    for summary in page.get_by_test_id("stExpander").locator("summary").all():
        summary.click()
    found["answer"] = violations(page)
    page.get_by_role("link", name="Toon in het rapport").first.click()
    expect(page.locator("mark").first).to_be_attached(timeout=30_000)
    found["quote"] = violations(page)
    for path in PATHS:
        page.goto(f"{address}/{path}")
        expect(page.locator("h1#inhoud")).to_be_visible(timeout=30_000)
        page.wait_for_timeout(300)
        found[path] = violations(page)
    page.close()
    assert {path: told for path, told in found.items() if told} == {}


def test_axe_finds_nothing_on_the_evaluation_with_runs_and_judgements(browser: Browser, measured: str) -> None:
    page = browser.new_page()
    page.goto(f"{measured}/evaluatie")
    expect(page.get_by_role("heading", name="Oordelen van gebruikers")).to_be_visible(timeout=30_000)
    expect(page.locator("svg.marks")).to_be_visible(timeout=30_000)
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    page.wait_for_timeout(1500)  # the chart is drawn again
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 320
    page.close()


def test_at_320_pixels_and_at_twice_the_size_nothing_is_cut_off(browser: Browser, address: str) -> None:
    # 640 pixels at 200 % is 320 to lay out in
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(address)
    for n, question in enumerate((BANEN, "Hoeveel Beschut Werk-plekken waren er in 2023 in Utrecht?")):
        page.get_by_placeholder("Stel uw vraag").fill(question)
        page.get_by_placeholder("Stel uw vraag").press("Enter")
        expect(page.locator(f".st-key-answer-{n} [data-answer]")).to_be_visible()
    page.get_by_role("radio", name="Niet goed").last.click()
    expect(page.get_by_label("Waarom?")).to_be_visible()
    for summary in page.get_by_test_id("stExpander").locator("summary").all():
        summary.click()
    page.wait_for_timeout(600)
    cut = {"answer": cut_off(page)}
    page.get_by_role("link", name="Toon in het rapport").first.click()
    expect(page.locator("mark").first).to_be_attached()
    cut["quote"] = cut_off(page)
    for path in ("", *PATHS):
        page.goto(f"{address}/{path}")
        expect(page.locator("h1#inhoud")).to_be_visible()
        page.wait_for_timeout(600)
        cut[path] = cut_off(page)
    page.close()
    assert {path: found for path, found in cut.items() if found} == {}


def cut_off(page: Page) -> list[str]:
    """What does not fit the page's width: its text or edge lies outside, or is cut where nobody can scroll to it."""
    return list(
        page.evaluate("""() => {
        const wide = innerWidth, found = [];
        for (const one of [document.documentElement, document.querySelector("[data-testid=stMain]")])
            if (one.scrollWidth > wide) found.push(`the page scrolls to ${one.scrollWidth}`);
        for (const one of document.querySelectorAll(".stMain *")) {
            const style = getComputedStyle(one), box = one.getBoundingClientRect();
            const scrolls = one.closest(".pb-wide, pre, [data-testid=stCode]"), hidden = one.closest(".pb-hidden, [aria-hidden=true]");
            if (!box.width || !box.height || scrolls || hidden || one.closest("svg, details:not([open]) > :not(summary)")) continue;
            const name = `${one.tagName} ${one.dataset.testid ?? ""} ${one.textContent.trim().slice(0, 40)}`;
            if (box.right > wide + 1 || box.left < -1) found.push(`outside: ${name}`);
            const clips = ["hidden", "clip"].includes(style.overflowX) && one.scrollWidth > one.clientWidth + 1;
            if (clips && one.innerText?.trim() && style.position !== "absolute") found.push(`cut: ${name}`);
        }
        return found;
    }""")
    )
