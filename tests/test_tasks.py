"""What a newcomer does, from the first question to the first document of her own: with the mouse, wide and narrow, and with keys alone."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FileChooser, Locator, Page, TimeoutError, expect
from serving import launched, moved, served

from praktijkbaken.settings import Settings

pytestmark = pytest.mark.browser
BESCHUT = "Hoe verhogen andere regio's het aantal plekken Beschut Werk?"
OWN = b"# Fietsplan\n\nDe gemeente Lutjebroek leent elke starter een elektrische bakfiets voor de rit naar zijn werkplek."
# What the live region says, in the order in which it is said.
LISTEN = """
const said = [];
const listen = () => {
  const region = document.getElementById("pb-status");
  if (!region) return setTimeout(listen, 1);
  document.documentElement.dataset.said = "";
  new MutationObserver(() => {
    if (region.textContent) said.push(region.textContent);
    document.documentElement.dataset.said = said.join("|");
  }).observe(region, { childList: true });
};
listen();
"""
ANSWER = r"(Het antwoord staat klaar, met (1 bron|\d+ bronnen)\.)"


@pytest.fixture(scope="module")
def address(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(moved(settings, tmp_path_factory.mktemp("tasks"))) as url:
        yield url


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with launched(chromium) as opened:
        yield opened


@pytest.fixture(params=[1280, 360])
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": request.param, "height": 800})
    opened.set_default_timeout(30_000)
    opened.add_init_script(LISTEN)
    opened.goto(address)
    yield opened
    opened.close()


def heard(page: Page, *lines: str) -> None:
    """A screen reader heard these lines (patterns) since the page was loaded, in this order, each once, and no other."""
    settled(page)
    expect(page.locator("html")).to_have_attribute("data-said", re.compile("^" + r"\|".join(lines) + "$"))


def settled(page: Page) -> None:
    """Waits until no run of the page is under way."""
    expect(page.locator("[data-test-script-state=running]")).to_have_count(0, timeout=30_000)


def choose(page: Page, box: str, wanted: str) -> None:
    """Chooses an option by typing; again where the list closed because the page moved under it."""
    for _ in range(10):
        page.get_by_role("combobox", name=box).fill("")
        page.get_by_role("combobox", name=box).press_sequentially(wanted)
        with suppress(TimeoutError):
            page.get_by_role("option", name=wanted, exact=True).click(timeout=2_000)
            return
    pytest.fail(f"{box} offers no {wanted}")


def answer(page: Page, n: int) -> Locator:
    """The answer to question `n` of the conversation."""
    return page.locator(f".st-key-answer-{n} [data-answer]")


def fits(page: Page) -> None:
    """Nothing is wider than the screen."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width


