"""What a visitor comes back to, in a real browser: an earlier conversation among others that look like it, and what Back leads to."""

import re
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Page, TimeoutError, expect
from serving import launched, moved, served
from test_tasks import answer, choose, settled

from index.snapshot import Snapshot
from praktijkbaken.settings import Settings

pytestmark = pytest.mark.browser
BORIS = "Welke regio's werken met de Boris-aanpak?"


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with launched(chromium) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(moved(settings, tmp_path_factory.mktemp("returning"))) as url:
        yield url


@pytest.fixture(params=[1280, 360])
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": request.param, "height": 740})
    opened.set_default_timeout(30_000)
    opened.goto(address)
    expect(opened.get_by_placeholder("Stel uw vraag")).to_be_visible()
    yield opened
    opened.close()


def ask(page: Page, question: str, n: int) -> None:
    page.get_by_placeholder("Stel uw vraag").fill(question)
    page.get_by_placeholder("Stel uw vraag").press("Enter")
    expect(answer(page, n)).to_be_visible()
    settled(page)


def choose_earlier(page: Page, at: int, of: int = 2) -> None:
    """Chooses the earlier conversation at this place, the newest first; again where the list closed because the page moved under it."""
    box, option = page.get_by_role("combobox", name="Gesprek"), page.get_by_role("option").nth(at)
    for _ in range(10):
        box.press("ArrowDown")
        with suppress(AssertionError, TimeoutError):
            expect(page.get_by_role("option")).to_have_count(of, timeout=4_000)
            wanted = option.inner_text(timeout=2_000)
            option.click(timeout=4_000)
            expect(box).to_have_value(wanted, timeout=4_000)
            break
    else:
        pytest.fail("the earlier conversation cannot be chosen")
    expect(page.get_by_role("button", name="Open dit gesprek")).to_be_visible()
    settled(page)


def test_of_two_conversations_with_one_first_question_the_chosen_one_is_opened_renamed_and_wiped(page: Page) -> None:
    for n, region in enumerate(("Zwolle", "Drenthe")):
        if n:
            page.get_by_role("button", name="Begin een nieuw gesprek").click()
            expect(page.get_by_text("Bijvoorbeeld:")).to_be_visible()
        ask(page, BORIS, 0)
        ask(page, f"Wat doet {region}?", 1)
    page.get_by_text("Eerdere gesprekken (").click()
    # the newest is on screen: away from it and back
    for at, region in ((1, "Zwolle"), (0, "Drenthe")):
        choose_earlier(page, at)
        page.get_by_role("button", name="Open dit gesprek").click()
        expect(page.locator("#vraag-1")).to_have_text(f"Wat doet {region}?")
        settled(page)
    choose_earlier(page, 1)
    page.get_by_label("Nieuwe naam").fill("Boris in Zwolle")
    page.get_by_role("button", name="Geef deze naam").click()
    settled(page)
    box = page.get_by_role("combobox", name="Gesprek")
    expect(box).to_have_value(re.compile("Boris in Zwolle"))
    page.get_by_role("button", name="Wis dit gesprek").click()
    page.get_by_role("button", name="Toch niet").press("Enter")
    expect(page.get_by_role("button", name="Ja, wis het voorgoed")).to_have_count(0)
    expect(page.get_by_role("button", name="Wis dit gesprek")).to_be_focused()
    page.get_by_role("button", name="Wis dit gesprek").click()
    page.get_by_role("button", name="Ja, wis het voorgoed").click()
    expect(page.get_by_role("button", name="Open dit gesprek")).to_have_count(0)
    settled(page)
    # the other is on screen and stays there
    expect(page.locator("#vraag-1")).to_have_text("Wat doet Drenthe?")
    # nothing is left for who comes next
    choose_earlier(page, 0, of=1)
    expect(box).to_have_value(re.compile(re.escape(BORIS)))
    page.get_by_role("button", name="Wis dit gesprek").click()
    page.get_by_role("button", name="Ja, wis het voorgoed").click()
    expect(page.get_by_text("Eerdere gesprekken (")).to_have_count(0)


