"""The command `doctor`: settings, sources, model, index, the language model and who comes in."""

import typer

from praktijkbaken.commands.output import put
from praktijkbaken.errors import BakenError
from praktijkbaken.settings import Settings, load_settings


def doctor() -> None:
    """Controleert instellingen, bronnen, model en index; noemt wat er mis is en wat u kunt doen."""
    from index.doctor import examine
    from rag.phrases import read_phrases

    settings = load_settings()
    put(f"goed  instellingen: map {settings.home}, model {settings.embedding_model}")
    findings = examine(settings)
    for finding in findings:
        put(f"{'goed' if finding.fine else 'let op' if finding.usable else 'FOUT'}  {finding.text}")
    read_phrases(settings.data / "language")
    answers = _try_model(settings)
    answers &= _try_access(settings)
    if not answers or not all(finding.fine or finding.usable for finding in findings):
        raise typer.Exit(1)


def _try_model(settings: Settings) -> bool:
    """Says whether the language model of the settings answers; without one there is nothing that can be wrong."""
    if settings.model is None:
        put("goed  taalmodel: geen; antwoorden zijn letterlijke citaten")
        return True
    from rag.model import chat_model, try_out

    key = settings.model_key.get_secret_value() if settings.model_key else None
    try:
        seconds = try_out(chat_model(settings.model, settings.model_url, key, settings.model_seconds), settings.model_seconds)
    except BakenError as error:
        put(
            f"FOUT  taalmodel {settings.model}: {error}. Controleer PRAKTIJKBAKEN_MODEL, "
            "PRAKTIJKBAKEN_MODEL_URL en PRAKTIJKBAKEN_MODEL_KEY. Tot dan zijn antwoorden letterlijke citaten."
        )
        return False
    put(f"goed  taalmodel: {settings.model} antwoordt in {seconds:.1f} s")
    return True


def _try_access(settings: Settings) -> bool:
    """Says who comes in, and whether the provider that they log in at answers."""
    import httpx

    from praktijkbaken.access import CALLBACK, public_url, way_in

    try:
        way = way_in(settings)
    except BakenError as error:
        put(f"FOUT  toegang: {error}")
        return False
    if way != "login":
        put(f"goed  toegang: {'alleen deze computer' if way == 'machine' else 'wie de proxy doorlaat'}")
        return True
    try:
        told = httpx.get(str(settings.login_metadata_url), timeout=10).raise_for_status().json()
        known = all(told[name] for name in ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError):
        known = False
    if known:
        put(f"goed  toegang: inloggen bij {told['issuer']}, dat daarna terugstuurt naar {public_url(settings)}{CALLBACK}")
    else:
        put(f"FOUT  toegang: {settings.login_metadata_url} geeft geen gegevens om in te loggen. Verbeter PRAKTIJKBAKEN_LOGIN_METADATA_URL.")
    return known