def test_the_ten_tasks_by_mouse(page: Page, tmp_path: Path) -> None:
    # 1 ask
    page.get_by_placeholder("Stel uw vraag").fill(BESCHUT)
    page.get_by_role("button", name="Verstuur uw vraag").click()
    expect(answer(page, 0)).to_be_visible()
    expect(page.locator("#vraag-0")).to_be_in_viewport()
    fits(page)
    # 2 follow a citation to its passage
    quote = page.locator("#bron-0-5 + blockquote").inner_text().strip("“”")
    answer(page, 0).get_by_role("link", name="bron 5", exact=True).first.click()
    card = page.locator("section.pb-card").filter(has=page.locator("#bron-0-5"))
    expect(card).to_be_in_viewport()
    card.get_by_role("link", name="Toon in het rapport").click()
    expect(page.locator("mark")).to_have_text(quote)
    expect(page.locator("mark")).to_be_in_viewport()
    fits(page)
    page.get_by_role("link", name="Terug naar het antwoord").click()
    # 3 open the story
    expect(card).to_be_visible()
    card.get_by_role("link", name="Oss zoekt beschut werk in het netwerk van de klant").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Oss zoekt beschut werk in het netwerk van de klant")
    expect(page.get_by_role("heading", name=re.compile("Wat de bronnen over dit verhaal zeggen"))).to_be_visible()
    fits(page)
    page.get_by_role("link", name="Vraag", exact=False).first.click()
    expect(answer(page, 0)).to_be_visible()
    # 4 filter
    page.get_by_text("Uw regio, en zoeken binnen een regio of thema").click()
    choose(page, "Alleen over de regio", "Haaglanden")
    expect(page.get_by_text("Ik zoek alleen binnen: Haaglanden.")).to_be_visible()
    page.get_by_placeholder("Stel uw vraag").fill("Hoe helpen regio's mensen met schulden?")
    page.get_by_placeholder("Stel uw vraag").press("Enter")
    expect(answer(page, 1)).to_contain_text("Alleen gezocht binnen: Haaglanden.")
    choose(page, "Alleen over de regio", "Alle")
    expect(page.get_by_text("Ik zoek alleen binnen:")).to_have_count(0)
    # 5 compare two regions
    page.get_by_placeholder("Stel uw vraag").fill("Wat is het verschil tussen de banenmarkt in Groningen en die in Haaglanden?")
    page.get_by_placeholder("Stel uw vraag").press("Enter")
    expect(answer(page, 2).get_by_role("table")).to_contain_text("Haaglanden")
    fits(page)
    # 6 ask on, by a question that is offered
    page.get_by_text("Vraag verder:").locator("xpath=following::button[1]").click()
    expect(answer(page, 3)).to_be_visible()
    expect(page.locator("#vraag-3")).to_be_in_viewport()
    # 7 export
    page.get_by_text("Kopieer, bewaar of deel dit antwoord").nth(3).click()
    with page.expect_download() as note:
        page.get_by_role("button", name="Hele gesprek in Word").last.click()
    note.value.save_as(tmp_path / "gesprek.docx")
    assert (tmp_path / "gesprek.docx").read_bytes().startswith(b"PK")
    # 8 give feedback
    page.get_by_role("radio", name="Niet goed").last.click()
    page.get_by_label("Waarom?").fill("mist Rijnmond")
    page.get_by_role("button", name="Verstuur uw oordeel").click()
    expect(page.get_by_text("Bedankt. Uw oordeel is bewaard")).to_be_visible()
    heard(page, *[ANSWER] * 4)
    # 9 find a story without asking
    page.get_by_role("navigation", name="Pagina's").get_by_role("link", name="Verhalen").click()
    page.get_by_label("Waar zoekt u een verhaal over?").fill("boris")
    page.get_by_label("Waar zoekt u een verhaal over?").press("Enter")
    expect(page.locator("section.pb-card").first).to_contain_text(re.compile("boris", re.IGNORECASE))
    page.locator("section.pb-card a.pb-in").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("boris", re.IGNORECASE))
    # 10 add a document and ask about it
    page.get_by_role("navigation", name="Pagina's").get_by_role("link", name="Verhalen").click()
    page.get_by_role("radio", name="Toevoegen").click()
    name = f"fietsplan-{page.viewport_size['width']}.md" if page.viewport_size else ""
    text = OWN.replace(b"Lutjebroek", name.encode())
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/markdown", "buffer": text})
    expect(page.get_by_text(name)).to_be_visible(timeout=30_000)  # the upload is done
    fits(page)
    page.get_by_role("button", name="Voeg toe").click()
    page.get_by_role("link", name="Stel er een vraag over").click(timeout=60_000)
    page.get_by_placeholder("Stel uw vraag").fill("Wie krijgt een elektrische bakfiets?")
    page.get_by_placeholder("Stel uw vraag").press("Enter")
    expect(answer(page, 4)).to_contain_text("elektrische bakfiets")
    heard(page, *[ANSWER] * 5)
    assert page.locator("h2[id^=vraag-]").count() == 5


# the page itself and its main part have the focus too, and hold every name
FOCUS = """(focused => focused.matches("body, main") ? "" : (focused.getAttribute("aria-label") || focused.textContent || "").trim())(
    document.activeElement)"""
