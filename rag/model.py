"""The one place that knows the chat-model client: any model that LangChain can start, an OpenAI-compatible server first."""

from typing import TYPE_CHECKING

from praktijkbaken.errors import ModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


def chat_model(name: str, url: str | None, key: str | None, seconds: float) -> "BaseChatModel":
    """The chat model called `name` ("openai:…", "ollama:…": provider and model).

    `url` is the address of the server, for a server of one's own; `seconds` is the most that one request may take.
    Nothing is sent yet. Raises `ModelError` for an unknown provider or one whose package is missing.
    """
    from langchain.chat_models import init_chat_model

    options: dict[str, object] = {"temperature": 0}
    provider = name.partition(":")[0]
    if provider == "ollama":
        options["client_kwargs"] = {"timeout": seconds}
    else:
        options |= {"timeout": seconds, "max_retries": 0}
    if url:
        options["base_url"] = url
    if key or (url and provider == "openai"):
        options["api_key"] = key or "none"  # a server of one's own often asks for none, the client always does
    try:
        return init_chat_model(name, **options)  # type: ignore[call-overload,no-any-return]  # the options differ by provider
    except ImportError:
        raise ModelError(
            f"Voor {name!r} ontbreekt een pakket. Geef: pip install -e '.[model]', of installeer langchain-{provider}."
        ) from None
    except ValueError as error:
        raise ModelError(f"{name!r} is geen bekend model ({str(error)[:150]}). Schrijf het als openai:NAAM of ollama:NAAM.") from None
