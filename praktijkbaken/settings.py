"""What can be set, and where things lie. Read once at a door (terminal or screen) and passed in; never global."""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from praktijkbaken.errors import SettingError

PREFIX = "PRAKTIJKBAKEN_"
DEFAULT_MODEL = "bundled:multilingual-e5-small"


CHECKOUT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Every setting, with its default. Field descriptions are the rows of the README's table."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    home: Path = Field(Path("var"), description="Folder for everything that is made or fetched (the index).")
    data: Path = Field(CHECKOUT / "data", description="Folder with the sources and reviewed data that ship with the code.")
    embedding_model: str = Field(
        DEFAULT_MODEL,
        min_length=1,
        description="`bundled:multilingual-e5-small` (works offline), `none` (words only), or any sentence-transformers model or folder.",
    )
    reranker: str | None = Field(
        None, description="A sentence-transformers CrossEncoder (name or folder) that reads the best passages again; off without it."
    )
    own_region: str | None = Field(None, description="Your own labour-market region: other regions come first, your own is listed apart.")
    sources: Path | None = Field(
        None, description="Folder of your own documents: each index run takes over what was put in it, changed or removed."
    )
    fetch_hosts: str = Field(
        "www.samenvoordeklant.nl samenvoordeklant.nl",
        description="Hosts that story pages may be fetched from, separated by spaces.",
    )
    fetch_delay: float = Field(1.0, ge=0, le=60, description="Seconds between two requests to the same host.")
    model: str | None = Field(
        None,
        description="Language model that writes the answers (`openai:NAME`, `ollama:NAME`), each statement checked; quotes without it.",
    )
    model_url: str | None = Field(None, description="Address of the model's server, for any OpenAI-compatible endpoint or Ollama.")
    model_key: SecretStr | None = Field(None, description="Key of the model's server; it is written nowhere.")
    model_seconds: float = Field(20.0, ge=1, le=600, description="The most seconds that a model may take; after them the answer is quotes.")
    judge_model: str | None = Field(
        None, description="Model that judges answers in `eval judge` (`openai:NAME`, `ollama:NAME`); never a gate, off without it."
    )
    judge_url: str | None = Field(None, description="Address of the judge's server, for any OpenAI-compatible endpoint.")
    judge_key: SecretStr | None = Field(None, description="Key of the judge's server; it is written nowhere.")
    records_url: SecretStr | None = Field(
        None, description="Where conversations and feedback are kept: any SQLAlchemy address; SQLite in the home folder without it."
    )
    retention_days: int = Field(
        90, ge=0, le=3650, description="Days that a conversation and its feedback are kept after their last change; 0 keeps nothing."
    )
    add_in_app: bool | str = Field(
        True,
        description="May sources be added in the web app? `true`, `false`, or, with a login or proxy, who may.",
    )
    feedback_readers: str | None = Field(
        None, description="With a login or proxy: who may read everybody's judgements; without it each reads her own."
    )
    port: int = Field(8501, ge=1, le=65535, description="Port of the web app.")
    host: str = Field("localhost", min_length=1, description="Address that the web app listens on; others only with a login or a proxy.")
    public_url: str | None = Field(None, description="The app's address as people type it; `http://localhost:PORT` without it.")
    login_metadata_url: str | None = Field(
        None, description="Log in by OpenID Connect: the provider's address that ends in `/.well-known/openid-configuration`."
    )
    login_client_id: str | None = Field(None, description="The app's name at the provider.")
    login_client_secret: SecretStr | None = Field(None, description="The app's secret at the provider; it is written nowhere.")
    login_groups_claim: str = Field("groups", min_length=1, description="Under which name the provider says of which groups a person is.")
    cookie_secret: SecretStr | None = Field(
        None, min_length=32, description="Signs login cookies and shared links; without it one is made in the home folder."
    )
    proxy_user_header: str | None = Field(
        None, pattern=r"^[A-Za-z0-9-]+$", description="A proxy logs people in: the header in which it says who it is."
    )
    proxy_secret: SecretStr | None = Field(
        None, min_length=16, description="What the proxy sends as `X-Praktijkbaken-Secret`, so that nobody passes by it."
    )

    @field_validator(
        "reranker",
        "own_region",
        "sources",
        "model",
        "model_url",
        "model_key",
        "judge_model",
        "judge_url",
        "judge_key",
        "records_url",
        "feedback_readers",
        "public_url",
        "login_metadata_url",
        "login_client_id",
        "login_client_secret",
        "cookie_secret",
        "proxy_user_header",
        "proxy_secret",
        mode="before",
    )
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return value or None

    @field_validator("add_in_app", mode="before")
    @classmethod
    def _yes_no_or_names(cls, value: object) -> object:
        """A union would keep "false" as a name."""
        words = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
        return words.get(value.strip().lower(), value) if isinstance(value, str) else value

    @field_validator("login_metadata_url")
    @classmethod
    def _is_safe(cls, value: str | None) -> str | None:
        """Who stands between would hand out logins."""
        if value and value.startswith("http://") and urlsplit(value).hostname not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError("not https")
        return value

    @field_validator("model_url", "judge_url", "public_url", "login_metadata_url")
    @classmethod
    def _is_web_address(cls, value: str | None) -> str | None:
        """A key in an address would be written wherever the address is."""
        if value is not None and (not value.startswith(("http://", "https://")) or "@" in value):
            raise ValueError("no http address, or one with a key in it")
        return value


def load_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment.

    Raises `SettingError` for an unknown name (with the nearest known one) or an unusable value.
    """
    env = os.environ if env is None else env
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in env:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1)
            hint = f"Bedoelt u {near[0]}?" if near else f"Bekend zijn: {', '.join(sorted(known))}."
            raise SettingError(f"Onbekende instelling {name}. {hint}")
    values = {key: value for name, value in env.items() if name.upper() in known and (key := name.upper().removeprefix(PREFIX).lower())}
    try:
        return Settings(**values)  # type: ignore[arg-type]  # pydantic turns the environment's strings into types
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        # an address may hold a key
        shown = "" if name.endswith(("_KEY", "_URL", "_SECRET")) else f" ({first['input']!r})"
        raise SettingError(f"Instelling {name} heeft een onbruikbare waarde{shown}. Verbeter die of haal haar weg.") from None
