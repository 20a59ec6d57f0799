"""What the web app keeps, and for how long."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from praktijkbaken import records as module
from praktijkbaken.errors import RecordError
from praktijkbaken.records import Records
from praktijkbaken.settings import Settings, load_settings


@pytest.fixture
def kept(tmp_path: Path) -> Records:
    return Records(Settings(home=tmp_path))


def test_a_conversation_is_kept_reopened_renamed_and_deleted(kept: Records) -> None:
    made = kept.keep_turn("ik", None, ['{"n": 1}'], "Wat doet Twente?")
    assert made is not None
    assert kept.keep_turn("ik", made, ['{"n": 1}', '{"n": 2}'], "Wat doet Twente?") == made
    assert kept.turns(made) == ['{"n": 1}', '{"n": 2}']
    kept.rename("ik", made, "  Twente, mail naar jan@voorbeeld.nl ")
    assert [one.title for one in kept.conversations("ik")] == ["Twente, mail naar [E-MAIL]"]
    kept.delete("ik", made)
    assert kept.conversations("ik") == []
    assert kept.turns(made) == []


def test_the_conversation_of_an_answer_is_found_for_who_it_is_of_alone(kept: Records) -> None:
    made = kept.keep_turn("ik", None, ['{"id": "a1", "text": "b2"}'], "Vraag")
    own = kept.keep_turn("ander", None, ['{"id": "c3"}', "geen JSON c3"], "Vraag")
    assert kept.conversation_of("ik", "a1") == made
    assert kept.conversation_of("ander", "c3") == own
    for visitor, answer in (("ander", "a1"), ("ik", "b2"), ("ik", "a"), ("ik", "%"), ("ik", "")):
        assert kept.conversation_of(visitor, answer) is None
    kept.delete("ik", str(made))
    assert kept.conversation_of("ik", "a1") is None


def test_with_a_conversation_go_the_judgements_of_its_answers_and_no_others(kept: Records) -> None:
    made = kept.keep_turn("ik", None, ['{"id": "a1"}', "0"], "Wat doet Twente?")
    assert made is not None
    kept.judge("ik", "a1", "Wat doet Twente?", True, "")
    kept.judge("ik", "a2", "Wat doet Zwolle?", False, "te lang")
    kept.judge("ander", "a1", "Wat doet Twente?", True, "")
    kept.delete("ik", made)
    assert [one.answer for one in kept.feedback("ik")] == ["a2"]
    assert [one.answer for one in kept.feedback("ander")] == ["a1"]


def test_another_visitor_sees_renames_and_deletes_nothing_of_it_and_goes_on_in_one_of_his_own(kept: Records) -> None:
    made = kept.keep_turn("ik", None, ["{}"], "Vraag")
    assert made is not None
    kept.rename("ander", made, "Anders")
    kept.delete("ander", made)
    assert kept.conversations("ander") == []
    own = kept.keep_turn("ander", made, ['{"n": 1}', '{"n": 2}'], "Vraag")
    assert own is not None
    assert own != made
    assert kept.turns(own) == ['{"n": 1}', '{"n": 2}']
    assert [one.title for one in kept.conversations("ik")] == ["Vraag"]


def test_of_tabs_that_answer_in_one_conversation_at_the_same_moment_no_answer_is_lost(kept: Records) -> None:
    made = kept.keep_turn("ik", None, ["0"], "Vraag")
    with ThreadPoolExecutor(8) as tabs:
        # each tab has seen the first answer alone
        assert set(tabs.map(lambda n: kept.keep_turn("ik", made, ["0", str(n)], "Vraag"), range(1, 25))) == {made}
    assert sorted(map(int, kept.turns(str(made)))) == list(range(25))


def test_an_id_cannot_be_guessed_and_holds_nothing_of_the_question(kept: Records) -> None:
    made = [kept.keep_turn("ik", None, ["{}"], "Geheim") for _ in range(20)]
    assert len(set(made)) == 20
    assert all(one and len(one) >= 20 and "eheim" not in one for one in made)


def test_what_is_past_the_retention_is_gone(kept: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    made = kept.keep_turn("ik", None, ['{"id": "a1"}'], "Vraag")
    kept.judge("ik", "a1", "Vraag", False, "")
    later = module._now() + timedelta(days=kept.days + 1)
    monkeypatch.setattr(module, "_now", lambda: later)
    assert kept.conversation_of("ik", "a1") is None
    assert kept.judgement("ik", "a1") is None
    assert kept.turns(made or "") == []
    assert kept.conversations("ik") == []
    assert kept.feedback("ik") == []


def test_with_a_retention_of_no_days_nothing_is_kept(tmp_path: Path) -> None:
    kept = Records(Settings(home=tmp_path, retention_days=0))
    assert kept.keep_turn("ik", None, ["{}"], "Vraag") is None
    kept.judge("ik", "a1", "Vraag", True, "")
    assert kept.feedback("ik") == []


def test_a_second_judgement_replaces_the_first_and_its_reason_loses_personal_data(kept: Records) -> None:
    kept.judge("ik", "a1", "Vraag", True, "")
    kept.judge("ik", "a1", "Vraag", False, "bel 06-12345678")
    assert [(one.good, one.reason) for one in kept.feedback("ik")] == [(False, "bel [TELEFOON]")]
    assert kept.judgement("ik", "a1") == kept.feedback("ik")[0]
    assert kept.judgement("ander", "a1") is None
    assert kept.judgement("ik", "a2") is None
    assert kept.feedback("ander") == []
    kept.judge("ander", "a1", "Vraag", True, "")
    assert len(kept.feedback("ik")) == 1
    assert [one.good for one in kept.feedback(None)] == [True, False]


def test_a_choice_is_remembered_for_one_visitor(kept: Records) -> None:
    kept.prefer("ik", "own-region", "Twente")
    kept.prefer("ik", "own-region", "Rijnmond")
    assert kept.preference("ik", "own-region") == "Rijnmond"
    assert kept.preference("ander", "own-region") is None


def test_an_address_that_does_not_work_is_an_error_that_repeats_no_password() -> None:
    settings = load_settings({"PRAKTIJKBAKEN_RECORDS_URL": "nonsense://u:geheim@h/x"})
    with pytest.raises(RecordError) as error:
        Records(settings)
    assert "PRAKTIJKBAKEN_RECORDS_URL" in str(error.value)
    assert "geheim" not in str(error.value)
    assert "geheim" not in str(settings.model_dump())