# Some point of it, or of the field it stands in, is on screen with nothing over it.
IS_SEEN = """() => {
    const focused = document.activeElement, box = focused.getBoundingClientRect(), parts = [0.1, 0.5, 0.9];
    const at = (x, y) => document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
    return parts.some(x => parts.some(y => focused.parentElement.contains(at(x, y))));
}"""


def has_focus(page: Page, selector: str) -> None:
    expect(page.locator(selector)).to_be_focused(timeout=30_000)


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def reach(page: Page, name: str, key: str = "Tab", most: int = 90) -> None:
    """Presses a key until what has the focus bears this name; an icon's name may stand before it. It is to be seen."""
    seen = []
    for _ in range(most):
        page.keyboard.press(key)
        seen.append(str(page.evaluate(FOCUS)))
        if re.search(rf"(^|[a-z_]){re.escape(name)}", seen[-1]):
            page.wait_for_function(IS_SEEN)
            return
    pytest.fail(f"{most} times {key} does not lead to {name}, but to {list(dict.fromkeys(seen))}")


def type_question(page: Page, question: str, n: int) -> None:
    """Asks from wherever the focus is; it ends on the question, so that the next Tab leads into the answer."""
    reach(page, "Stel uw vraag")
    page.keyboard.type(question)
    keys(page, "Enter")
    expect(answer(page, n)).to_be_visible(timeout=30_000)
    has_focus(page, f"#vraag-{n}")


def opened_by_keys(page: Page, name: str) -> FileChooser:
    """The dialog for a file that Enter opens on the button of this name."""
    # Streamlit fetches the button's code when it first draws one: it comes a moment after the rest of the form
    expect(page.get_by_role("button", name=name)).to_be_visible()
    reach(page, name)
    with page.expect_file_chooser() as dialog:
        keys(page, "Enter")
    return dialog.value


def type_choice(page: Page, wanted: str, limits: int) -> None:
    """Chooses an option of the list that has the focus, so that so many lines tell of a limit; again where the list closed under it."""
    for _ in range(8):
        keys(page, "Control+a")
        page.keyboard.type(wanted)
        with suppress(AssertionError):
            expect(page.get_by_role("option", name=wanted, exact=True)).to_have_attribute("data-focused", "true", timeout=2_000)
            keys(page, "Enter")
            expect(page.get_by_text("Ik zoek alleen binnen:")).to_have_count(limits, timeout=4_000)
            return
    pytest.fail(f"no {wanted} is offered")


