"""What is chosen is what was meant, also among options that look the same: the browser sends a label back."""

import json
from datetime import datetime

import pytest
from streamlit.testing.v1 import AppTest
from test_app import at_home, open_module, press, shown  # noqa: F401  # a fixture among them

from evals.cases import read_cases
from evals.systems import runs_folder
from index.builder import Metadata
from index.library import source_files
from praktijkbaken.records import Records
from praktijkbaken.settings import Settings, load_settings
from rag.answer import Answer
from rag.assistant import Assistant, Question
from ui import adding, options, session

BORIS = "Welke regio's werken met de Boris-aanpak?"
SENTENCE = "Oss zoekt ook werkplekken in de omgeving van de cliënt."


def test_a_label_is_as_short_as_it_can_be_and_no_two_are_the_same() -> None:
    named = {"c": ("Oss", "Oss, 14:05"), "b": ("Oss", "Oss, 14:05"), "a": ("Oss", "Oss, 9:00"), "d": ("Ede", "Ede, 9:00")}
    assert options.labels(named) == {"c": "Oss, 14:05 (2)", "b": "Oss, 14:05", "a": "Oss, 9:00", "d": "Ede"}
    assert options.labels({}) == {}


def test_a_number_takes_no_label_that_another_has_of_itself_and_does_not_move_when_a_newer_one_comes() -> None:
    before = options.labels({"b": ["Oss"], "x": ["Oss (2)"], "a": ["Oss"]})
    assert before == {"b": "Oss (3)", "x": "Oss (2)", "a": "Oss"}
    after = options.labels({"c": ["Oss"], "b": ["Oss"], "x": ["Oss (2)"], "a": ["Oss"]})
    assert after == {**before, "c": "Oss (4)"}


def test_a_moment_is_told_by_the_clock_of_the_visitor() -> None:
    assert f"{options.here(datetime(2026, 7, 1, 22, 30)):%d-%m-%Y, %H:%M}" == "02-07-2026, 00:30"


def kept_twice(ask_: Assistant) -> tuple[str, str]:
    """Two conversations of this machine with the same first question: their ids, the older one first."""
    first = ask_.invoke(Question(BORIS))
    records = Records(load_settings())
    ids = []
    for region in ("Zwolle", "Drenthe"):
        more: Answer = ask_.invoke(Question(f"Wat doet {region}?"))
        told = [one.model_dump_json() for one in (first, more)]
        ids.append(str(records.keep_turn("deze computer", None, told, BORIS)))
    return ids[0], ids[1]


def earlier(at: AppTest, chosen: str) -> AppTest:
    box = at.selectbox(key="earlier-chosen")
    return box.select(chosen).run()


@pytest.mark.usefixtures("at_home")
def test_of_two_conversations_with_one_name_the_one_that_was_chosen_is_renamed_and_wiped_and_no_stays_no(assistant: Assistant) -> None:
    zwolle, drenthe = kept_twice(assistant)
    at = AppTest.from_string("from ui import conversations\nconversations.menu()", default_timeout=60).run()
    labels = at.selectbox(key="earlier-chosen").options
    assert len(set(labels)) == 2
    earlier(at, drenthe)
    assert at.selectbox(key="earlier-chosen").value == drenthe
    at.text_input[0].set_value("Boris in Drenthe")
    press(at, "Geef deze naam")
    titles = {one.id: one.title for one in Records(load_settings()).conversations("deze computer")}
    assert titles == {drenthe: "Boris in Drenthe", zwolle: BORIS}
    # the choice stays, under the new name
    assert at.selectbox(key="earlier-chosen").value == drenthe
    assert at.text_input[0].value == ""
    press(at, "Wis dit gesprek")
    press(at, "Toch niet")
    assert "Ja, wis het voorgoed" not in [button.label for button in at.button]
    assert len(Records(load_settings()).conversations("deze computer")) == 2
    press(at, "Wis dit gesprek")
    earlier(at, zwolle)
    assert "Ja, wis het voorgoed" not in [button.label for button in at.button]
    earlier(at, drenthe)
    assert "Ja, wis het voorgoed" not in [button.label for button in at.button]
    press(at, "Wis dit gesprek")
    press(at, "Ja, wis het voorgoed")
    assert [one.id for one in Records(load_settings()).conversations("deze computer")] == [zwolle]
    assert at.selectbox(key="earlier-chosen").value is None
    assert not at.exception


