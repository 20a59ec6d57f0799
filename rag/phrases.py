"""The sentences that are ours: a reviewed catalogue in two languages, and the fixed English of the report's headings."""

import string
import tomllib
from pathlib import Path

from index.regions import rows
from praktijkbaken.errors import SourceError
from rag.answer import Language


class Phrases:
    """Says a fixed phrase. Refuses a catalogue in which the languages differ in keys or blanks."""

    def __init__(self, catalogue: dict[Language, dict[str, str]], headings: dict[str, str]) -> None:
        blanks = {
            language: {key: {name for _, name, _, _ in string.Formatter().parse(text) if name} for key, text in phrases.items()}
            for language, phrases in catalogue.items()
        }
        if blanks["nl"] != blanks["en"]:
            different = [key for key in blanks["nl"].keys() | blanks["en"].keys() if blanks["nl"].get(key) != blanks["en"].get(key)]
            raise SourceError(f"frases.toml: {sorted(different)[0]!r} verschilt tussen [nl] en [en]. Geef beide dezelfde velden.")
        self._catalogue = catalogue
        self._headings = headings

    def say(self, language: Language, key: str, **blanks: object) -> str:
        """The phrase `key` in `language` with its blanks filled in."""
        return self._catalogue[language][key].format(**blanks)

    def heading(self, language: Language, heading: str) -> str:
        """A heading of the report; in English its reviewed translation, where there is one."""
        return self._headings.get(heading, heading) if language == "en" else heading


def read_phrases(folder: Path) -> Phrases:
    """The phrases in `folder`. Raises `SourceError` when the file is missing or its languages differ."""
    file = folder / "frases.toml"
    try:
        catalogue = tomllib.loads(file.read_text("utf-8"))
        headings = {line["kop"]: line["engels"] for line in rows(folder / "koppen.csv", "kop", "engels")}
        return Phrases({"nl": catalogue["nl"], "en": catalogue["en"]}, headings)
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise SourceError(f"{file} is niet te lezen ({error}). Zet het terug met: git checkout -- data") from None
