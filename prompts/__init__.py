"""The texts given to a language model: Markdown files, a heading for each message, read and checked at load."""

import hashlib
import re
from pathlib import Path

from langchain_core.prompts import ChatPromptTemplate

from praktijkbaken.errors import BakenError

FOLDER = Path(__file__).resolve().parent
_ROLES = {"system": "system", "human": "human"}
_HEADING = re.compile(r"^# (\w+)$", re.MULTILINE)


def read_prompt(name: str, variables: frozenset[str]) -> ChatPromptTemplate:
    """The prompt in `name`.md, which takes exactly `variables`.

    Raises `BakenError` when the file is missing, has another role than system or human, or takes other variables.
    """
    file = FOLDER / f"{name}.md"
    try:
        parts = _HEADING.split(file.read_text("utf-8"))[1:]
    except OSError as error:
        raise BakenError(f"Prompt {file.name} is niet te lezen ({error.strerror}). Zet het bestand terug.") from None
    messages = list(zip(parts[::2], (text.strip() for text in parts[1::2]), strict=True))
    unknown = [role for role, _ in messages if role not in _ROLES]
    if unknown or not messages:
        raise BakenError(f"Prompt {file.name}: een kop is '# system' of '# human', niet {', '.join(unknown) or 'niets'}.")
    try:
        prompt = ChatPromptTemplate.from_messages(messages)
    except ValueError as error:
        raise BakenError(f"Prompt {file.name}: {error}. Een accolade in de tekst schrijft u dubbel.") from None
    if set(prompt.input_variables) != variables:
        raise BakenError(f"Prompt {file.name} vraagt {sorted(prompt.input_variables)}, maar krijgt {sorted(variables)}.")
    return prompt


def prompt_hashes() -> dict[str, str]:
    """The SHA-256 of every prompt file, in hexadecimal, by its name."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(FOLDER.glob("*.md"))}
