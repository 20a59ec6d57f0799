"""The command `serve`: the web app in Streamlit's server."""

import json
import os
import sys
from typing import Annotated

import typer

from praktijkbaken.commands.output import say
from praktijkbaken.errors import BakenError
from praktijkbaken.settings import CHECKOUT, PREFIX, load_settings


def serve(port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Poort van de webapp.")] = None) -> None:
    """Start de webapp: op deze computer alleen, tot de instellingen zeggen wie er komt."""
    from urllib.parse import urlsplit

    from praktijkbaken.access import base_path, own_secret, public_url, way_in

    if port:
        os.environ[f"{PREFIX}PORT"] = str(port)  # the app reads its settings by itself
    settings = load_settings()
    way = way_in(settings)
    entry = CHECKOUT / "app.py"
    if not entry.is_file():
        raise BakenError(f"{entry} ontbreekt. Praktijkbaken draait vanuit een checkout: haal de broncode opnieuw op en geef: make run")
    flags = ["--server.port", str(settings.port), "--server.address", settings.host, "--server.headless", "true"]
    flags += ["--browser.gatherUsageStats", "false", "--server.baseUrlPath", base_path(settings).strip("/")]
    if name := urlsplit(settings.public_url or "").hostname:  # a page of this address is ours, also where a proxy gives another Host
        flags += ["--browser.serverAddress", name]
    if way == "proxy":  # binds a session to its visitor, also when it is picked up again
        flags += ["--server.trustedUserHeaders", json.dumps({settings.proxy_user_header: "proxy_user"})]
    if way == "login":  # several servers with one secret each finish a login that another began
        os.environ["STREAMLIT_SERVER_COOKIE_SECRET"] = own_secret(settings)
    # the login of a member of many groups is more cookie than the 8 KiB that `websockets` takes by itself
    os.environ.setdefault("WEBSOCKETS_MAX_LINE_LENGTH", "65536")
    who = {"machine": "alleen op deze computer", "login": "met inloggen", "proxy": "achter een proxy"}[way]
    say(f"Praktijkbaken draait op {public_url(settings)}, {who} (stoppen: Ctrl+C)")
    command = [sys.executable, "-m", "streamlit", "run", str(entry), *flags]
    if os.name == "nt":
        import subprocess

        raise typer.Exit(subprocess.call(command))
    os.execv(sys.executable, command)
