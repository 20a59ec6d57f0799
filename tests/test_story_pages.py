"""Story pages through the guarded transport: fetched, kept, checked, archived, and told in answers."""

import json
from dataclasses import replace

import pytest
from loopback import Handler, Server

from evals.golden import golden_check
from index.build import build_index, open_index
from index.catalogue import Story
from index.doctor import examine
from index.embedding import embeddings_for
from index.library import source_files
from index.links import LinkState, read_links, write_links
from index.story_pages import Visit, visit_links
from index.web.archive import ArchiveCopy, find_copy
from index.web.transport import Policy, Transport
from praktijkbaken.settings import Settings
from rag.assistant import Assistant, Question
from rag.verify import problems

TEXT = "<html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{text}</p></article></body></html>"


def page(title: str, text: str) -> bytes:
    return TEXT.format(title=title, text=text).encode()


@pytest.fixture
def festival(settings: Settings, server: Server) -> Story:
    """The story of the Groningen festival, with its link on the loopback server."""
    story = open_index(settings).stories["werkfestival"]
    server.answers["/praktijk/festival"] = lambda h: h.say(
        200,
        page("Beleven maakt gigantisch werkfestival", "Op het Suikerterrein stonden tachtig kramen van werkgevers uit de regio."),
        ETag='"1"',
    )
    return replace(story, url=server.url("/praktijk/festival"))


def visit(settings: Settings, story: Story, policy: Policy, server: Server, keep: bool = True) -> Visit:
    def find(transport: Transport, url: str) -> ArchiveCopy | None:
        return find_copy(transport, url, api=server.url("/wayback/available"), archive=f"http://{server.host}")

    with Transport(policy) as transport:
        (seen,) = visit_links(settings, [story], transport, keep, find)
    return seen


def archived(server: Server, story: Story) -> None:
    """From now on the page is gone, and the archive has a copy of it."""
    del server.answers["/praktijk/festival"]
    stamp = "20190611120000"
    closest = {"available": True, "status": "200", "timestamp": stamp, "url": f"http://{server.host}/web/{stamp}/{story.url}"}
    server.answers["/wayback/available"] = lambda h: h.say(
        200, json.dumps({"archived_snapshots": {"closest": closest}}).encode(), "application/json"
    )
    server.answers[f"/web/{stamp}id_/{story.url}"] = lambda h: h.say(200, page("Festival", "In het archief stonden negentig kramen."))


def test_a_fetched_page_is_kept_as_the_story_s_own_document(own_home: Settings, festival: Story, policy: Policy, server: Server) -> None:
    seen = visit(own_home, festival, policy, server)
    assert (seen.kept, seen.problem, seen.state.status) == (True, None, "live")
    build_index(own_home, golden_check(own_home), lambda _step, _done, _total: None)
    snapshot = open_index(own_home)
    assert len(snapshot.stories["werkfestival"].documents) == 1
    assistant = Assistant(snapshot, own_home, embeddings_for(own_home.embedding_model))
    answer = assistant.invoke(Question("Hoeveel kramen stonden er op het werkfestival in Groningen?"))
    assert "tachtig kramen" in answer.citations[0].quote
    assert answer.citations[0].story_ids == ("werkfestival",)
    assert answer.citations[0].regions == ("Groningen",)


def test_a_second_fetch_sends_what_it_knows_and_keeps_the_page(own_home: Settings, festival: Story, policy: Policy, server: Server) -> None:
    visit(own_home, festival, policy, server)
    kept = source_files(own_home)

    def unchanged(handler: Handler) -> None:
        assert handler.headers["If-None-Match"] == '"1"'
        handler.say(304, b"", None)

    server.answers["/praktijk/festival"] = unchanged
    seen = visit(own_home, festival, policy, server)
    assert (seen.kept, seen.problem, seen.state.status, seen.state.etag) == (False, None, "live", '"1"')
    assert source_files(own_home) == kept


@pytest.mark.parametrize("status", [404, 403, 500, 503])
def test_a_failed_fetch_never_removes_what_was_there(
    own_home: Settings, festival: Story, policy: Policy, server: Server, status: int
) -> None:
    visit(own_home, festival, policy, server)
    kept = source_files(own_home)
    server.answers["/praktijk/festival"] = lambda h: h.say(status)
    seen = visit(own_home, festival, policy, server)
    assert not seen.kept
    assert seen.state.status == ("dead" if status == 404 else "live")
    assert source_files(own_home) == kept


