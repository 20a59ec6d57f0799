"""120 payloads through every place where text of a source or a question is shown: nothing runs, nothing leaves, nothing becomes a link."""

import json
from collections.abc import Iterator

import pytest
from payloads import HOST, PAYLOADS
from playwright.sync_api import Browser, Page, expect
from serving import launched, served

from index.build import build_index, open_index
from index.builder import Metadata
from index.library import keep_file
from praktijkbaken.records import Records
from praktijkbaken.settings import Settings
from rag.answer import Answer, AnswerStory, Citation, IndexUsed, Statement, StatementPart, StoryPart, TablePart, TableRow, TextPart
from ui.session import HERE

pytestmark = pytest.mark.browser
AT_ONCE = 12


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home whose sources are payloads: 120 stories by title and text, and one document that holds them all."""
    folder = tmp_path_factory.mktemp("hostile")
    made = Settings(home=folder / "home", embedding_model="none")
    rows = [{"title": f"Verhaal {at} {text}", "text": f"Dit is verhaal {at}. {text}", "themes": [text]} for at, text in enumerate(PAYLOADS)]
    (folder / "verhalen.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    (folder / "alles.txt").write_text("\n\n".join(f"Dit is zin {at}. {text}" for at, text in enumerate(PAYLOADS)), "utf-8")
    keep_file(made, folder / "verhalen.jsonl", Metadata())
    keep_file(made, folder / "alles.txt", Metadata(title=PAYLOADS[0], date=PAYLOADS[1], regions=(PAYLOADS[2],), themes=(PAYLOADS[5],)))
    build_index(made, lambda _snapshot: None, lambda _step, _done, _total: None)
    return made


@pytest.fixture(scope="module")
def address(hostile: Settings) -> Iterator[str]:
    with served(hostile, PRAKTIJKBAKEN_EMBEDDING_MODEL="none") as url:
        yield url


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with launched(chromium) as opened:
        yield opened


@pytest.fixture
def watched(browser: Browser, address: str) -> Iterator[Page]:
    """A page on which a request to elsewhere or a dialog fails the test."""
    page = browser.new_page()
    # before the policy sees them: what asks and is refused has asked all the same
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation',"
        " e => { (window.refused ??= []).push(e.blockedURI + ' ' + e.violatedDirective + ' ' + e.sample) })"
    )
    elsewhere: list[str] = []
    page.on("request", lambda request: None if request.url.startswith((address, "data:", "blob:")) else elsewhere.append(request.url))
    page.on("dialog", lambda dialog: elsewhere.append(f"dialog: {dialog.message}"))
    yield page
    assert elsewhere == []
    page.close()


def nothing_became_markup(page: Page) -> None:
    page.wait_for_timeout(500)
    made = "iframe", "script", "form[action]", "object", "video", ".katex", "link", "meta", f"[style*='{HOST}']", f"img[src*='{HOST}']"
    assert page.locator(", ".join(f"main {one}" for one in made)).count() == 0
    led = page.evaluate("[...document.querySelectorAll('main a')].map(a => new URL(a.href).protocol + new URL(a.href).hostname)")
    assert set(led) <= {
        "http:localhost",
        "https:duckduckgo.com",
        "https:www.samenvoordeklant.nl",
        "https:www.autoriteitpersoonsgegevens.nl",
    }
    # Streamlit's page itself asks for one inline script and for WebAssembly, and gets neither
    refused = page.evaluate("window.refused ?? []")
    assert [one for one in refused if not one.startswith(("inline script-src", "wasm-eval"))] == []
    assert len([one for one in refused if one.startswith("inline")]) <= 1
    assert page.evaluate("window.ran") is None


def hostile_answer(texts: tuple[str, ...], document: str) -> Answer:
    """An answer in which every field that is shown holds a payload."""

    def text(at: int) -> str:
        return texts[at % len(texts)]

    citations = tuple(
        Citation(
            n=at + 1, quote=one, passage_id=one, document_id=document, document_title=one, source_date=one, section=(one, one), page=3,
            start=0, end=5, story_ids=(one,), regions=(one,), url=one,
        )
        for at, one in enumerate(texts)
    )  # fmt: skip
    stories = tuple(
        AnswerStory(
            id=one,
            title=one,
            regions=(one,),
            themes=(one,),
            url=one,
            link="live",
            checked=one,
            archive_url=one,
            search_url=one,
            found_at=(),
        )
        for one in texts
    )
    return Answer.model_construct(
        id="x" + str(abs(hash(texts))), question=text(0), standalone_question=text(1), language="nl", status="answered", reason=None,
        mode="generated", model=text(2), text="\n".join(texts),
        parts=(
            TextPart(kind="heading", text=text(3)), TextPart(kind="frame", text=text(4)),
            *(StatementPart(statement=at, label=one) for at, one in enumerate(texts)),
            *(StoryPart(story_id=one) for one in texts),
            TablePart(columns=texts[:2], rows=(TableRow(label=text(5), cells=((0,), (1,))),)),
        ),
        statements=tuple(Statement(text=one, citations=(at + 1,)) for at, one in enumerate(texts)),
        frame=(), citations=citations, related=(), stories=stories, listing=None, missing=(), filters=(), own_region=None,
        suggestions=texts[:3], removed=(), notices=texts[:4], retrieved=(), seconds={"total": 0.1},
        index=IndexUsed(snapshot="x", embedding="none"),
    )  # fmt: skip


def test_answers_cards_suggestions_and_notices(watched: Page, address: str, hostile: Settings) -> None:
    records, document = Records(hostile), next(iter(open_index(hostile).documents))
    answers = [hostile_answer(PAYLOADS[at : at + AT_ONCE], document).model_dump_json() for at in range(0, len(PAYLOADS), AT_ONCE)]
    conversation = records.keep_turn(HERE, None, answers, PAYLOADS[0])
    watched.goto(f"{address}/?gesprek={conversation}")
    expect(watched.locator("#bron-9-12")).to_be_attached(timeout=60_000)
    nothing_became_markup(watched)
    assert watched.locator("section.pb-card blockquote").count() == len(PAYLOADS)
    shown = watched.locator("section.pb-card blockquote").all_inner_texts()
    assert [" ".join(one.split()) for one in shown] == [f"“{' '.join(one.split())}”" for one in PAYLOADS]
    # the names of conversations and the text to copy are in there too
    for summary in watched.get_by_test_id("stExpander").locator("summary").all():
        summary.click()
    nothing_became_markup(watched)


def test_story_titles_themes_and_regions(watched: Page, address: str) -> None:
    watched.goto(f"{address}/verhalen")
    watched.get_by_role("button", name="Toon alle").click(timeout=60_000)
    expect(watched.get_by_text("Verhaal 119", exact=False).first).to_be_attached(timeout=30_000)
    nothing_became_markup(watched)
    for view in ("Thema+en+regio", "Toevoegen"):
        watched.goto(f"{address}/verhalen?weergave={view}")
        expect(watched.locator("h1#inhoud")).to_be_visible(timeout=30_000)
        nothing_became_markup(watched)


def test_the_pages_of_stories(watched: Page, address: str, hostile: Settings) -> None:
    stories = [story for story in open_index(hostile).stories.values() if story.title.startswith("Verhaal")]
    assert len(stories) > 100
    for story in stories[::12]:
        watched.goto(f"{address}/verhaal?verhaal={story.id}")
        expect(watched.locator("h1#inhoud")).to_contain_text(story.title.split()[1], timeout=30_000)
        nothing_became_markup(watched)


def test_the_document_page_and_the_question_that_quotes_it(watched: Page, address: str, hostile: Settings) -> None:
    document = next(one for one in open_index(hostile).documents.values() if "Dit is zin 119" in one.text)
    watched.goto(f"{address}/bron?document={document.id}&van=0&tot=40")
    expect(watched.get_by_text("Dit is zin 119", exact=False).first).to_be_attached(timeout=60_000)
    nothing_became_markup(watched)
    for path in ("over", "evaluatie"):
        watched.goto(f"{address}/{path}")
        expect(watched.locator("h1#inhoud")).to_be_visible(timeout=30_000)
        nothing_became_markup(watched)
    watched.goto(address)
    box = watched.get_by_placeholder("Stel uw vraag")
    box.fill(f"Wat staat er in zin 7 over klik en beeld? {PAYLOADS[21]} {PAYLOADS[4]}")
    box.press("Enter")
    expect(watched.locator("#vraag-0")).to_be_attached(timeout=30_000)
    nothing_became_markup(watched)
