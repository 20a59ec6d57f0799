"""The terminal's door: puts the commands together, in the order in which `--help` shows them."""

import sys

import typer

from praktijkbaken.commands import evaluation, stories
from praktijkbaken.commands.ask import ask
from praktijkbaken.commands.doctor import doctor
from praktijkbaken.commands.output import say
from praktijkbaken.commands.serve import serve
from praktijkbaken.commands.sources import add, documents, index, remove
from praktijkbaken.errors import BakenError

app = typer.Typer(help="Praktijkbaken: antwoorden uit praktijkverhalen, elk met een citaat.", no_args_is_help=True, add_completion=False)
for command in (index, add, remove, ask, documents, serve, doctor):
    app.command()(command)
app.add_typer(stories.app, name="stories", help="De praktijkverhalen van de catalogus.")
app.add_typer(evaluation.app, name="eval", help="Meet de kwaliteit van de antwoorden.")


def main() -> None:
    """Runs the terminal; every error of ours is one line on standard error and exit status 1."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # a Windows console may be cp1252
    try:
        app()
    except BakenError as error:
        say(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        say("Afgebroken. Er is niets verloren.")
        sys.exit(130)
    except BrokenPipeError:  # the reader left, for instance `| head`
        sys.stderr.close()


if __name__ == "__main__":
    main()
