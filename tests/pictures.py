"""Takes the pictures of the manual from the app itself, on an index of its own, and every page at both widths. By hand: `make pictures`."""

import io
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect
from serving import launched, served

from evals.golden import golden_check
from index.build import build_index
from praktijkbaken.settings import CHECKOUT, Settings

FOLDER = CHECKOUT / "docs" / "beelden"
WIDE = {"width": 900, "height": 760}
# Every page, at both widths: what is in `docs/paginas.md`.
LAPTOP, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
EVERY_PAGE = {
    "vraag": ("", "Bijvoorbeeld:"),
    "verhalen-lijst": ("verhalen", "Wat wilt u zien?"),
    "verhalen-kaart": ("verhalen?weergave=Kaart", "Groningen"),
    "verhalen-thema-en-regio": ("verhalen?weergave=Thema+en+regio", "Het getal is het aantal"),
    "verhalen-naast-elkaar": ("verhalen?weergave=Naast+elkaar&regios=Groningen&regios=Twente", "Twente"),
    "verhalen-toevoegen": ("verhalen?weergave=Toevoegen", "Of een webadres"),
    "verhaal": ("verhaal?verhaal=oss-zoekt-beschut-werk-in-het-netwerk-van-de-klant", "Wat de bronnen over dit verhaal"),
    "bron": ("bron", "Twee jaar Praktijkvoorbeelden"),
    "evaluatie": ("evaluatie", "Evaluatie"),
    "over": ("over", "AI-systeem"),
}
ASKED = {
    "antwoord": "Hoe verhogen andere regio's het aantal plekken Beschut Werk?",
    "vergelijking": "Wat is het verschil tussen de banenmarkt in Groningen en in Haaglanden?",
    "niet-gevonden": "Hoeveel Beschut Werk-plekken waren er in 2023 in Utrecht?",
}
COLOURS = 64
QUESTION = ASKED["antwoord"]
SEARCH = "verhalen?zoek=psychische+klachten"


def main() -> None:
    """Makes an index, starts the app, and takes every picture anew."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("chromium is not here")
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        build_index(settings, golden_check(settings), lambda _step, _done, _total: None)
        with served(settings) as address, launched(chromium) as browser:
            page = browser.new_page(viewport=WIDE)
            page.goto(f"{address}/{SEARCH}")
            expect(page.get_by_text("Ook gezocht op:").first).to_be_visible(timeout=60_000)
            _take(page, "lijst")
            _answer(browser, address)
            _every_page(browser, address)


def _every_page(browser: Browser, address: str) -> None:
    """Each page, and each kind of answer, on a laptop and on a phone."""
    (FOLDER / "paginas").mkdir(exist_ok=True)
    for viewport in (LAPTOP, NARROW):
        for name, (path, seen) in EVERY_PAGE.items():
            page = browser.new_page(viewport=viewport)
            page.goto(f"{address}/{path}")
            expect(page.get_by_text(seen).first).to_be_attached(timeout=60_000)
            expect(page.locator("h1#inhoud")).to_be_visible(timeout=60_000)
            _take(page, f"paginas/{name}-{viewport['width']}")
        for name, question in ASKED.items():
            page = browser.new_page(viewport=viewport)
            page.goto(address)
            expect(page.get_by_text("Bijvoorbeeld:").first).to_be_visible(timeout=60_000)
            box = page.get_by_placeholder("Stel uw vraag")
            box.fill(question)
            box.press("Enter")
            expect(page.locator(".pb-none" if name == "niet-gevonden" else ".pb-card").first).to_be_attached(timeout=60_000)
            _take(page, f"paginas/{name}-{viewport['width']}")


def _answer(browser: Browser, address: str) -> None:
    """An answer, a card of it, its quote in the report, and the answer on a phone at night."""
    page = _asked(browser.new_page(viewport=WIDE), address)
    _take(page, "antwoord", close=False)
    page.get_by_role("heading", name="Bron 1", exact=True).evaluate("card => card.scrollIntoView({block: 'center'})")
    _take(page, "kaart", close=False)
    page.get_by_role("link", name="Toon in het rapport").first.click()
    expect(page.locator("mark").first).to_be_in_viewport(timeout=30_000)
    _take(page, "bron")
    _take(_asked(browser.new_page(viewport=NARROW, color_scheme="dark"), address), "telefoon")


def _asked(page: Page, address: str) -> Page:
    page.goto(address)
    page.get_by_role("button", name=QUESTION).click()
    expect(page.get_by_role("heading", name="Bron 1", exact=True)).to_be_attached(timeout=60_000)
    return page


def _take(page: Page, name: str, close: bool = True) -> None:
    page.wait_for_timeout(1500)  # fonts, and the answer brought into view
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").quantize(COLOURS).save(FOLDER / f"{name}.png", optimize=True)
    if close:
        page.close()


if __name__ == "__main__":
    main()