@pytest.mark.parametrize(("width", "lent"), [(1280, "opvouwbare scooter"), (360, "stille bromfiets")])
def test_the_ten_tasks_with_keys_alone(browser: Browser, address: str, tmp_path: Path, width: int, lent: str) -> None:
    # after the first page nothing but keys, but for the file: the dialog that a key opened is the system's
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.set_default_timeout(30_000)
    page.add_init_script(LISTEN)
    # from the start: the dialog may open before a later wish to hear of it has reached the browser
    page.on("filechooser", lambda _dialog: None)
    page.goto(address)
    expect(page.get_by_role("button", name=BESCHUT)).to_be_visible()
    settled(page)
    # 1 ask
    type_question(page, BESCHUT, 0)
    # 2 follow a citation to its passage
    reach(page, "bron 5")
    keys(page, "Enter")
    has_focus(page, "#bron-0-5")
    reach(page, "Toon in het rapport")
    keys(page, "Enter")
    expect(page.locator("mark")).to_be_in_viewport()
    has_focus(page, "mark")
    reach(page, "Terug naar het antwoord", "Shift+Tab")
    keys(page, "Enter")
    has_focus(page, "#vraag-0")
    # 3 open the story
    reach(page, "bron 5")
    keys(page, "Enter")
    has_focus(page, "#bron-0-5")
    reach(page, "Oss zoekt beschut werk in het netwerk van de klant")
    keys(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Oss zoekt beschut werk in het netwerk van de klant")
    has_focus(page, "#inhoud")
    # 4 filter
    reach(page, "Vraag", "Shift+Tab")
    keys(page, "Enter")
    expect(answer(page, 0)).to_be_visible()
    settled(page)
    reach(page, "Uw regio, en zoeken")
    keys(page, "Enter")
    reach(page, "Alleen over de regio")
    type_choice(page, "Haaglanden", 1)
    expect(page.get_by_text("Ik zoek alleen binnen: Haaglanden.")).to_be_visible()
    has_focus(page, "[aria-label='Alleen over de regio']")
    type_question(page, "Hoe helpen regio's mensen met schulden?", 1)
    expect(answer(page, 1)).to_contain_text("Alleen gezocht binnen: Haaglanden.")
    reach(page, "Alleen over de regio", "Shift+Tab")
    type_choice(page, "Alle", 0)
    # 5 compare two regions
    type_question(page, "Wat is het verschil tussen de banenmarkt in Groningen en die in Haaglanden?", 2)
    expect(answer(page, 2).get_by_role("table")).to_contain_text("Haaglanden")
    # 6 ask on
    reach(page, page.get_by_text("Vraag verder:").locator("xpath=following::button[1]").inner_text())
    keys(page, "Enter")
    expect(answer(page, 3)).to_be_visible()
    has_focus(page, "#vraag-3")
    # 7 export
    reach(page, "Kopieer, bewaar of deel")
    keys(page, "Enter")
    reach(page, "Hele gesprek in Word")
    with page.expect_download() as note:
        keys(page, "Enter")
    note.value.save_as(tmp_path / "gesprek.docx")
    assert (tmp_path / "gesprek.docx").read_bytes().startswith(b"PK")
    # 8 give feedback
    reach(page, "Nuttig", "Shift+Tab")
    keys(page, "ArrowRight", "Space")
    expect(page.get_by_label("Waarom?")).to_be_visible()
    expect(page.get_by_role("radio", name="Niet goed").last).to_be_focused()
    reach(page, "Waarom?")
    page.keyboard.type("mist Rijnmond")
    keys(page, "Enter")
    expect(page.get_by_text("Bedankt. Uw oordeel is bewaard")).to_be_visible()
    expect(page.get_by_label("Waarom?")).to_be_focused()
    # 9 find a story without asking
    reach(page, "Verhalen", "Shift+Tab", 250)
    keys(page, "Enter")
    expect(page.get_by_label("Waar zoekt u een verhaal over?")).to_be_visible()
    settled(page)
    reach(page, "Waar zoekt u")
    page.keyboard.type("boris")
    keys(page, "Enter")
    expect(page.locator("section.pb-card").first).to_contain_text(re.compile("boris", re.IGNORECASE))
    expect(page.get_by_label("Waar zoekt u een verhaal over?")).to_be_focused()
    reach(page, "Borislijn in Ede")
    keys(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Borislijn in Ede")
    has_focus(page, "#inhoud")
    # 10 add a document and ask about it
    reach(page, "Verhalen", "Shift+Tab")
    keys(page, "Enter")
    expect(page.get_by_role("radio", name="Lijst")).to_be_visible()
    settled(page)
    reach(page, "Lijst")
    keys(page, *["ArrowRight"] * 4, "Space")
    expect(page.get_by_label("Of een webadres")).to_be_visible()
    settled(page)
    expect(page.get_by_role("radio", name="Toevoegen")).to_be_focused()
    name = f"toetsen-{width}.md"
    (tmp_path / name).write_bytes(OWN.replace(b"elektrische bakfiets", lent.encode()))
    dialog = opened_by_keys(page, "Kies een bestand")
    dialog.set_files(tmp_path / name)
    expect(page.get_by_text(name)).to_be_visible()
    expect(page.get_by_role("button", name="Kies een ander bestand")).to_be_visible()
    reach(page, "Voeg toe")
    keys(page, "Enter")
    expect(page.get_by_role("link", name="Stel er een vraag over")).to_be_visible(timeout=60_000)
    settled(page)
    reach(page, "Stel er een vraag over")
    keys(page, "Enter")
    expect(answer(page, 0)).to_be_visible()
    settled(page)
    type_question(page, f"Wie krijgt een {lent}?", 4)
    expect(answer(page, 4)).to_contain_text(lent)
    heard(page, *[ANSWER] * 5)
    page.close()
