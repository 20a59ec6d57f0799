"""The page in Streamlit's own test runner (the page file: a file with `st.App` shows it no elements)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from praktijkbaken.settings import Settings
from ui import cards
from ui.headers import page


@pytest.fixture
def at_home(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PRAKTIJKBAKEN_HOME", str(settings.home))
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def open_page() -> AppTest:
    return AppTest.from_file(str(page("chat")), default_timeout=60).run()


def shown(at: AppTest) -> str:
    return "\n".join(element.value for element in [*at.markdown, *at.info, *at.error, *at.subheader])


@pytest.mark.usefixtures("at_home")
def test_three_example_questions_stand_ready_and_one_click_answers() -> None:
    at = open_page()
    assert not at.exception
    assert len(at.button) == 3
    at.button[0].click().run()
    assert "De bronnen beschrijven aanpakken." in shown(at)
    assert "(#bron-0-1)" in shown(at)
    assert at.subheader[0].value == ":small[Bron 1]"
    assert [button.label for button in at.button] == ["Wat doet Noordoost-Brabant?", "Wat doet Rijnmond?"]


@pytest.mark.usefixtures("at_home")
def test_a_typed_question_and_a_follow_up_stand_under_each_other() -> None:
    at = open_page()
    at.chat_input[0].set_value("Wat doet Drechtsteden voor GGZ-cliënten?").run()
    at.chat_input[0].set_value("En in Midden-Utrecht?").run()
    assert [message.name for message in at.chat_message] == ["user", "assistant", "user", "assistant"]
    assert "Individuele Plaatsing en Steun" in shown(at)


@pytest.mark.usefixtures("at_home")
def test_what_is_not_found_looks_different() -> None:
    at = open_page()
    at.chat_input[0].set_value("Hoeveel Beschut Werk-plekken waren er in 2023 in Utrecht?").run()
    assert "Dit staat niet in de bronnen." in at.info[0].value
    another = next(button for button in at.button if button.label == "Wat doet Midden-Utrecht?")
    another.click().run()
    assert "Midden-Utrecht: 6 praktijkverhalen" in shown(at)


@pytest.mark.usefixtures("at_home")
def test_personal_data_is_not_shown_back() -> None:
    at = open_page()
    at.chat_input[0].set_value("Klant Jansen, bsn 111222333, heeft schulden. Wat doen andere regio's?").run()
    assert "111222333" not in shown(at) + "".join(text.value for text in at.text)


def test_a_wrong_setting_is_a_line_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAKTIJKBAKEN_ONBEKEND", "1")
    at = open_page()
    assert "Onbekende instelling PRAKTIJKBAKEN_ONBEKEND" in at.error[0].value
    assert not at.exception


def test_without_an_index_the_page_builds_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PRAKTIJKBAKEN_HOME", str(tmp_path))
    st.cache_resource.clear()
    at = open_page()
    assert not at.exception
    assert len(at.button) == 3
    assert (tmp_path / "index" / "current").is_file()
    st.cache_resource.clear()


def test_marks_become_links_to_their_card_and_nothing_else_does() -> None:
    assert cards.with_marks("“x” [1][12]", 3, "Bron") == "“x” [\\[bron 1\\]](#bron-3-1)[\\[bron 12\\]](#bron-3-12)"
    assert cards.with_marks("[2](http://x)", 0, "Bron") == "[2](http://x)"
