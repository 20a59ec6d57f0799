"""The promised times and memory, on whole processes. The machine may be busy: the best of three counts."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from praktijkbaken.settings import Settings
from rag.assistant import Assistant, Question

pytestmark = pytest.mark.skipif(os.name == "nt", reason="wait4")


def measured(home: Path, *arguments: str) -> tuple[float, float]:
    """Seconds and peak megabytes of one command."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "praktijkbaken", *arguments],
        env={**os.environ, "PRAKTIJKBAKEN_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return time.perf_counter() - started, usage.ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)


def test_from_nothing_to_the_first_answer_within_20_seconds(tmp_path: Path) -> None:
    index, _ = measured(tmp_path, "index")
    answer, _ = measured(tmp_path, "ask", "Wat doet Twente?")
    assert index + answer <= 20


def test_an_answer_within_2_seconds_and_300_megabytes_from_process_start(settings: Settings) -> None:
    runs = [measured(settings.home, "ask", "Hoe helpen regio's mensen met schulden?") for _ in range(3)]
    assert min(seconds for seconds, _ in runs) <= 2
    assert max(megabytes for _, megabytes in runs) <= 300


def test_questions_asked_once_each_take_at_most_300_milliseconds(assistant: Assistant) -> None:
    subjects = (
        "schulden",
        "jongeren",
        "banenmarkten",
        "Beschut Werk",
        "ondernemers",
        "statushouders",
        "robots",
        "data",
        "jobcoaching",
        "SROI",
    )
    forms = ("Hoe helpen regio's bij {}?", "Wat doet Zwolle aan {}?", "Hoeveel projecten gaan over {}?", "How do regions deal with {}?")
    seconds = sorted(assistant.invoke(Question(form.format(subject))).seconds["total"] for subject in subjects for form in forms)
    assert seconds[int(0.95 * (len(seconds) - 1))] <= 0.3
