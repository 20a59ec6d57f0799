"""The app as a person meets it: the real server, a real browser."""

import re
import time
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect
from serving import launched, served

from index.build import open_index
from index.snapshot import Snapshot
from praktijkbaken.settings import CHECKOUT, Settings

pytestmark = pytest.mark.browser
BESCHUT = "Hoe verhogen andere regio's het aantal plekken Beschut Werk?"


@pytest.fixture(scope="module")
def address(settings: Settings) -> Iterator[str]:
    with served(settings) as url:
        yield url


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with launched(chromium) as opened:
        yield opened


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
    expect(page.get_by_text("De bronnen beschrijven aanpakken.").first).to_be_visible()
    page.get_by_role("link", name="bron 1", exact=False).first.click()
    expect(card).to_be_in_viewport()
    assert page.url.endswith("#bron-0-1")
    story = page.get_by_role("link", name="Oss zoekt beschut werk in het netwerk van de klant (opent een nieuw tabblad)")
    assert story.get_attribute("href") == "https://www.samenvoordeklant.nl/praktijk/oss-zoekt-beschut-werk-het-netwerk-van-de-klant"
    assert story.get_attribute("target") == "_blank"


def test_who_follows_a_mark_the_moment_it_is_there_is_not_taken_back_to_the_question(page: Page) -> None:
    page.get_by_role("button", name=BESCHUT).click()
    at_once = """() => new Promise(done => { const seen = setInterval(() => {
        const mark = document.querySelector("[data-answer] a.pb-mark");
        if (mark) { clearInterval(seen); mark.click(); done(); } }, 1); })"""
    page.evaluate(at_once)
    page.wait_for_timeout(1500)
    expect(page.get_by_role("heading", name="Bron 1", exact=True)).to_be_in_viewport()


def test_a_card_leads_to_the_story_that_its_quote_is_about(page: Page) -> None:
    box = page.get_by_placeholder("Stel uw vraag")
    box.fill("Wat doet een subsidioloog?")
    box.press("Enter")
    link = page.get_by_role("link", name="Lees het verhaal (opent een nieuw tabblad)").first
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
    for path in ("verhalen", "bron", "evaluatie", "over"):
        page.goto(f"{address}/{path}")
        expect(page.locator("h1#inhoud")).to_be_visible(timeout=30_000)
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.lang") == "nl"
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert elsewhere == []
    assert response is not None
    assert "object-src 'none'" in response.headers["content-security-policy"]
    page.close()


def test_an_address_that_names_no_page_leads_to_the_chat_which_says_so_in_dutch(browser: Browser, address: str) -> None:
    page = browser.new_page()
    for path in ("onbekend", "verhalen/oss", "vraag"):
        response = page.goto(f"{address}/{path}")
        assert response is not None
        assert "object-src 'none'" in response.headers["content-security-policy"]
        expect(page.get_by_role("button", name=BESCHUT)).to_be_visible(timeout=30_000)
        assert page.get_by_text("Deze pagina bestaat niet (meer).").is_visible() == (path != "vraag")
        assert page.get_by_role("dialog").count() == 0
        assert page.url.split("?")[0].removesuffix("vraag") == f"{address}/"
    page.get_by_role("button", name=BESCHUT).click()
    expect(page.get_by_role("heading", name="Bron 1", exact=True)).to_be_attached(timeout=30_000)
    assert not page.get_by_text("Deze pagina bestaat niet (meer).").is_visible()
    for path in ("favicon.png", "_stcore/health", "static/weg.js"):
        assert page.request.get(f"{address}/{path}").url == f"{address}/{path}"
    page.close()


def test_a_paste_that_is_too_long_stays_in_the_box_and_is_answered_with_how_long_it_may_be(page: Page) -> None:
    box = page.get_by_placeholder("Stel uw vraag")
    box.focus()
    page.keyboard.insert_text("Wat helpt jongeren? " * 300)
    expect(box).to_have_value("Wat helpt jongeren? " * 300)
    box.press("Enter")
    expect(page.get_by_text("De vraag is te lang (6000 tekens, het meeste is 4000). Maak haar korter.")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("heading", name="Wat helpt jongeren? Wat helpt jongeren?")).to_be_attached()


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