def test_a_page_that_is_gone_comes_from_the_archive(own_home: Settings, festival: Story, policy: Policy, server: Server) -> None:
    archived(server, festival)
    seen = visit(own_home, festival, policy, server)
    assert (seen.kept, seen.state.status, seen.state.archived_on) == (True, "archived", "2019-06-11")
    (file,) = source_files(own_home)
    assert "negentig kramen" in file.path.read_text("utf-8")
    assert file.given.url == festival.url


def test_a_living_copy_that_is_here_is_not_replaced_by_the_archive_s(
    own_home: Settings, festival: Story, policy: Policy, server: Server
) -> None:
    visit(own_home, festival, policy, server)
    archived(server, festival)
    assert visit(own_home, festival, policy, server).state.status == "archived"
    (file,) = source_files(own_home)
    assert "tachtig kramen" in file.path.read_text("utf-8")


def test_a_page_that_leads_to_the_front_page_is_gone(own_home: Settings, festival: Story, policy: Policy, server: Server) -> None:
    server.answers["/praktijk/festival"] = lambda h: h.say(302, Location="/")
    server.answers["/"] = lambda h: h.say(200, page("Welkom", "De voorpagina."))
    assert visit(own_home, festival, policy, server).state.status == "dead"
    assert source_files(own_home) == []


def test_a_check_records_states_and_keeps_no_page(own_home: Settings, festival: Story, policy: Policy, server: Server) -> None:
    assert visit(own_home, festival, policy, server, keep=False).state.status == "live"
    assert source_files(own_home) == []
    assert read_links(own_home.home)[festival.url or ""].checked is not None


def test_a_site_that_cannot_be_reached_is_left_alone_after_two_tries(
    own_home: Settings, festival: Story, policy: Policy, server: Server
) -> None:
    server.shutdown()
    server.server_close()
    with Transport(policy) as transport:
        visits = list(visit_links(own_home, [festival] * 5, transport, keep=True))
    assert [seen.state.status for seen in visits] == ["unchecked"] * 5
    assert ["overgeslagen" in (seen.problem or "") for seen in visits] == [False, False, True, True, True]


URL = "https://www.samenvoordeklant.nl/praktijk/beleven-maakt-gigantisch-werkfestival-tot-een-groot-succes"
COPY = f"https://web.archive.org/web/20190611120000/{URL}"


@pytest.mark.parametrize(
    ("state", "link", "words"),
    [
        (None, URL, "gedrukt in 2019, niet gecontroleerd"),
        (LinkState("live", "2026-11-01"), URL, ""),
        (LinkState("archived", "2026-11-01", COPY, "2019-06-11"), COPY, "archiefkopie van 11 juni 2019"),
        (LinkState("dead", "2026-11-01"), None, "de link werkt niet meer"),
    ],
)
def test_an_answer_links_to_the_living_copy_and_says_what_is_known_of_it(
    own_home: Settings, state: LinkState | None, link: str | None, words: str
) -> None:
    if state:
        write_links(own_home.home, {URL: state})
    assistant = Assistant(open_index(own_home), own_home, embeddings_for(own_home.embedding_model))
    answer = assistant.invoke(Question("Hoeveel werkzoekenden trok het event in Groningen?"))
    assert answer.citations[0].url == link
    assert (f"]({link})" in answer.text) is (link is not None)
    story = next(story for story in answer.stories if story.id == "werkfestival")
    assert (story.url, story.link, story.checked) == (URL, state.status if state else "unchecked", state.checked if state else None)
    assert (story.search_url is not None) is (state is not None and state.status == "dead")
    assert words in answer.text + " ".join(answer.notices)
    assert ("niet gecontroleerd" in " ".join(answer.notices)) is (state is None)
    assert problems(answer, assistant.snapshot, assistant.links) == []


def test_doctor_names_dead_links_and_a_check_that_is_long_ago(own_home: Settings) -> None:
    write_links(own_home.home, {URL: LinkState("dead", "2020-01-01")})
    told = [finding.text for finding in examine(own_home) if finding.usable]
    assert any("dode link" in line for line in told)
    assert any("2020-01-01" in line and "stories check" in line for line in told)


def test_a_record_of_links_that_cannot_be_read_is_no_record(own_home: Settings) -> None:
    (own_home.home / "links.json").write_text('{"x": {"status": "live", "vreemd": 1}}')
    assert read_links(own_home.home) == {}