def test_back_from_a_story_leads_to_what_was_searched_and_forward_to_the_story(page: Page, address: str) -> None:
    page.goto(f"{address}/verhalen")
    search = page.get_by_label("Waar zoekt u een verhaal over?")
    search.fill("boris")
    search.press("Enter")
    expect(page.get_by_text("3 verhalen van 68.")).to_be_visible()
    settled(page)
    choose(page, "Regio", "Food Valley")
    expect(page.get_by_text("1 verhaal van 68.")).to_be_visible()
    settled(page)
    searched = page.url
    assert "zoek=boris" in searched
    page.get_by_role("link", name="Borislijn in Ede").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Borislijn in Ede")
    story = page.url
    page.get_by_role("link", name="Food Valley").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Praktijkverhalen")
    expect(search).to_have_value("")
    settled(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Borislijn in Ede")
    assert page.url == story
    settled(page)
    page.go_back()
    expect(page.get_by_text("1 verhaal van 68.")).to_be_visible()
    expect(search).to_have_value("boris")
    assert page.url == searched
    settled(page)
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_have_text("Borislijn in Ede")
    assert page.url == story


def test_back_from_a_question_that_was_a_search_leads_to_the_search(page: Page, address: str) -> None:
    page.goto(f"{address}/verhalen?zoek=thuiszitters")
    page.get_by_role("button", name="Stel dit als vraag").click()
    expect(answer(page, 0)).to_be_visible()
    settled(page)
    for _ in range(5):
        page.go_back()
        page.wait_for_timeout(500)
        settled(page)
        if "/verhalen" in page.url:
            break
    assert page.url == f"{address}/verhalen?zoek=thuiszitters"
    expect(page.get_by_label("Waar zoekt u een verhaal over?")).to_have_value("thuiszitters")


def test_back_from_a_story_leads_to_the_answer_that_named_it(page: Page) -> None:
    ask(page, BORIS, 0)
    asked = page.url
    page.locator("section.pb-card a.pb-in").first.click()
    expect(page.locator("#vraag-0")).to_have_count(0)
    settled(page)
    page.go_back()
    expect(answer(page, 0)).to_be_visible()
    assert page.url == asked


def test_the_closed_box_names_the_own_region_and_stays_open_while_it_is_chosen(page: Page) -> None:
    box = page.locator(".st-key-choices summary")
    expect(box).to_contain_text("Uw regio, en zoeken binnen een regio of thema")
    box.click()
    choose(page, "Uw eigen regio", "Twente")
    expect(box).to_contain_text("Uw regio (Twente), en zoeken binnen een regio of thema")
    settled(page)
    expect(page.get_by_role("combobox", name="Uw eigen regio")).to_be_visible()
    page.reload()
    expect(box).to_contain_text("Uw regio (Twente)")
    box.click()
    choose(page, "Uw eigen regio", "Niet gekozen")
    expect(box).not_to_contain_text("Twente")


def test_where_it_wraps_a_view_keeps_its_border_and_the_words_of_a_button_stay_together(
    page: Page, address: str, snapshot: Snapshot
) -> None:
    page.goto(f"{address}/verhalen")
    views = page.get_by_role("radiogroup").get_by_role("radio")
    expect(views).to_have_count(5)
    # each is a whole by itself, corners too: in one bar the first and last of a row are cut off straight
    corners = "e => ['TopLeft', 'TopRight', 'BottomLeft', 'BottomRight'].map(at => parseFloat(getComputedStyle(e)[`border${at}Radius`]))"
    for view in views.all():
        assert min(view.evaluate(corners)) > 0
    silent = next(story for story in snapshot.stories.values() if not story.url)
    page.goto(f"{address}/verhaal?verhaal={silent.id}")
    button = page.get_by_role("link", name="Zoek dit verhaal op het web")
    expect(button).to_be_visible()
    lines = "a => { const r = document.createRange(); r.selectNodeContents(a.firstChild); return r.getClientRects().length; }"
    assert button.evaluate(lines) == 1