def test_a_card_shows_its_quote_in_the_report_and_the_way_to_the_next_one_and_back(page: Page) -> None:
    page.get_by_role("button", name=BESCHUT).click()
    expect(page.get_by_role("heading", name="Bron 2", exact=True)).to_be_attached(timeout=30_000)
    quote = page.locator("section.pb-card blockquote").first.inner_text().strip("“”")
    page.get_by_role("link", name="Toon in het rapport").first.click()
    mark = page.locator("mark")
    expect(mark).to_be_in_viewport(timeout=30_000)
    assert mark.inner_text() == quote
    assert "van=" in page.url
    assert "Beschut" not in page.url
    expect(page.get_by_role("link", name="Volgende bron (2)")).to_be_in_viewport()
    page.get_by_role("link", name="Volgende bron (2)").click()
    expect(page.get_by_text("Bron 2 van 5 bij uw vraag")).to_be_attached(timeout=30_000)
    expect(mark).not_to_have_text(quote)
    expect(mark).to_be_in_viewport()
    page.reload()
    expect(page.get_by_text("Bron 2 van 5 bij uw vraag")).to_be_attached(timeout=30_000)
    expect(page.get_by_role("link", name="Volgende bron (3)")).to_be_in_viewport()
    page.get_by_role("link", name="Terug naar het antwoord").click()
    expect(page.get_by_role("heading", name=BESCHUT)).to_be_in_viewport(timeout=30_000)


