"""A file of questions to a file of answers: one line each, in the order of the input."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from praktijkbaken.errors import BatchError
from rag.answer import Facet
from rag.assistant import Assistant, Question


class BatchLine(BaseModel):
    """One input line; fields of others are ignored."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: str
    question: str
    history: tuple[str, ...] = ()
    filters: dict[Facet, tuple[str, ...]] = Field(default_factory=dict)
    own_region: str | None = None

    @field_validator("history", mode="before")
    @classmethod
    def _none_is_no_history(cls, value: Any) -> Any:
        return value or ()

    @field_validator("filters", mode="before")
    @classmethod
    def _as_lists(cls, value: Any) -> Any:
        """`{"region": "Twente"}`, `{"region": ["Twente"]}` and `[{"facet": "region", "value": "Twente"}]` mean the same."""
        gathered: dict[str, list[str]] = {}
        pairs = (
            value.items()
            if isinstance(value, dict)
            else [(one.get("facet"), one.get("value")) for one in value or () if isinstance(one, dict)]
        )
        for facet, wanted in pairs:
            if facet is not None:
                gathered.setdefault(str(facet), []).extend([wanted] if isinstance(wanted, str) else wanted or [])
        return gathered


def answer_batch(assistant: Assistant, batch: Path, output: Path, report: Callable[[str], None]) -> None:
    """Answers each line of `batch` into `output`; a line that cannot be read is reported by number and left out.

    Raises `BatchError` when a file cannot be read or written at all. The output appears whole or not at all.
    """
    try:
        lines = batch.read_bytes().splitlines()
    except OSError as error:
        raise BatchError(f"{batch} is niet te lezen ({error.strerror}).") from None
    partial = output.with_name(output.name + ".part")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as out:
            for number, raw in enumerate(lines, start=1):
                if not raw.strip():
                    continue
                try:
                    line = BatchLine.model_validate(json.loads(raw.decode("utf-8-sig")))
                except (ValueError, ValidationError) as error:
                    report(f"Regel {number} van {batch.name} is overgeslagen: {_reason(error)}.")
                    continue
                question = Question(line.question, line.history, line.filters, line.own_region, line.id)
                out.write(assistant.invoke(question).to_json() + "\n")
        partial.replace(output)
    except OSError as error:
        raise BatchError(f"{output} is niet te schrijven ({error.strerror}).") from None
    finally:
        partial.unlink(missing_ok=True)


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"veld {'.'.join(str(part) for part in first['loc']) or 'geheel'} ontbreekt of heeft de verkeerde vorm"
    return "geen geldige JSON in UTF-8"