@pytest.mark.usefixtures("at_home")
def test_a_choice_that_arrives_with_the_press_is_the_one_that_is_renamed_or_wiped(assistant: Assistant) -> None:
    zwolle, drenthe = kept_twice(assistant)
    at = AppTest.from_string("from ui import conversations\nconversations.menu()", default_timeout=60).run()
    earlier(at, drenthe)
    at.selectbox(key="earlier-chosen").select(zwolle)
    at.text_input[0].set_value("Boris in Zwolle")
    press(at, "Geef deze naam")
    assert {one.id: one.title for one in Records(load_settings()).conversations("deze computer")} == {
        drenthe: BORIS,
        zwolle: "Boris in Zwolle",
    }
    at.selectbox(key="earlier-chosen").select(drenthe)
    press(at, "Wis dit gesprek")
    press(at, "Ja, wis het voorgoed")
    assert [one.id for one in Records(load_settings()).conversations("deze computer")] == [zwolle]


@pytest.mark.usefixtures("at_home")
def test_of_two_judgements_that_look_the_same_the_first_press_keeps_the_sentence(
    own_home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAKTIJKBAKEN_HOME", str(own_home.home))
    question = "Wie zoekt werk in de omgeving van de cliënt?"
    for name in ("a1", "a2"):
        Records(load_settings()).judge("deze computer", name, question, False, "")
    at = open_module("evaluation")
    assert len(set(at.selectbox(key="judgement").options)) == 2
    at.text_area[0].set_value(SENTENCE)
    # another like it comes meanwhile
    Records(load_settings()).judge("deze computer", "a3", question, False, "")
    press(at, "Maak de evaluatievraag")
    assert "is toegevoegd" in at.success[0].value
    assert len(read_cases(own_home.home / "eval" / "own.jsonl")) == 1


@pytest.mark.usefixtures("at_home")
def test_a_judgement_without_a_sentence_is_refused_in_the_words_of_the_form(own_home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAKTIJKBAKEN_HOME", str(own_home.home))
    Records(load_settings()).judge("deze computer", "a1", "Wie zoekt werk in de omgeving van de cliënt?", False, "")
    at = press(open_module("evaluation"), "Maak de evaluatievraag")
    assert "Plak de zin uit de bron" in at.error[0].value
    assert "Het antwoord staat er niet in" in at.error[0].value
    assert "--" not in at.error[0].value
    at.radio[0].set_value("Het antwoord staat er niet in")
    press(at, "Maak de evaluatievraag")
    assert "is toegevoegd" in at.success[0].value


@pytest.mark.usefixtures("at_home")
def test_of_two_sources_with_one_title_the_one_that_was_chosen_goes(own_home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAKTIJKBAKEN_HOME", str(own_home.home))
    for name, text in (("een", "Lutjebroek leent een bakfiets."), ("twee", "Medemblik geeft elke starter een laptop.")):
        adding.keep_upload(load_settings(), f"{name}.md", f"# Plan\n\n{text}".encode(), Metadata(title="Plan"))
    session.assistant()
    session.build(load_settings())
    at = AppTest.from_string("from ui import adding\nadding.draw()", default_timeout=60).run()
    box = next(one for one in at.selectbox if one.label == "Bron")
    assert box.options == ["Plan (een.md)", "Plan (twee.md)"]
    box.select("added/een.md").run()
    press(at, "Haal deze bron weg")
    press(at, "Toch niet")
    assert "Ja, haal hem voorgoed weg" not in [button.label for button in at.button]
    assert len([file for file in source_files(load_settings()) if file.origin.startswith("added/")]) == 2
    press(at, "Haal deze bron weg")
    press(at, "Ja, haal hem voorgoed weg")
    assert at.success[0].value == "“Plan” is weggehaald."
    assert [file.origin for file in source_files(load_settings()) if file.origin.startswith("added/")] == ["added/twee.md"]


@pytest.mark.usefixtures("at_home")
def test_of_two_runs_of_one_moment_the_one_that_was_chosen_is_shown(own_home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAKTIJKBAKEN_HOME", str(own_home.home))
    for name, passed in (("1", 0.0), ("2", 1.0)):
        folder = runs_folder(own_home.home) / name
        folder.mkdir(parents=True)
        (folder / "run.json").write_text('{"name": "assistant", "part": "own.jsonl", "created": "2026-11-30T10:00:00"}', "utf-8")
        row = {"id": "dev-fact-01", "kind": "fact", "question": "Wat?", "why": [], "values": {"pass": passed}}
        (folder / "scores.jsonl").write_text(json.dumps(row), "utf-8")
    at = open_module("evaluation")
    box = next(one for one in at.selectbox if one.label == "Meting")
    assert len(set(box.options)) == 2
    assert "100 %" in shown(at)
    box.select_index(1).run()
    assert ">0 %" in shown(at)
    second = next(one for one in at.selectbox if one.label == "Daarna")
    assert second.value.folder.name == "2"