def test_an_overview_leads_to_every_sentence_about_its_region_and_back(page: Page) -> None:
    page.get_by_role("button", name="Wat doet Twente?").click()
    page.get_by_role("link", name="Lees alles wat de bronnen over Twente zeggen").click(timeout=30_000)
    said = page.locator("details", has_text="Alles wat de bronnen over Twente zeggen (8 zinnen)")
    expect(said.get_by_role("listitem")).to_have_count(8, timeout=30_000)
    expect(said.get_by_role("link", name="Toon in het rapport").last).to_be_visible()
    expect(page.get_by_text("6 verhalen van 68.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.go_back()
    expect(page.get_by_role("link", name="Lees alles wat de bronnen over Twente zeggen")).to_be_visible(timeout=30_000)


def test_a_deep_link_opens_the_document_at_the_quote_in_a_new_visit(browser: Browser, address: str, snapshot: Snapshot) -> None:
    report = next(iter(snapshot.documents.values()))
    unit = report.units[-30]
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(f"{address}/bron?document={report.id}&van={unit.start}&tot={unit.end}")
    expect(page.locator("mark")).to_be_in_viewport(timeout=30_000)
    assert page.locator("mark").inner_text() == report.quote(unit.start, unit.end)
    page.close()


def test_a_number_of_the_matrix_leads_to_its_stories_in_the_same_visit_and_the_address_can_be_shared(page: Page, address: str) -> None:
    page.goto(f"{address}/verhalen?weergave=Thema+en+regio")
    page.get_by_role("link", name="5 over Begeleiden en werkfit maken in Midden-Utrecht").click()
    expect(page.get_by_text("5 verhalen van 68.")).to_be_visible(timeout=30_000)
    shared = page.url
    page.goto(shared)
    expect(page.get_by_text("5 verhalen van 68.")).to_be_visible(timeout=30_000)


def test_a_tile_of_the_map_is_reached_by_keyboard_and_leads_to_the_stories_of_its_region(page: Page, address: str) -> None:
    page.goto(f"{address}/verhalen?weergave=Kaart&kaartthema=Matching")
    tile = page.get_by_role("list", name="Arbeidsmarktregio's, van noord naar zuid").get_by_role("link", name="Twente")
    expect(tile).to_be_visible(timeout=30_000)
    at = tile.bounding_box()
    assert at is not None
    assert at["height"] >= 24
    tile.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 verhalen van 68.")).to_be_visible(timeout=30_000)
    assert "regio=Twente" in page.url
    assert "thema=Matching" in page.url


def test_what_no_story_is_about_is_asked_in_the_chat_with_one_click_as_a_conversation_of_its_own(page: Page, address: str) -> None:
    page.goto(f"{address}/verhalen?zoek=thuiszitters&regio=Twente")
    page.get_by_role("button", name="Zoek zonder filters (nog 1 verhaal)").click()
    expect(page.get_by_role("heading", name="Lijkt erop")).to_be_visible(timeout=30_000)
    assert "Twente" not in page.url
    page.get_by_role("button", name="Stel dit als vraag").click()
    expect(page.get_by_role("heading", name="thuiszitters", exact=True)).to_be_visible(timeout=30_000)
    expect(page.get_by_placeholder("Stel uw vraag")).to_be_visible(timeout=30_000)
    assert "thuiszitters" not in page.url
    page.get_by_role("link", name="Verhalen", exact=True).click()
    page.get_by_label("Waar zoekt u een verhaal over?").fill("schuldem")
    page.keyboard.press("Enter")
    expect(page.get_by_text("“schuldem” is gelezen als “schulden”.")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Stel dit als vraag").click()
    expect(page.get_by_role("heading", name="schuldem", exact=True)).to_be_visible(timeout=30_000)
    expect(page.get_by_role("heading", name="thuiszitters", exact=True)).to_have_count(0)


def test_a_table_that_is_cut_off_says_that_it_goes_on_and_by_keyboard_it_does(page: Page, address: str) -> None:
    page.goto(f"{address}/verhalen?weergave=Thema+en+regio")
    table = page.get_by_role("group", name="Aantal praktijkverhalen per thema en regio")
    hint = page.get_by_text("Deze tabel is breder dan uw scherm.")
    expect(table).to_be_visible(timeout=30_000)
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(500)
        assert hint.is_visible() == (width == 360)
    table.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    assert table.evaluate("table => table.scrollLeft") > 0


def test_compared_regions_stand_side_by_side_and_on_a_phone_under_each_other_with_their_names(page: Page) -> None:
    width = page.evaluate("innerWidth")
    page.get_by_role("button", name="Wat is het verschil").click()
    cells = page.get_by_role("row", name="Wat").get_by_role("cell")
    expect(cells.first).to_be_visible(timeout=30_000)
    # in one look: the page may still be coming into view
    boxes = "cells => cells.slice(0, 2).map(cell => cell.getBoundingClientRect()).map(box => [box.top, box.bottom])"
    (_, first_ends), (second_begins, _) = cells.evaluate_all(boxes)
    assert (second_begins >= first_ends) == (width == 360)
    assert cells.first.evaluate("cell => getComputedStyle(cell, '::before').content").startswith('"Groningen') == (width == 360)
    assert not page.get_by_text("Deze tabel is breder dan uw scherm.").is_visible()
    # also where it is laid out in blocks it is a table for who hears it
    assert page.get_by_role("table").get_by_role("columnheader").all_inner_texts() == ["Groningen", "Haaglanden"]


def test_it_works_by_keyboard_alone_and_a_screen_reader_hears_that_the_answer_is_there(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    expect(page.get_by_role("button", name=BESCHUT)).to_be_visible(timeout=30_000)
    expect(page.get_by_placeholder("Stel uw vraag")).to_be_visible(timeout=30_000)
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Naar de inhoud")
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_id("inhoud")
    for _ in range(12):
        page.keyboard.press("Tab")
        if BESCHUT in page.evaluate("document.activeElement.textContent"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Het antwoord staat klaar")).to_be_attached(timeout=30_000)
    box = page.get_by_placeholder("Stel uw vraag")
    box.fill("Wat is de hoofdstad van Peru?")
    box.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Niet gevonden in de bronnen")).to_be_attached(timeout=30_000)
    assert page.get_by_role("navigation", name="Pagina's").get_by_role("link").count() == 5
    assert page.locator("[aria-current=page]").inner_text().endswith("Vraag")
    page.close()


def test_no_button_of_streamlit_itself_speaks_english(browser: Browser, address: str) -> None:
    page = browser.new_page()
    seen: set[str] = set()
    for path in ("", "verhalen?weergave=Naast+elkaar&regios=Twente&regios=Rijnmond", "verhalen?weergave=Toevoegen"):
        page.goto(f"{address}/{path}")
        expect(page.locator("h1#inhoud")).to_be_visible(timeout=30_000)
        if not path:
            page.get_by_role("button", name=BESCHUT).click()
            expect(page.get_by_role("heading", name="Bron 1", exact=True)).to_be_attached(timeout=30_000)
            page.get_by_text("Kopieer, bewaar of deel").click()
        page.wait_for_timeout(800)
        names = "[...document.querySelectorAll('[aria-label],[title]')].map(e => e.getAttribute('aria-label') || e.title)"
        seen |= set(page.evaluate(names))
    english = ("Copy", "Send", "Clear", "Remove", "Selected", "upload", "Upload", "Help", "Choose", "Link to")
    assert not [name for name in seen if any(word in name for word in english)]
    page.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_the_buttons_that_copy_the_text_and_the_link_are_in_sight_with_a_word_before_anything_points_at_them(
    browser: Browser, address: str, scheme: Literal["light", "dark"], width: int
) -> None:
    visit = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        has_touch=width == 360,
        permissions=["clipboard-read", "clipboard-write"],
    )
    page = visit.new_page()
    page.goto(address)
    page.get_by_role("button", name=BESCHUT).click()
    page.get_by_text("Kopieer, bewaar of deel").click()
    buttons = page.get_by_role("button", name="Kopieer naar het klembord")
    expect(buttons).to_have_count(2)
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)
    for button in buttons.all():
        box, text = button.bounding_box(), button.locator("xpath=ancestor::*[@data-testid='stCode']//pre").bounding_box()
        assert box is not None
        assert text is not None
        assert box["width"] >= 24
        assert box["height"] >= 24
        assert box["y"] + box["height"] <= text["y"]
        # of all that it stands in: an opacity of nothing is "visible" to Playwright
        opacity = "e => { let all = 1; for (; e; e = e.parentElement) all *= getComputedStyle(e).opacity; return all; }"
        assert button.evaluate(opacity) == 1
        assert button.evaluate("e => getComputedStyle(e, '::after').content") == '"Kopieer"'
        # the colour of the text around it
        colour = "e => getComputedStyle(e).color"
        assert button.evaluate(colour) == page.locator("#vraag-0").evaluate(colour)
    link = buttons.last
    link.tap() if width == 360 else link.click()
    copied = page.get_by_role("button", name="Gekopieerd")
    expect(copied).to_be_visible()
    assert copied.evaluate("e => getComputedStyle(e, '::after').content") == '"Gekopieerd"'
    assert page.evaluate("navigator.clipboard.readText()").startswith(f"{address}/?gesprek=")
    visit.close()


def test_every_part_of_streamlit_that_our_style_and_script_name_is_still_there(browser: Browser, address: str) -> None:
    ours = "".join((CHECKOUT / "ui" / name).read_text("utf-8") for name in ("frame.css", "frame.js"))
    named = set(re.findall(r'\[data-testid="\w+"\]|\.st[A-Z]\w+|\[href="#stMain"\]', ours))
    assert len(named) >= 8
    page = browser.new_page()
    page.goto(address)
    page.get_by_role("button", name=BESCHUT).click()
    page.get_by_role("radio", name="Niet goed").click()
    # the line that says what Enter does comes with the first letter
    page.get_by_label("Waarom?").press_sequentially("mist")
    expect(page.get_by_test_id("stTextInput").get_by_test_id("InputInstructions")).to_contain_text("Druk op Enter")
    for path in ("", "verhalen?weergave=Naast+elkaar&regios=Twente&regios=Rijnmond", "verhalen?weergave=Toevoegen"):
        if path:
            page.goto(f"{address}/{path}")
            part = "stFileUploader" if "Toevoegen" in path else "stMultiSelect"
            expect(page.get_by_test_id(part).first).to_be_visible()
        named = {one for one in named if page.locator(one).count() == 0}
    assert named == set()
    page.close()


def test_a_source_goes_also_when_the_visitor_leaves_while_the_index_is_made(browser: Browser, own_home: Settings) -> None:
    def titles() -> set[str]:
        return {document.title for document in open_index(own_home).documents.values()}

    with served(own_home) as url:
        page = browser.new_page()
        page.set_default_timeout(30_000)
        page.goto(f"{url}/verhalen?weergave=Toevoegen")
        text = b"# Fietsplan\n\nDe gemeente Lutjebroek leent elke starter een elektrische bakfiets voor de rit naar zijn werkplek."
        page.locator("input[type=file]").set_input_files({"name": "fietsplan.md", "mimeType": "text/markdown", "buffer": text})
        expect(page.get_by_text("fietsplan.md")).to_be_visible()
        page.get_by_role("button", name="Voeg toe").click()
        expect(page.get_by_text("De bron is toegevoegd.")).to_be_visible()
        assert "Fietsplan" in titles()
        expect(page.get_by_role("link", name="Fietsplan")).to_be_focused()
        page.get_by_role("combobox", name="Bron").press("ArrowDown")
        page.get_by_role("option", name="Fietsplan").click()
        page.get_by_role("button", name="Haal deze bron weg").click()
        page.get_by_role("button", name="Ja, haal hem voorgoed weg").click()
        expect(page.get_by_text("De index wordt gemaakt")).to_be_visible()
        page.goto(f"{url}/over")
        ended = time.monotonic() + 60
        while "Fietsplan" in titles() and time.monotonic() < ended:
            time.sleep(0.2)
        assert "Fietsplan" not in titles()
        page.close()


def test_what_is_added_in_the_app_can_be_asked_about_at_once(browser: Browser, own_home: Settings) -> None:
    with served(own_home) as url:
        page = browser.new_page()
        page.goto(f"{url}/verhalen?weergave=Toevoegen")
        text = b"# Fietsplan\n\nDe gemeente Lutjebroek leent elke starter een elektrische bakfiets voor de rit naar zijn werkplek."
        page.locator("input[type=file]").set_input_files({"name": "fietsplan.md", "mimeType": "text/markdown", "buffer": text})
        expect(page.get_by_text("fietsplan.md")).to_be_visible(timeout=30_000)  # the upload is done
        page.get_by_role("button", name="Voeg toe").click()
        page.get_by_role("link", name="Stel er een vraag over").click(timeout=60_000)
        box = page.get_by_placeholder("Stel uw vraag")
        box.fill("Wie krijgt een elektrische bakfiets?")
        box.press("Enter")
        expect(page.locator("section.pb-card blockquote").first).to_contain_text("elektrische bakfiets", timeout=30_000)
        page.close()
