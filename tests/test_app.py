"""The pages in Streamlit's own test runner (the script: a file with `st.App` shows it no elements)."""

import inspect
import json
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl

import anyio
import pytest
import streamlit as st
from payloads import PAYLOADS
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextInput
from test_gate import LOGIN, PROXY

from evals import names
from evals.cases import read_cases
from evals.metrics import METRICS, why_not
from evals.run import run, write_run
from evals.systems import ABLATIONS, NAMES, WITHOUT_RERANKER, runs_folder, system
from index.builder import Metadata
from index.catalogue import Story
from index.library import forget, source_files
from index.snapshot import Snapshot
from index.tiles import read_tiles
from praktijkbaken import dates
from praktijkbaken.errors import RecordError, SourceError
from praktijkbaken.records import Records
from praktijkbaken.settings import Settings, load_settings
from rag.answer import Answer, Statement
from rag.assistant import Assistant, Question
from ui import adding, conversations, markup, session
from ui import answer as on_screen
from ui.headers import page
from ui.places import PLACES
from ui.shelf import Shelf
from ui.warming import WARM_UP, warmed

BESCHUT = "Hoe verhogen andere regio's het aantal plekken Beschut Werk?"
Ask = Callable[..., Answer]


@pytest.fixture
def at_home(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PRAKTIJKBAKEN_HOME", str(settings.home))
    monkeypatch.setenv("PRAKTIJKBAKEN_RECORDS_URL", f"sqlite:///{tmp_path / 'records.db'}")
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def open_page(**query: str) -> AppTest:
    at = AppTest.from_file(str(page("main")), default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    return at.run()


def open_module(module: str, **query: str | list[str]) -> AppTest:
    """A page by its module: the test runner follows no link to another page of a menu."""
    at = AppTest.from_string(f"from ui import {module}\n{module}.draw()", default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    return at.run()


def shown(at: AppTest) -> str:
    written = [element.value for element in [*at.markdown, *at.info, *at.error, *at.warning, *at.title]]
    return "\n".join([*written, *(element.proto.body for element in at.get("html"))])


def press(at: AppTest, label: str) -> AppTest:
    return next(button for button in at.button if button.label == label).click().run()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.mark.usefixtures("at_home")
def test_three_example_questions_stand_ready_and_one_click_answers() -> None:
    at = open_page()
    assert not at.exception
    assert "Dit is een AI-systeem" in shown(at)
    assert len(at.button) == 3
    press(at, BESCHUT)
    assert "De bronnen beschrijven aanpakken." in shown(at)
    assert 'href="#bron-0-1"' in shown(at)
    assert 'id="bron-0-1"' in shown(at)
    assert "Opgezocht door een AI-systeem · letterlijke citaten uit de bron" in shown(at)
    at.run()
    offered = [button.label for button in at.button if button.label.startswith("Wat doet")]
    assert offered == ["Wat doet Noordoost-Brabant?", "Wat doet Rijnmond?"]


@pytest.mark.usefixtures("at_home")
def test_a_typed_question_and_a_follow_up_stand_under_each_other() -> None:
    at = open_page()
    at.chat_input[0].set_value("Wat doet Drechtsteden voor GGZ-cliënten?").run()
    at.chat_input[0].set_value("En in Midden-Utrecht?").run()
    assert shown(at).index('id="vraag-0"') < shown(at).index('id="vraag-1"')
    assert "Individuele Plaatsing en Steun" in shown(at)


@pytest.mark.usefixtures("at_home")
def test_a_whole_conversation_is_there_to_keep_in_word_and_in_markdown_once_it_has_two_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    offered: dict[str, tuple[Callable[[], str | bytes], str]] = {}
    monkeypatch.setattr(
        st, "download_button", lambda label, data, file_name, *_args, **_more: offered.__setitem__(label, (data, file_name))
    )
    at = open_page()
    press(at, BESCHUT)
    assert list(offered) == ["Word", "Markdown"]
    at.chat_input[0].set_value("Wat doet Twente?").run()
    assert list(offered) == ["Word", "Markdown", "Hele gesprek in Word", "Hele gesprek in Markdown"]
    moment = r"-\d{4}(?:-\d\d){2}-\d{4}\."
    assert [re.sub(moment, "-MOMENT.", name) for _, name in offered.values()] == [
        "praktijkbaken-antwoord-2-MOMENT.docx",
        "praktijkbaken-antwoord-2-MOMENT.md",
        "praktijkbaken-gesprek-MOMENT.docx",
        "praktijkbaken-gesprek-MOMENT.md",
    ]
    make, _ = offered["Hele gesprek in Markdown"]
    assert re.findall("^# (.*)", str(make()), re.MULTILINE) == [BESCHUT, "Wat doet Twente?"]


@pytest.mark.usefixtures("at_home")
def test_where_nothing_is_kept_no_judgement_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAKTIJKBAKEN_RETENTION_DAYS", "0")
    at = press(open_page(), BESCHUT)
    assert "Wat vindt u van dit antwoord?" not in [one.label for one in at.button_group]
    monkeypatch.delenv("PRAKTIJKBAKEN_RETENTION_DAYS")
    at = press(open_page(), BESCHUT)
    assert "Wat vindt u van dit antwoord?" in [one.label for one in at.button_group]


@pytest.mark.usefixtures("at_home")
def test_what_is_not_found_looks_different_and_offers_another_question() -> None:
    at = open_page()
    at.chat_input[0].set_value("Hoeveel Beschut Werk-plekken waren er in 2023 in Utrecht?").run()
    assert '<div class="pb-none">' in shown(at)
    assert "Dit staat niet in de bronnen." in shown(at)
    assert "Stel de vraag anders" in shown(at)
    press(at, "Wat doet Midden-Utrecht?")
    assert "Midden-Utrecht: 6 praktijkverhalen" in shown(at)


@pytest.mark.usefixtures("at_home")
def test_a_question_that_is_too_long_is_not_lost_but_told_how_long_it_may_be() -> None:
    at = open_page()
    assert not at.chat_input[0].proto.max_chars
    at.chat_input[0].set_value("x" * 100_000).run()
    assert "De vraag is te lang (100000 tekens, het meeste is 4000). Maak haar korter." in shown(at)


@pytest.mark.usefixtures("at_home")
def test_personal_data_is_not_shown_back_and_not_kept() -> None:
    at = open_page()
    at.chat_input[0].set_value("Klant Jansen, bsn 111222333, heeft schulden. Wat doen andere regio's?").run()
    assert "111222333" not in shown(at) + "".join(text.value for text in at.text)
    assert all("111222333" not in line for line in Records(load_settings()).turns(at.session_state["conversation"]))


@pytest.mark.usefixtures("at_home")
def test_a_conversation_is_reopened_by_a_link_that_holds_no_question() -> None:
    at = open_page()
    press(at, BESCHUT)
    link = at.session_state["conversation"]
    assert link in str(at.query_params["gesprek"])
    assert "Beschut" not in link
    again = open_page(gesprek=link)
    assert 'id="bron-0-1"' in shown(again)
    gone = open_page(gesprek="onbekend")
    assert "Dit gesprek is er niet (meer)" in shown(gone)


@pytest.mark.usefixtures("at_home")
def test_a_chosen_region_is_remembered_and_a_filter_limits_the_answer() -> None:
    at = open_page()
    at.selectbox(key="eigen_regio").set_value("Twente").run()
    at.selectbox(key="zoek_regio").set_value("Rijnmond").run()
    press(at, BESCHUT)
    assert "Alleen gezocht binnen: Rijnmond." in shown(at)
    assert open_page().selectbox(key="eigen_regio").value == "Twente"


@pytest.mark.usefixtures("at_home")
def test_where_the_filter_leaves_nothing_a_button_takes_it_off_and_asks_again() -> None:
    at = open_page()
    at.selectbox(key="zoek_regio").set_value("Flevoland").run()
    at.selectbox(key="zoek_thema").set_value("Matching").run()
    at.chat_input[0].set_value("Wat helpt bij schulden?").run()
    assert "Haal het filter weg om overal te zoeken." in shown(at)
    press(at, "Haal het filter weg en vraag het opnieuw")
    assert not at.exception
    assert (at.selectbox(key="zoek_regio").value, at.selectbox(key="zoek_thema").value) == ("Alle", "Alle")
    again = shown(at).split('id="vraag-1"')[1]
    assert "Wat helpt bij schulden?" in again
    assert 'id="bron-1-1"' in again
    assert "Haal het filter weg en vraag het opnieuw" not in [button.label for button in at.button]


@pytest.mark.usefixtures("at_home")
def test_where_the_filter_leaves_no_answer_the_button_stands_there_too() -> None:
    at = open_page()
    at.selectbox(key="zoek_regio").set_value("Zeeland").run()
    at.chat_input[0].set_value("Wat kost een jobcoach?").run()
    assert '<div class="pb-none">' in shown(at)
    assert "Haal het filter weg en vraag het opnieuw" in [button.label for button in at.button]
    at.chat_input[0].set_value("Wat is HIVE?").run()
    assert "Haal het filter weg en vraag het opnieuw" not in [button.label for button in at.button]


@pytest.mark.usefixtures("at_home")
def test_regions_to_choose_stand_by_name(assistant: Assistant) -> None:
    at = open_page()
    own, within = at.selectbox(key="eigen_regio").options[1:], at.selectbox(key="zoek_regio").options[1:]
    assert own == sorted(assistant.regions.names)
    assert within == sorted(within)


@pytest.mark.usefixtures("at_home")
def test_a_judgement_with_its_reason_is_kept_and_shown_with_the_evaluation() -> None:
    at = open_page()
    press(at, BESCHUT)
    at.segmented_control[0].set_value("Niet goed").run()
    next(box for box in at.text_input if box.label.startswith("Waarom")).set_value("mist Oss")
    press(at, "Verstuur uw oordeel")
    (judged,) = Records(load_settings()).feedback("deze computer")
    assert (judged.good, judged.reason, judged.question) == (False, "mist Oss", BESCHUT)
    evaluation = open_module("evaluation")
    assert not evaluation.exception
    assert ">Niet goed</td>" in shown(evaluation)
    assert ">mist Oss</td>" in shown(evaluation)


@pytest.mark.usefixtures("at_home")
def test_a_judgement_stands_as_it_was_given_in_a_next_visit_and_can_be_changed_by_who_gave_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def why(at: AppTest) -> TextInput:
        return next(box for box in at.text_input if box.label.startswith("Waarom"))

    at = open_page()
    press(at, BESCHUT)
    at.segmented_control[0].set_value("Niet goed").run()
    assert not at.success
    why(at).set_value("mist Oss")
    press(at, "Verstuur uw oordeel")
    link = at.session_state["conversation"]
    again = open_page(gesprek=link)
    assert again.segmented_control[0].value == "Niet goed"
    assert why(again).value == "mist Oss"
    assert [one.value for one in again.success] == ["Uw oordeel is bewaard op deze computer. U kunt het nog veranderen."]
    # not sent, not changed
    again.segmented_control[0].set_value("Nuttig").run()
    assert not again.success
    why(again).set_value("toch wel")
    press(again, "Verstuur uw oordeel")
    assert [one.value for one in again.success] == ["Bedankt. Uw oordeel is bewaard op deze computer."]
    (judged,) = Records(load_settings()).feedback("deze computer")
    assert (judged.good, judged.reason) == (True, "toch wel")
    third = open_page(gesprek=link)
    assert (third.segmented_control[0].value, why(third).value) == ("Nuttig", "toch wel")
    # who opens a conversation that is shared judges for herself
    monkeypatch.setattr(session, "who", lambda: "iemand anders")
    shared = open_page(**dict(parse_qsl(conversations.query(link))), sleutel=conversations._key(link))
    assert 'id="bron-0-1"' in shown(shared)
    assert shared.segmented_control[0].value is None
    assert not shared.success


@pytest.mark.usefixtures("at_home")
def test_who_sits_at_the_machine_sees_every_judgement_and_who_logged_in_her_own(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Records(load_settings())
    kept.judge("deze computer", "a1", "Wat doet Twente?", True, "helder")
    kept.judge("iemand anders", "a1", "Wat doet <b>Zwolle</b>?", False, "mist het Werkbedrijf")
    seen = shown(open_module("evaluation"))
    assert "2 oordelen: 1 nuttig, 1 niet goed. U ziet alle oordelen" in seen
    assert "mist het Werkbedrijf" in seen
    assert "<b>Zwolle" not in seen
    monkeypatch.setattr(session, "who", lambda: "iemand anders")
    seen = shown(open_module("evaluation"))
    assert "1 oordeel: 0 nuttig, 1 niet goed. U ziet alleen uw eigen oordelen." in seen
    assert "helder" not in seen


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize(
    ("checked", "counts"),
    [({}, True), ({"email_verified": None}, True), ({"email_verified": True}, True), ({"email_verified": "True"}, True)]
    + [({"email_verified": told}, False) for told in (False, "false", "", 0, "no", [])],
)
def test_an_address_that_the_provider_does_not_call_checked_is_nobodys(
    monkeypatch: pytest.MonkeyPatch, checked: dict[str, object], counts: bool
) -> None:
    for name, value in {**LOGIN, "PRAKTIJKBAKEN_FEEDBACK_READERS": "anna@organisatie.nl"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(session, "visitor", lambda: "anna")
    monkeypatch.setattr(st, "user", {"email": "anna@organisatie.nl", **checked})
    assert session.may_read_all() is counts


@pytest.mark.usefixtures("at_home")
def test_where_readers_are_named_about_promises_no_more_than_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in PROXY.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(session, "who", lambda: "proxy anna")
    assert "andere gebruikers zien alleen wat u deelt" in shown(open_module("about"))
    monkeypatch.setenv("PRAKTIJKBAKEN_FEEDBACK_READERS", "bram")
    seen = shown(open_module("about"))
    assert "andere gebruikers zien van uw gesprekken alleen wat u deelt" in seen
    assert "met uw vraag en uw reden; uw naam staat er niet bij." in seen
    assert "zonder uw naam" not in seen


@pytest.mark.usefixtures("at_home")
def test_without_a_place_to_keep_anything_questions_are_answered_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAKTIJKBAKEN_RECORDS_URL", "sqlite:////nergens/records.db")
    at = open_page()
    assert "PRAKTIJKBAKEN_RECORDS_URL" in at.warning[0].value
    press(at, BESCHUT)
    assert not at.error
    assert 'id="bron-0-1"' in shown(at)
    assert "worden nu niet bewaard" in shown(open_module("about"))
    assert not open_module("evaluation").exception


def test_a_wrong_setting_is_a_line_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAKTIJKBAKEN_ONBEKEND", "1")
    at = open_page()
    assert "Onbekende instelling PRAKTIJKBAKEN_ONBEKEND" in at.error[0].value
    assert not at.exception


@pytest.mark.usefixtures("at_home")
def test_a_mistake_of_ours_is_a_friendly_line_with_the_number_under_which_the_log_has_the_rest(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("ui.chat.draw", lambda: 1 / 0)
    at = open_page()
    number = re.search(r"nummer ([0-9a-f]{6})", at.error[0].value)
    assert number is not None
    assert "division" not in at.error[0].value
    assert f"error {number.group(1)} on page Vraag" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_without_an_index_the_page_builds_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PRAKTIJKBAKEN_HOME", str(tmp_path))
    st.cache_resource.clear()
    at = open_page()
    assert not at.exception
    assert len(at.button) == 3
    assert (tmp_path / "index" / "current").is_file()
    st.cache_resource.clear()


def warm_up() -> None:
    """Starts the app as a server does, and waits until what it loads meanwhile is there."""

    async def start() -> None:
        async with warmed(st.App(page("main"))):
            pass

    anyio.run(start)
    for thread in threading.enumerate():
        if thread.name == WARM_UP:
            thread.join()


@pytest.mark.usefixtures("at_home")
def test_the_start_makes_what_the_first_visit_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    warm_up()
    monkeypatch.setattr(session, "open_index", lambda _settings: pytest.fail("the first visit opens the index again"))
    assert not open_page().error


def test_a_start_without_an_index_leaves_it_to_the_first_visitor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PRAKTIJKBAKEN_HOME", str(tmp_path))
    st.cache_resource.clear()
    warm_up()
    assert not list(tmp_path.iterdir())
    st.cache_resource.clear()


@pytest.mark.usefixtures("at_home")
def test_what_goes_wrong_unforeseen_at_the_start_is_logged_and_the_rest_is_loaded(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    loaded: list[str] = []
    monkeypatch.setattr(session, "records", lambda: loaded.append("records"))
    monkeypatch.setattr("ui.warming.import_module", lambda name: loaded.append(name) or sys.modules[name])
    monkeypatch.setattr(session, "prepare", lambda: 1 / 0)
    warm_up()
    assert "ZeroDivisionError" in caplog.text
    assert "WARNING" in caplog.text
    assert {"records", *(f"ui.{place.module}" for place in PLACES)} <= set(loaded)


@pytest.mark.usefixtures("at_home")
def test_a_damaged_pointer_to_the_index_is_mended_by_the_first_visit(own_home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAKTIJKBAKEN_HOME", str(own_home.home))
    pointer = own_home.home / "index" / "current"
    pointer.write_bytes(b"\xff\xfe\x00")
    at = open_page()
    assert not at.exception
    assert not at.error
    assert "Wat doet Twente?" in [button.label for button in at.button]
    assert (pointer.parent / pointer.read_text("utf-8")).is_dir()


@pytest.mark.usefixtures("at_home")
def test_a_judgement_becomes_an_evaluation_question_only_with_a_sentence_that_a_source_holds(
    own_home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAKTIJKBAKEN_HOME", str(own_home.home))
    Records(load_settings()).judge("deze computer", "a1", "Wie zoekt werk in de omgeving van de cliënt?", False, "")
    at = open_module("evaluation")
    at.text_area[0].set_value("Dit staat nergens.")
    press(at, "Maak de evaluatievraag")
    assert "staat niet letterlijk in een bron" in at.error[0].value
    at.text_area[0].set_value("Oss zoekt ook werkplekken in de omgeving van de cliënt.")
    press(at, "Maak de evaluatievraag")
    assert "is toegevoegd: “Wie zoekt werk in de omgeving van de cliënt?”" in at.success[0].value
    assert len(read_cases(own_home.home / "eval" / "own.jsonl")) == 1


@pytest.mark.usefixtures("at_home")
def test_a_judgement_that_comes_meanwhile_does_not_change_the_question_of_the_form(
    own_home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAKTIJKBAKEN_HOME", str(own_home.home))
    kept = Records(load_settings())
    kept.judge("deze computer", "a1", "Wie zoekt werk in de omgeving van de cliënt?", False, "")
    at = open_module("evaluation")
    at.text_area[0].set_value("Oss zoekt ook werkplekken in de omgeving van de cliënt.")
    kept.judge("deze computer", "a2", "Wat kost een jobcoach?", False, "")
    press(at, "Maak de evaluatievraag")
    file = own_home.home / "eval" / "own.jsonl"
    assert [one.question for one in read_cases(file)] == ["Wie zoekt werk in de omgeving van de cliënt?"]
    kept.judge("deze computer", "a1", "Wie zoekt werk in de omgeving van de cliënt?", True, "toch wel")
    assert not at.run().exception
    assert at.text_area[0].value == ""


@pytest.mark.usefixtures("at_home")
def test_two_runs_stand_side_by_side_with_their_figures_and_the_questions_that_changed(
    own_home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAKTIJKBAKEN_HOME", str(own_home.home))
    (own_home.home / "eval" / "runs" / "not-a-run").mkdir(parents=True)
    cases = read_cases()[:8]
    for name in ("bm25 alone", "assistant"):
        one = system(name, own_home)
        write_run(run(cases, one, "development"), one, own_home, runs_folder(own_home.home))
    at = open_module("evaluation")
    assert not at.exception
    assert "8 vragen)" in shown(at)
    assert "Vragen in beide metingen: 8." in shown(at)
    assert "Nu wel geslaagd" in shown(at)
    seen = words(shown(at))
    assert not re.search(r"n = \d|\d{4}-\d\d-\d\d|\bpass\b|\bnuggets\b|\brefused\b", seen)
    assert re.search(r"\d{1,2} [a-z]+ \d{4}, \d\d:\d\d", seen)


@pytest.mark.usefixtures("at_home")
def test_a_difference_of_nothing_is_no_difference_and_a_clear_one_says_which_way(
    own_home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAKTIJKBAKEN_HOME", str(own_home.home))
    for moment, false_answer in (("2026-11-30T02:11:28+00:00", 1.0), ("2026-11-30T02:11:59+00:00", 0.0)):
        folder = runs_folder(own_home.home) / moment.replace(":", "")
        folder.mkdir(parents=True)
        (folder / "run.json").write_text(json.dumps({"name": "assistant", "part": "development", "created": moment}), "utf-8")
        values = {"pass": 1.0, "false answer": false_answer}
        rows = [{"id": str(n), "kind": "hostile", "question": "Wat?", "why": [], "values": values} for n in range(1058)]
        (folder / "scores.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    at = open_module("evaluation")
    seen = words(shown(at))
    assert "Geslaagd 0 procentpunt geen verschil" in seen
    assert "Antwoord waar er geen is (minder is beter) -100,0 procentpunt (-100,0 tot -100,0) duidelijk beter" in seen
    assert "Geen duidelijk verschil. Vragen in beide metingen: 1.058." in seen
    assert "poging tot misbruik 100 % (100–100 %, 1.058 vragen)" in seen
    when = dates.moment("2026-11-30T02:11:28+00:00")
    assert f"{when}: 100 %" in seen
    assert f"{when} (2): 100 %" in seen


def test_all_that_the_evaluation_names_has_a_plain_name() -> None:
    assert set(names.METRICS) == set(METRICS)
    assert set(names.KINDS) == {case.kind for case in read_cases()}
    assert set(names.SYSTEMS) == {*NAMES, *ABLATIONS, WITHOUT_RERANKER}
    told = inspect.getsource(why_not)
    assert set(re.findall(r"""(?:append\(|\[)"([a-z ]+)"[)\]]""", told)) == set(names.WHY) - {"error"}


@pytest.mark.usefixtures("at_home")
def test_the_questions_of_a_run_on_the_offices_own_cases_are_for_readers(own_home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAKTIJKBAKEN_HOME", str(own_home.home))
    for at, why in enumerate((["error"], [])):
        folder = runs_folder(own_home.home) / f"{at}"
        folder.mkdir(parents=True)
        (folder / "run.json").write_text('{"name": "assistant", "part": "own.jsonl"}', "utf-8")
        row = {"id": "dev-fact-01", "kind": "fact", "question": "Wat deed Karin?", "why": why, "values": {"pass": float(at)}}
        (folder / "scores.jsonl").write_text(json.dumps(row), "utf-8")
    assert "Wat deed Karin?" in shown(open_module("evaluation"))
    monkeypatch.setattr(session, "who", lambda: "iemand anders")
    seen = shown(open_module("evaluation"))
    assert "Nu wel geslaagd (1)" in seen
    assert "Karin" not in seen
    assert "De vragen zelf ziet alleen wie alle oordelen mag lezen." in seen


@pytest.mark.usefixtures("at_home")
def test_statements_are_on_screen_before_the_whole_answer(monkeypatch: pytest.MonkeyPatch, assistant: Assistant) -> None:
    def slow(_self: Assistant, question: Question, *_: object) -> Iterator[Statement | Answer]:
        answer = assistant.invoke(question)
        for statement in answer.statements:
            yield statement
            time.sleep(0.05)
        yield answer.model_copy(update={"mode": "generated", "model": "proefmodel"})

    arrived: list[int] = []
    monkeypatch.setattr("ui.turn.on_screen.arriving", lambda statements, _language: arrived.append(len(statements)) or "<p>.</p>")
    monkeypatch.setattr(Assistant, "stream", slow)
    at = open_page()
    press(at, BESCHUT)
    assert arrived == sorted(arrived)
    assert len(set(arrived)) > 2
    assert "Geschreven door een AI-systeem (taalmodel) · elke zin vergeleken met de bron" in shown(at)
    assert "proefmodel" not in shown(at)


@pytest.mark.usefixtures("at_home")
def test_what_is_new_since_the_last_visit_is_named_once(snapshot: Snapshot) -> None:
    first = next(iter(snapshot.stories.values()))
    assert "Nieuw sinds" not in shown(open_module("stories"))
    known = [name for name in (*snapshot.stories, *snapshot.documents) if name != first.id]
    Records(load_settings()).prefer("deze computer", "stories-seen", json.dumps(known))
    assert "Nieuw sinds uw vorige bezoek" in shown(open_module("stories"))
    assert "Nieuw sinds" not in shown(open_module("stories"))


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("way", [LOGIN, PROXY])
def test_a_page_that_is_drawn_past_the_gate_shows_nothing(monkeypatch: pytest.MonkeyPatch, way: dict[str, str]) -> None:
    for name, value in way.items():
        monkeypatch.setenv(name, value)
    for query in ({}, {"gesprek": "bestaat-niet"}):
        at = open_page(**query)
        assert not at.exception
        assert words(shown(at)) == "U bent niet (meer) ingelogd. Laad de pagina opnieuw en log in. Praktijkbaken"
        assert not at.button


@pytest.mark.usefixtures("at_home")
def test_where_visitors_cannot_be_told_apart_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.session.st.get_option", lambda name: "0.0.0.0" if name == "server.address" else None)
    at = open_page()
    press(at, BESCHUT)
    assert 'id="bron-0-1"' in shown(at)
    assert "conversation" not in at.session_state
    assert "bewaart zij geen gesprekken" in shown(open_module("about"))
    assert "Toevoegen" not in open_module("stories").pills[0].options


@pytest.mark.usefixtures("at_home")
def test_the_source_page_shows_the_whole_document_and_marks_the_quote(snapshot: Snapshot) -> None:
    report = next(iter(snapshot.documents.values()))
    unit = report.units[40]
    at = open_module("source", document=report.id, van=str(unit.start), tot=str(unit.end))
    marked = re.findall(r"<mark[^>]*>(.*?)</mark>", shown(at))
    assert [words(markup.text(report.quote(unit.start, unit.end)))] == [words(one) for one in marked]
    seen = words(shown(at))
    assert all(words(markup.text(report.quote(one.start, one.end))) in seen for one in report.units)
    assert all(f"Bladzijde {number}" in seen for number, _ in report.pages[1:])
    for tag in ("p", "ul", "li", "mark", "details"):
        assert len(re.findall(rf"<{tag}[ >]", shown(at))) == shown(at).count(f"</{tag}>")


@pytest.mark.usefixtures("at_home")
def test_the_source_page_knows_the_answer_in_a_new_visit_of_who_asked_and_of_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    at = open_page()
    press(at, BESCHUT)
    (link,) = re.findall(r'href="(bron\?[^"]*nummer=2)"', shown(at))
    query = dict(parse_qsl(unescape(link).split("?")[1]))
    seen = shown(open_module("source", **query))
    assert "Bron 2 van 5 bij uw vraag: Hoe verhogen" in seen
    assert "Vorige bron (1)" in seen
    assert "Volgende bron (3)" in seen
    assert f'href="./?gesprek={at.session_state["conversation"]}">Terug naar het antwoord' in seen

    def is_bare(**other: str) -> bool:
        told = open_module("source", **{**query, **other})
        return not told.exception and "<mark" in shown(told) and not re.search("bij uw vraag|pb-bar|Beschut Werk\\?", shown(told))

    assert is_bare(nummer="9")
    assert is_bare(antwoord="weg")
    with monkeypatch.context() as other:
        other.setattr(session, "who", lambda: "iemand anders")
        assert is_bare()
    with monkeypatch.context() as broken:
        broken.setattr(Records, "conversation_of", raise_record_error)
        assert is_bare()
    Records(load_settings()).delete("deze computer", at.session_state["conversation"])
    assert is_bare()


def raise_record_error(*_: object) -> None:
    raise RecordError("De database antwoordt niet.")


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("query", [{"document": "weg"}, {"van": "9", "tot": "3"}, {"van": "x", "tot": "99999999999"}])
def test_an_address_that_names_nothing_still_gives_a_page(query: dict[str, str]) -> None:
    at = open_module("source", **query)
    assert not at.exception
    assert "<mark" not in shown(at)


@pytest.mark.usefixtures("at_home")
def test_the_stories_are_found_by_word_region_theme_and_link_from_the_address() -> None:
    assert "<b>68 verhalen</b> van 68" in shown(open_module("stories"))
    assert "Oss zoekt beschut werk" in shown(open_module("stories", zoek="oss beschut"))
    few = shown(open_module("stories", regio="Twente", thema="Matching"))
    assert re.search(r"<b>[1-9] verha", few)
    assert "Geen verhaal gaat over “qqqq”" in shown(open_module("stories", zoek="qqqq"))
    assert "Geen verhaal past bij deze keuze" in shown(open_module("stories", regio="Flevoland", thema="Matching"))
    told = open_module("stories", zoek="schuldhulp Deventer")
    assert "<b>1 verhaal</b> van 68" in shown(told)
    assert "Deventer hoort bij: Stedendriehoek en Noordwest Veluwe." in shown(told)
    assert "Ook gezocht op: schulden, schuldhulpverlening" in shown(told)
    assert "Gevonden op:</b> “Schulden”" in shown(told)
    assert "<b>28 verhalen</b>" in shown(open_module("stories", link="niet gecontroleerd"))


@pytest.mark.usefixtures("at_home")
def test_the_numbers_of_themes_and_regions_lead_to_as_many_stories(snapshot: Snapshot) -> None:
    at = open_module("stories", weergave="Thema en regio")
    shelf = Shelf(snapshot)
    for (theme, region), count in shelf.counts().items():
        assert f'href="{markup.text(markup.address("verhalen", regio=region, thema=theme))}">{count}<' in shown(at)
        assert len(shelf.stories(region=region, theme=theme)) == count


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("theme", [None, "Matching"])
def test_each_region_has_one_tile_that_leads_to_as_many_stories_as_it_says(
    snapshot: Snapshot, assistant: Assistant, theme: str | None
) -> None:
    at = open_module("stories", weergave="Kaart", **({"kaartthema": theme} if theme else {}))
    tiles = dict(re.findall(r"<li [^>]*>.*?<b>(.*?)</b> <span>(.*?)</span>.*?</li>", shown(at)))
    assert sorted(name.replace("<wbr>", "") for name in tiles) == sorted(assistant.regions.names)
    for name, told in tiles.items():
        region = name.replace("<wbr>", "")
        count = len(Shelf(snapshot).stories(region, theme))
        assert told.startswith(str(count) if count else "geen")
        link = f'href="{markup.text(markup.address("verhalen", regio=region, thema=theme))}"'
        # once in its tile and once in the table
        assert shown(at).count(link) == (2 if count else 0)
    places = re.findall(r"grid-row:(\d+);grid-column:(\d+)", shown(at))
    assert len(set(places)) == len(places) == 35


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Nergens,1,1,", "onbekende regio"),
        ("Friesland,x,1,", "getallen vanaf 1"),
        ("Friesland,1,6,", "staat er al"),
        ("", "ontbreekt de regio 'Friesland'"),
    ],
)
def test_a_map_with_a_wrong_line_is_refused_with_that_line(assistant: Assistant, tmp_path: Path, line: str, problem: str) -> None:
    shipped = (load_settings().data / "regions" / "kaart.csv").read_text("utf-8").splitlines()
    kept = [shipped[0], *(one for one in shipped[1:] if not one.startswith("Friesland"))]
    (tmp_path / "kaart.csv").write_text("\n".join([*kept, *([line] if line else [])]), "utf-8")
    with pytest.raises(SourceError, match=problem):
        read_tiles(tmp_path, assistant.regions)


@pytest.mark.usefixtures("at_home")
def test_regions_stand_side_by_side_with_their_own_sentences_alone(snapshot: Snapshot) -> None:
    at = open_module("stories", weergave="Naast elkaar", regios=["Twente", "Rijnmond"])  # type: ignore[arg-type]
    assert not at.exception
    assert shown(at).index("<h2>Twente</h2>") < shown(at).index("<h2>Rijnmond</h2>")
    assert all("Twente" in told.sentence.regions for told in Shelf(snapshot).of_region("Twente", None))


@pytest.mark.usefixtures("at_home")
def test_of_regions_side_by_side_every_sentence_can_be_read(snapshot: Snapshot) -> None:
    at = open_module("stories", weergave="Naast elkaar", regios=["Groningen", "Haaglanden"])
    for region, more in (("Groningen", 2), ("Haaglanden", 13)):
        column = shown(at).split(f"<h2>{region}</h2>")[1].split("</section>")[0]
        assert f"<details><summary>Toon ook de andere {more} zinnen</summary>" in column
        assert all(markup.text(told.words) in column for told in Shelf(snapshot).of_region(region, None))


def test_what_a_region_does_stands_beside_what_it_leans_on(snapshot: Snapshot) -> None:
    shelf = Shelf(snapshot)
    leaning = 0
    for region in shelf.regions:
        said = shelf.of_region(region, None)
        shown = {one.start for told in said for one in (*told.before, told.sentence)}
        for told in said:
            assert set(told.sentence.leans_on) <= shown
            assert told.words.endswith(told.sentence.text)
            leaning += bool(told.before)
    assert leaning


@pytest.mark.usefixtures("at_home")
def test_every_story_has_a_page_with_its_quotes_and_its_contradictions(snapshot: Snapshot) -> None:
    def seen(story: Story) -> str:
        at = open_module("story", verhaal=story.id)
        assert not at.exception
        return shown(at)

    told = next(story for story in snapshot.stories.values() if story.told)
    assert "Het rapport spreekt zichzelf tegen" in seen(told)
    bare = next(story for story in snapshot.stories.values() if not story.url)
    assert "Zoek dit verhaal op het web" in seen(bare)
    oss = seen(snapshot.stories["oss-zoekt-beschut-werk-in-het-netwerk-van-de-klant"])
    assert "Het sociale netwerk van een klant" in oss
    assert "Verwante verhalen" in oss
    assert "staat niet in de catalogus" in shown(open_module("story", verhaal="weg"))


@pytest.mark.usefixtures("at_home")
def test_no_quote_of_a_storys_page_stands_whole_in_another(snapshot: Snapshot) -> None:
    shelf = Shelf(snapshot)
    for story in snapshot.stories:
        told = shelf.of_story(story)
        text = [one for one in told if one.sentence.kind != "mention"]
        assert not [one.words for one in text for other in text if other is not one and one.words in other.words]
        every = {one.sentence.start for one in shelf.all_told if story in one.sentence.stories}
        assert every <= {sentence.start for one in told for sentence in (*one.before, one.sentence)}
    seen = shown(open_module("story", verhaal="werkfestival"))
    assert "Wat de bronnen over dit verhaal zeggen (2)" in seen
    assert seen.count("een enorm event dat elfduizend werkzoekenden trok") == 1


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("place", PLACES)
def test_each_page_has_one_title_that_the_skip_link_leads_to(place: object) -> None:
    at = open_module(place.module)  # type: ignore[attr-defined]
    assert not at.exception
    assert shown(at).count('<h1 id="inhoud"') == 1


@pytest.mark.usefixtures("at_home")
def test_adding_can_be_switched_off_and_an_unreadable_date_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Toevoegen" in open_module("stories").pills[0].options
    with pytest.raises(SourceError, match="2025-03"):
        adding._add(load_settings(), "x.txt", b"x", "", Metadata(date="vorig jaar"))
    monkeypatch.setenv("PRAKTIJKBAKEN_ADD_IN_APP", "false")
    assert "Toevoegen" not in open_module("stories").pills[0].options


def test_an_upload_keeps_its_own_name_alone_and_another_text_of_that_name_stands_beside_it(own_home: Settings) -> None:
    def upload(content: bytes, **given: str) -> tuple[str, str]:
        kept = adding.keep_upload(own_home, "..\\..\\map/../verslag.txt", content, Metadata(**given))
        return kept.origin, kept.status

    assert upload(b"Januari.", title="Verslag januari") == ("added/verslag.txt", "new")
    assert upload(b"Juni.", title="Verslag juni") == ("added/verslag-2.txt", "new")
    # a year in its name does not make it the same
    assert adding.keep_upload(own_home, "verslag-2024.txt", b"Jaar.", Metadata()).beside is None
    assert adding.keep_upload(own_home, "verslag.txt", b"Juli.", Metadata()).beside == "added/verslag.txt"
    forget(own_home, "added/verslag-2024.txt")
    forget(own_home, "added/verslag-3.txt")
    assert upload(b"Juni.", title="Verslag juni") == ("added/verslag-2.txt", "known")
    assert upload(b"Juni.", title="Verslag van juni") == ("added/verslag-2.txt", "replaced")
    # who says nothing of it leaves what was said before
    assert upload(b"Juni.") == ("added/verslag-2.txt", "known")
    assert {file.origin: (file.path.read_bytes(), file.given.title) for file in source_files(own_home)} == {
        "added/verslag.txt": (b"Januari.", "Verslag januari"),
        "added/verslag-2.txt": (b"Juni.", "Verslag van juni"),
    }
    assert not list((own_home.home / "uploads").iterdir())


@pytest.mark.usefixtures("at_home")
def test_what_became_of_an_added_source_is_told_and_the_form_is_empty_again(own_home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAKTIJKBAKEN_HOME", str(own_home.home))
    session.assistant()
    page = "from ui import adding\nadding.draw()"

    def added(content: bytes, title: str) -> AppTest:
        at = AppTest.from_string(page, default_timeout=60).run()
        at.file_uploader[0].set_value(("verslag.txt", content, "text/plain"))
        next(one for one in at.text_input if one.label.startswith("Titel")).set_value(title)
        return press(at, "Voeg toe")

    at = added(b"In Medemblik krijgt elke starter een laptop.", "Verslag januari")
    assert at.success[0].value == "De bron is toegevoegd."
    assert [one.value for one in at.text_input] == ["", "", "", ""]
    at = added(b"In Lutjebroek leent elke starter een bakfiets.", "Verslag juni")
    assert at.success[0].value == "De bron is toegevoegd."
    assert "Een bestand met deze naam was er al: Verslag januari" in at.info[0].value
    assert "Verslag juni" in shown(at)
    at = added(b"In Lutjebroek leent elke starter een bakfiets.", "Verslag juni")
    assert at.success[0].value.startswith("Deze bron was er al")
    titles = {document.title for document in session.shelf().snapshot.documents.values()}
    assert {"Verslag januari", "Verslag juni"} <= titles


def test_an_answer_shows_every_part_of_its_text_and_marks_dutch_in_an_english_one(ask: Ask, snapshot: Snapshot) -> None:
    for question in (BESCHUT, "What does Twente do?", "Welke verhalen zijn er over Matching?", "Hoeveel kost een plek in 2023?"):
        answer = ask(question)
        html = on_screen.whole(answer, 0, Shelf(snapshot), {})
        seen = words(html)
        assert all(words(markup.text(one.text)) in seen for one in answer.statements)
        assert all(words(markup.text(line)) in seen for line in answer.notices)
        assert all(
            markup.text(story.title) in seen
            for story in answer.stories
            if any(getattr(p, "story_id", "") == story.id for p in answer.parts)
        )
        assert f'lang="{answer.language}"' in html
        assert all(f'id="bron-0-{one.n}"' in html for one in (*answer.citations, *answer.related))
        assert html.count('<span lang="nl">') >= len(answer.statements)


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize(
    ("question", "theme", "rest"),
    [
        ("Hoeveel verhalen zijn er over Begeleiden en werkfit maken?", "Begeleiden en werkfit maken", "Toon ook de andere 20"),
        ("Welke regio's zijn bezig met Begeleiden en werkfit maken?", "Begeleiden en werkfit maken", "Toon ook de andere 20"),
        ("How many stories are there about Employer services?", "Werkgeversdienstverlening", "Show the other"),
    ],
)
def test_a_list_that_shows_some_of_its_stories_folds_open_to_all_of_them(snapshot: Snapshot, question: str, theme: str, rest: str) -> None:
    at = open_page()
    at.chat_input[0].set_value(question).run()
    before, after = shown(at).split(f"<details><summary>{rest}")
    folded = after.split("</details>")[0]
    of_theme = [story for story in snapshot.stories.values() if theme in story.themes]
    titles = [markup.text(story.title) for story in of_theme]
    assert sorted((title in before) + (title in folded) for title in titles) == [1] * len(titles)
    assert folded.count("<li>") == len(titles) - 10


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize(
    ("question", "region", "line", "way"),
    [
        ("Wat doet Twente?", "Twente", "Getoond: 5 van de 8 zinnen over deze regio.", "Lees alles wat de bronnen over Twente zeggen"),
        ("What does Twente do?", "Twente", "Here are 5 of the 8 sentences", "Read all that the sources say about Twente"),
        ("Wat doet Leiden?", "Holland Rijnland", "van de 12 zinnen", "Lees alles wat de bronnen over Holland Rijnland zeggen"),
    ],
)
def test_an_overview_that_shows_some_sentences_leads_to_all_of_them(
    snapshot: Snapshot, assistant: Assistant, question: str, region: str, line: str, way: str
) -> None:
    answer = assistant.invoke(Question(question))
    html = on_screen.whole(answer, 0, Shelf(snapshot), {}, (), assistant.in_part(answer))
    address = markup.address("verhalen", regio=region, gezegd=1)
    assert re.search(rf'{re.escape(line)}[^<]*</p><p><a class="pb-in " href="{re.escape(markup.text(address))}">{way}</a></p>', html)
    told = Shelf(snapshot).of_region(region, None)
    page = shown(open_module("stories", regio=region, gezegd="1"))
    folded = page.split(f"<details open><summary>Alles wat de bronnen over {region} zeggen ({len(told)} zinnen)</summary>")[1]
    folded = folded.split("</details>")[0]
    assert folded.count("<li>") == len(told)
    assert all(markup.text(one.words) in folded and f"van={one.start}&amp;tot={one.sentence.end}" in folded for one in told)


@pytest.mark.usefixtures("at_home")
def test_what_the_sources_say_of_a_region_is_folded_above_its_stories() -> None:
    assert "<details><summary>Alles wat de bronnen over Twente zeggen (8 zinnen)</summary>" in shown(open_module("stories", regio="Twente"))
    assert "zeggen binnen het thema Ken je klant (" in shown(open_module("stories", regio="Twente", thema="Ken je klant"))
    assert "Alles wat de bronnen" not in shown(open_module("stories"))
    assert "Alles wat de bronnen" not in shown(open_module("stories", regio="West-Brabant"))


def test_an_overview_that_shows_every_sentence_leads_nowhere_else(ask: Ask, assistant: Assistant) -> None:
    for question in ("Wat doet de Achterhoek?", BESCHUT, "Noem alle verhalen over Matching"):
        assert assistant.in_part(ask(question)) is None


def test_a_whole_list_has_nothing_to_fold_open(ask: Ask, assistant: Assistant) -> None:
    for question in ("Noem alle verhalen over Matching", BESCHUT, "Wat doet Twente?", "Wat is de hoofdstad van Peru?"):
        assert assistant.listed(ask(question)) == ()


@pytest.mark.usefixtures("at_home")
def test_dates_are_written_as_people_write_them() -> None:
    assert [dates.day(one) for one in ("2019-06", "2025-03-09", "2025", "zonder datum", "2025-13")] == [
        "juni 2019", "9 maart 2025", "2025", "zonder datum", "2025-13",
    ]  # fmt: skip
    assert dates.day("2025-03-09", "en") == "9 March 2025"
    assert "(juni 2019)" in shown(open_module("about"))
    report = shown(open_module("source"))
    assert "Van:</b> juni 2019" in report
    assert "<details open><summary>Inhoud</summary>" in report
    assert "<details><summary>Inhoud</summary>" in shown(open_module("source", van="9167", tot="9302"))


def test_no_payload_becomes_markup_or_a_link() -> None:
    for payload in PAYLOADS:
        assert not re.search(r"<|&(?!(?:amp|lt|gt|quot|#x27);)", markup.text(payload))
        assert "<a" not in markup.outside(payload, "woorden")
        # a label: every sign of Markdown stands behind a backslash, and no code like ":bed:" is left whole
        assert not re.search(r"(?<!\\)[\[\]`*_<>$|#~!()]", re.sub(r"\\\\", "", markup.label(payload)))
        assert not re.search(r":[\w+/-]+:", markup.label(payload))
    assert markup.outside("javascript:alert(1)", "x") == "x"
