"""What the app is and is not, its sources and their age, how answers are made, privacy, and how to report an error."""

import streamlit as st

from index.embedding import NO_MODEL
from praktijkbaken.dates import day
from praktijkbaken.settings import load_settings
from ui import frame
from ui.markup import inside, items, outside, text
from ui.places import SOURCE
from ui.session import HERE, READ, TROUBLE, assistant, kept_at, may_log_out, records, shelf, visitor

RULES = "https://www.autoriteitpersoonsgegevens.nl/themas/algoritmes-ai"


def draw() -> None:
    """Draws the page."""
    frame.title("Over Praktijkbaken")
    st.html(f'<div class="pb">{_what()}{_sources()}{_mode()}{_privacy()}{_errors()}</div>')


def _what() -> str:
    return (
        "<h2>Wat het is</h2><p>Praktijkbaken zoekt in praktijkverhalen over werk: hoe regio's mensen aan werk helpen. "
        "U stelt een vraag en krijgt citaten, met de plaats waar ze staan en een link naar het verhaal als de bron die geeft.</p>"
        "<h2>Wat het niet is</h2><ul><li>Het is een AI-systeem en geen mens. Het kan iets missen of verkeerd begrijpen.</li>"
        "<li>Het neemt geen besluiten en geeft geen advies over een persoon. Gebruik het niet voor besluiten over een klant.</li>"
        "<li>Het weet alleen wat in de bronnen staat. Wat daar niet in staat, zegt het er ook bij.</li></ul>"
    )


def _sources() -> str:
    snapshot = shelf().snapshot
    lines = [
        f"{inside(SOURCE, text(one.title), document=one.id)} ({text(day(one.date or 'zonder datum'))})"
        for one in snapshot.documents.values()
    ]
    checked = [state.checked for state in assistant().links.values() if state.checked]
    links = f"De links zijn het laatst gecontroleerd op {text(day(max(checked)))}." if checked else "De links zijn niet gecontroleerd."
    return (
        f"<h2>Welke bronnen, en van wanneer</h2>{items(lines)}<p>Het rapport gaat over projecten uit 2017 en 2018. "
        f"Sindsdien kan er veel veranderd zijn. De catalogus telt {len(snapshot.stories)} praktijkverhalen. {links} "
        f"De index is gemaakt op {text(day(snapshot.created[:10]))}.</p>"
    )


def _mode() -> str:
    model = getattr(assistant(), "model", None)
    if model:
        how = f"Een taalmodel ({text(str(model))}) schrijft het antwoord. Elke zin wordt vergeleken met de bron; wat niet klopt, vervalt."
    else:
        how = "Er schrijft geen taalmodel mee: elk antwoord bestaat uit letterlijke citaten. Alleen de korte zinnen eromheen zijn van ons."
    by = "op woorden" if shelf().snapshot.model == NO_MODEL else "op woorden en op betekenis"
    return f"<h2>Hoe een antwoord ontstaat</h2><p>{how} De app zoekt {by}.</p>"


def _privacy() -> str:
    who = visitor()
    if who is None and TROUBLE in st.session_state:
        kept = "Gesprekken en oordelen worden nu niet bewaard: de plek daarvoor werkt niet."
    elif who is None:
        kept = "Deze app wordt door meer mensen gebruikt zonder in te loggen. Daarom bewaart zij geen gesprekken en geen oordelen."
    elif not records().days:
        kept = "Gesprekken en oordelen worden niet bewaard."
    else:
        readers = load_settings().feedback_readers
        shared = "andere gebruikers zien van uw gesprekken alleen wat u deelt" if readers else "andere gebruikers zien alleen wat u deelt"
        where = "wie hem gebruikt, kan ze lezen" if who == HERE else shared
        kept = f"Gesprekken en oordelen blijven {records().days} dagen bewaard {kept_at()}: {where}. U kunt ze eerder wissen bij Vraag."
        kept += f" {READ}" if readers else ""
    if (name := st.user.get("email") or st.user.get("name")) and may_log_out():
        kept += f" U bent ingelogd als {text(str(name))}."
    return (
        "<h2>Privacy</h2><p>Noem geen namen of gegevens van klanten. Een bsn, IBAN, e-mailadres, telefoonnummer, geboortedatum of adres, "
        f"en een naam achter “mevrouw”, “de heer” of “klant”, haalt de app uit uw vraag voordat er iets mee gebeurt. {kept} "
        "De app volgt u niet en laadt niets van andere sites.</p>"
    )


def _errors() -> str:
    return (
        "<h2>Een fout melden</h2><p>Klopt een antwoord niet? Kies eronder “Niet goed” en schrijf waarom. "
        "Ziet u een nummer bij een fout? Geef dat nummer aan uw beheerder: in het logboek staat wat er misging. "
        f"Meer over regels voor AI: {outside(RULES, 'Autoriteit Persoonsgegevens')}.</p>"
    )
