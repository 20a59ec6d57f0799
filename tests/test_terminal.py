"""The commands as others call them: a process of their own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from praktijkbaken.errors import SettingError
from praktijkbaken.settings import CHECKOUT, Settings, load_settings
from tests.conftest import Terminal

BESCHUT = "Hoe verhogen andere regio's het aantal plekken Beschut Werk?"


def assert_one_clear_line(done: subprocess.CompletedProcess[str], says: str) -> None:
    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    assert says in lines[0]


def test_ask_prints_the_answer_its_quotes_and_its_links(terminal: Terminal) -> None:
    done = terminal("ask", BESCHUT)
    assert done.returncode == 0
    assert "De bronnen beschrijven aanpakken." in done.stdout
    assert "[1] “" in done.stdout
    assert "https://www.samenvoordeklant.nl/praktijk/" in done.stdout
    assert done.stderr == ""


def test_ask_json_is_one_object_and_nothing_else(terminal: Terminal) -> None:
    done = terminal("ask", "--json", "wat doet Zwolle?", "--own-region", "Twente")
    answer = json.loads(done.stdout)
    assert answer["own_region"] == "Twente"
    assert answer["status"] == "answered"


def test_a_question_without_an_answer_is_no_error(terminal: Terminal) -> None:
    for question in ("", "wat kost een kopje koffie op Mars", "\x01\x02"):
        done = terminal("ask", question)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()


def test_explain_shows_the_way_of_a_question(terminal: Terminal) -> None:
    told = terminal("ask", "--explain", "--history", "Wat doet Zwolle aan schuldhulp?", "En hoeveel in Apeldoorn?").stdout
    for line in (
        "Begrepen: Wat doet Apeldoorn aan schuldhulp?",
        "regio: Stedendriehoek en Noordwest Veluwe",
        "synoniemen erbij: schulden;",
        "Gevonden passages (plaats: woorden, betekenis; score):",
        "Gedragen door de bronnen:",
        "Tijd (s):",
    ):
        assert line in told
    assert "Er is niets gevraagd." in terminal("ask", "--explain", "???").stdout


def test_a_batch_answers_in_order_and_reports_what_it_cannot_read(terminal: Terminal, tmp_path: Path) -> None:
    lines = [
        '{"id": "a", "question": "Wat doet Twente?", "kind": "ignored"}',
        "geen json",
        '{"id": "b"}',
        '{"id": 7, "question": "En in Zwolle?", "history": ["Wat doet Twente?"]}',
        '{"id": "f", "question": "Hoe helpen regio\'s jongeren?", "filters": {"region": "Zwolle"}, "own_region": "Twente"}',
        "",
    ]
    (tmp_path / "in.jsonl").write_bytes("\n".join(lines).encode() + b"\n\xff\xfe\n")
    done = terminal("ask", "--batch", str(tmp_path / "in.jsonl"), "--output", str(tmp_path / "out.jsonl"))
    assert done.returncode == 0
    answers = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [answer["id"] for answer in answers] == ["a", "7", "f"]
    assert answers[1]["standalone_question"] == "Wat doet Zwolle?"
    assert answers[2]["filters"] == [{"facet": "region", "value": "Zwolle", "from": "call"}]
    assert [number for number in ("Regel 2", "Regel 3", "Regel 7") if number in done.stderr] == ["Regel 2", "Regel 3", "Regel 7"]


def test_a_batch_that_cannot_be_read_or_written_is_one_line(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": "a", "question": "Wat doet Twente?"}\n')
    assert_one_clear_line(terminal("ask", "--batch", "bestaat-niet", "--output", "x"), "bestaat-niet is niet te lezen")
    nowhere = str(tmp_path / "geen-map" / "out.jsonl")
    assert_one_clear_line(terminal("ask", "--batch", str(tmp_path / "in.jsonl"), "--output", nowhere), "niet te schrijven")
    assert_one_clear_line(terminal("ask", "--batch", str(tmp_path / "in.jsonl")), "--output")


def test_stories_and_documents_as_json(terminal: Terminal) -> None:
    stories = [json.loads(line) for line in terminal("stories", "--json").stdout.splitlines()]
    assert len(stories) == 68
    assert stories[1]["aliases"] == ["SOW route"]
    assert set(stories[0]) >= {"id", "title", "regions", "themes", "url", "link", "search_url", "found_at"}
    document = json.loads(terminal("documents", "--json").stdout)
    assert document["length"] == len(document["text"])
    assert set(document) == {"id", "title", "hash", "length", "text"}


def test_index_says_what_it_did_and_can_be_rolled_back(terminal: Terminal, tmp_path: Path) -> None:
    first = terminal("index", home=tmp_path)
    assert first.returncode == 0, first.stderr
    assert "toegevoegd: 1 (Twee jaar Praktijkvoorbeelden)" in first.stderr
    assert "ongewijzigd: 1" in terminal("index", home=tmp_path).stderr
    assert_one_clear_line(terminal("index", "--rollback", home=tmp_path), "geen vorige index")


def test_doctor_is_content_with_a_good_index_and_names_what_is_wrong_with_none(terminal: Terminal, tmp_path: Path) -> None:
    good = terminal("doctor")
    assert good.returncode == 0, good.stdout
    assert "115 vermeldingen, 68 verhalen, 28 met link" in good.stdout
    bad = terminal("doctor", home=tmp_path)
    assert bad.returncode == 1
    assert "FOUT  Er is nog geen index" in bad.stdout


def test_eval_run_prints_each_figure_with_its_n(terminal: Terminal, tmp_path: Path) -> None:
    case = {"id": "x", "question": "Welke regio's werken met Boris?", "lang": "nl", "kind": "list", "nuggets": [], "gold_quotes": []}
    (tmp_path / "cases.jsonl").write_text(json.dumps(case) + "\n")
    done = terminal("eval", "run", "--cases", str(tmp_path / "cases.jsonl"))
    assert done.returncode == 0, done.stderr
    assert "pass                              1.000 [1.000, 1.000] (n=1)" in done.stdout


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"PRAKTIJKBAKEN_EMBEDING_MODEL": "none"}, "Bedoelt u PRAKTIJKBAKEN_EMBEDDING_MODEL?"),
        ({"PRAKTIJKBAKEN_XYZ": "1"}, "Onbekende instelling PRAKTIJKBAKEN_XYZ"),
        ({"PRAKTIJKBAKEN_PORT": "veel"}, "PRAKTIJKBAKEN_PORT heeft een onbruikbare waarde"),
        ({"PRAKTIJKBAKEN_OWN_REGION": "Twentte"}, "Bedoelt u Twente?"),
        ({"PRAKTIJKBAKEN_EMBEDDING_MODEL": "none"}, "praktijkbaken index"),
        ({"PRAKTIJKBAKEN_EMBEDDING_MODEL": "bundled:x"}, "PRAKTIJKBAKEN_EMBEDDING_MODEL"),
    ],
)
def test_a_wrong_setting_is_one_clear_line(terminal: Terminal, env: dict[str, str], says: str) -> None:
    assert_one_clear_line(terminal("ask", "Wat doet Twente?", env=env), says)


def test_an_unknown_own_region_is_one_clear_line(terminal: Terminal) -> None:
    assert_one_clear_line(
        terminal("ask", "Wat doet Twente?", "--own-region", "Atlantis"), "Onbekende regio 'Atlantis'. Bekend zijn: Groningen"
    )


def test_no_index_yet_names_the_command(terminal: Terminal, tmp_path: Path) -> None:
    assert_one_clear_line(terminal("ask", "Wat doet Twente?", home=tmp_path), "praktijkbaken index")


def test_a_missing_report_is_one_clear_line_and_the_index_before_still_answers(
    terminal: Terminal, own_home: Settings, tmp_path: Path
) -> None:
    data = Path(shutil.copytree(CHECKOUT / "data", tmp_path / "data"))
    next((data / "report").glob("*.txt")).unlink()
    env = {"PRAKTIJKBAKEN_DATA": str(data)}
    done = terminal("index", home=own_home.home, env=env)
    assert done.returncode == 1
    assert "Het rapport ontbreekt" in done.stderr
    assert "Traceback" not in done.stderr
    assert terminal("ask", "Wat doet Twente?", home=own_home.home, env=env).returncode == 0


def test_a_home_that_is_a_file_is_one_clear_line(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("")
    done = terminal("index", home=tmp_path / "bestand")
    assert done.returncode == 1
    assert "PRAKTIJKBAKEN_HOME" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_default_way_imports_no_torch(settings: Settings) -> None:
    code = (
        "import sys\n"
        "from praktijkbaken.__main__ import app\n"
        "app(['ask', 'Wat doet Twente?'], standalone_mode=False)\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'streamlit', 'pandas'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PRAKTIJKBAKEN_HOME": str(settings.home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("unshare") is None, reason="unshare is a Linux command")
def test_without_any_network_it_builds_and_answers_the_same(terminal: Terminal, tmp_path: Path) -> None:
    def cut_off(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["unshare", "-rn", sys.executable, "-m", "praktijkbaken", *arguments]
        env = {**os.environ, "PRAKTIJKBAKEN_HOME": str(tmp_path)}
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    built = cut_off("index")
    assert built.returncode == 0, built.stderr
    offline, online = (json.loads(done.stdout) for done in (cut_off("ask", "--json", BESCHUT), terminal("ask", "--json", BESCHUT)))
    for answer in (offline, online):
        del answer["id"], answer["seconds"]
    assert offline == online


def test_settings_come_from_the_environment_and_empty_is_not_set() -> None:
    assert load_settings({"PRAKTIJKBAKEN_PORT": "9000", "PATH": "x"}).port == 9000
    assert load_settings({"PRAKTIJKBAKEN_OWN_REGION": ""}).own_region is None
    with pytest.raises(SettingError):
        load_settings({"praktijkbaken_onbekend": "1"})


def test_the_readme_names_every_setting() -> None:
    readme = (CHECKOUT / "README.md").read_text("utf-8")
    for name in Settings.model_fields:
        assert f"`PRAKTIJKBAKEN_{name.upper()}`" in readme
