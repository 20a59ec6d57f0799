"""Each rule by which a question is read: questions that it serves, the last of them written after the rule, and its minimal pairs.

A minimal pair is a question that differs little and that the rule must leave alone.
"""

from collections.abc import Callable

import pytest

from rag.assistant import Assistant, Question
from rag.followup import is_followup
from rag.question import Understood, is_greeting
from tests.conftest import Ask

Rule = Callable[[Understood], bool]
RULES: dict[str, tuple[Rule, tuple[str, ...], tuple[str, ...]]] = {
    "an amount": (
        lambda a: a.asks_amount,
        (
            "Hoeveel banen leverde dat op?",
            "Wat is het percentage respons?",
            "How many regions took part?",
            "Hoe hoog is het rapportcijfer?",
        ),
        ("Hoe halen regio's veel werkgevers binnen?", "Waarom doen zoveel regio's mee?"),
    ),
    "a date": (
        lambda a: a.asks_when,
        (
            "Wanneer was de enquête?",
            "In welk jaar begon het werkfestival?",
            "When did the project start?",
            "Sinds welk jaar bestaat Podium24?",
        ),
        ("Hoe kies je het goede moment?", "Wat doe je als een klant niet komt?", "What helps people when their benefit runs out?"),
    ),
    "how long": (
        lambda a: a.asks_duration,
        (
            "Hoe lang duurt een traineeplek?",
            "Hoeveel weken duurt de training?",
            "How soon did they start?",
            "Binnen welke termijn beslist UWV?",
            "hoelang blijft zo'n certificaat geldig",
        ),
        (
            "Hoe langdurig werklozen helpen?",
            "Hoe help je mensen die al jaren thuis zitten?",
            "Maakt het uit hoe lang iemand thuis zit?",
            "Hoe snel mensen plaatsen bij een bedrijf?",
        ),
    ),
    "money": (
        lambda a: a.asks_money,
        (
            "Hoeveel geld ging er naar het project?",
            "Wat kost een account op het platform?",
            "How much did the training cost?",
            "wat verdient een subsidioloog",
            "Hoeveel kostte de pilot?",
        ),
        (
            "Wat is het effect op de kosten?",
            "Hoe voorkom je dat een project te veel kost?",
            "Wat verdient extra aandacht bij jobcoaching?",
            "Wat kost de meeste tijd bij matching?",
            "What do people need to do to earn a diploma?",
        ),
    ),
    "a person": (
        lambda a: a.asks_person,
        (
            "Wie is de projectleider van Boris?",
            "Hoe heet de directeur van Weener XL?",
            "Who is the manager of the WSP?",
            "Wat is het telefoonnummer van de contactpersoon in Twente?",
            "hoe heet de trekker van Boris",
            "Wie was de projectleider van de pilot?",
            "hoe heet hij?",
            "Hoe heten de projectleiders in Twente?",
            "Wie is onze contactpersoon?",
        ),
        (
            "Wie werken er samen in Twente?",
            "Wat doet een projectleider?",
            "alles tegelijk aanpakken, hoe heet dat",
            "Wat is de naam van de aanpak?",
            "Aan wie zijn de schrijvers erkentelijk?",
            "Bij wie is de arbeidsmarktcoach in dienst?",
        ),
    ),
    "now": (
        lambda a: a.asks_now,
        (
            "Hoeveel plekken zijn er op dit moment?",
            "Wat is de huidige taakstelling?",
            "What are the current figures?",
            "Wanneer is de eerstvolgende Praktijkdag?",
        ),
        ("Wat was het effect op het moment van plaatsing?", "Hoe gaat het nu eenmaal met data?"),
    ),
    "why": (
        lambda a: a.asks_why,
        (
            "Waarom werkt de warme overdracht?",
            "Waardoor liep het vast?",
            "Why do employers join?",
            "Hoe komt het dat er weinig indicaties zijn?",
        ),
        ("Waar werkt de warme overdracht?", "Hoe komt een kandidaat aan werk?"),
    ),
    "an address": (
        lambda a: a.asks_address,
        (
            "Wat is het e-mailadres van de Programmaraad?",
            "Waar kan ik naartoe mailen?",
            "What is the e-mail address?",
            "Heb je een mailadres?",
        ),
        ("Welk adres heeft het loket?", "Wat staat er in het gemailde?"),
    ),
    "others": (
        lambda a: a.asks_others,
        (
            "Hoe doen andere regio's dat?",
            "Wat gebeurt er elders met SROI?",
            "What do other municipalities do?",
            "Hebben anderen ervaring met robots?",
        ),
        ("Hoe doet Twente dat?", "Wat veranderde er door SROI?"),
    ),
    "a story's link": (
        lambda a: a.intent == "story",
        (
            "Heb je de link over Boris?",
            "Waar lees ik meer over reshoring?",
            "Where can I read about robots?",
            "Waar vind ik het stuk over het werkfestival?",
        ),
        ("Hoe gaat het verhaal van een klant naar de werkgever?", "Waar staan robots in de fabriek voor, en hoe helpen ze?"),
    ),
    "stories, counted or listed": (
        lambda a: a.intent == "stories",
        (
            "Hoeveel verhalen gaan over Matching?",
            "Welke praktijkverhalen zijn er over Beschut Werk?",
            "List all stories about matching",
            "Geef een overzicht van de artikelen over Zwolle",
            "hoevel verhalen komen er uit haaglanden",
            "alle voorbeeden uit twente graag",
            "verhalen beschut werk regio rijnmond",
            "List every story about matching",
        ),
        (
            "Hoeveel projecten gaan over matching?",
            "Welke verhalenverteller sprak er?",
            "Hoe schrijf je goede verhalen op in Twente?",
            "Wat is het verhaal van Twente?",
        ),
    ),
    "regions of the catalogue": (
        lambda a: a.intent == "regions",
        (
            "Welke regio's hebben een verhaal over Matching?",
            "Hoeveel regio's komen voor in het thema Beschut Werk?",
            "Which regions have a story about data?",
            "Noem alle regio's met een praktijkvoorbeeld over schulden",
            "In hoeveel arbeidsmarktregio's speelt minstens één van de praktijkverhalen?",
            "welke arbeidsmarkt regio's hebben een verhaal bij Beschut Werk",
        ),
        ("Welke regio's werken met Boris?", "Which regions use the Hallo platform?"),
    ),
    "the themes": (
        lambda a: a.intent == "themes",
        (
            "Welke thema's zijn er?",
            "Hoeveel thema's behandelt het rapport?",
            "Which themes are there?",
            "Noem de onderwerpen die voorkomen",
            "onder welke thema's is dat verhaal ingedeeld?",
        ),
        ("Wat werkt bij het thema Matching?", "Is krapte een thema?"),
    ),
    "what works": (
        lambda a: a.intent == "elements",
        (
            "Wat werkt bij matching?",
            "Wat zijn de werkzame elementen van Beschut Werk?",
            "What works in job coaching?",
            "Welke succesfactoren horen bij werkgeversdienstverlening?",
        ),
        ("Wat werkt er in Twente?", "Hoe werkt matching?"),
    ),
    "side by side": (
        lambda a: a.intent == "compare",
        (
            "Wat is het verschil tussen Twente en Zwolle?",
            "Vergelijk Groningen met Friesland op SROI",
            "Compare Twente and Zwolle on matching",
            "Zeeland en Twente: wat doen zij met jongeren?",
        ),
        ("Wat doet Twente?", "Wat is het verschil tussen MVO en SROI?"),
    ),
    "a region whole": (
        lambda a: a.intent == "region",
        ("Wat doet Twente?", "Vertel eens over Zeeland", "What does Zwolle do?", "Wat gebeurt er in Nijmegen?"),
        ("Wat doet Twente met robots?", "Wat doen regio's?"),
    ),
    "a measure in words": (
        lambda a: a.intent == "fact",
        (
            "Hoe vaak komt de werkgroep bij elkaar?",
            "Hoe lang duurt een stage?",
            "How often do they meet?",
            "hoe groot was de groep in Leiden",
        ),
        ("Hoe helpen regio's jongeren?", "Hoe krijg je grote werkgevers mee?", "How do regions help people?"),
    ),
    "a list": (
        lambda a: a.intent == "list",
        (
            "Welke partners doen mee aan 04Werkt?",
            "Noem de belemmeringen bij matching",
            "Which partners take part?",
            "In welke sectoren zijn er projecten?",
            "ik wil het hele lijstje van wat beter kan",
            "checklist voor een goede plaatsing",
        ),
        ("Hoe kies je welke partners meedoen?", "Hoe krijg je alle partners mee?"),
    ),
    "how": (
        lambda a: a.intent == "howto",
        (
            "Hoe betrek je ouders bij de plaatsing?",
            "Heb je tips voor een goede overdracht?",
            "How do you reach young people?",
            "Wat is een goede aanpak voor langdurig werklozen?",
        ),
        ("Hoe hoog is het cijfer voor de planning?", "Wanneer helpt een jobcoach?"),
    ),
    "the link in so many words": (
        lambda a: a.wants_link,
        ("Mag ik de link?", "Heb je een url?", "Do you have the links?", "Stuur de link naar het verhaal over Boris"),
        ("Wie linkt werk aan zorg?", "Wat is het verband?"),
    ),
    "a place that nobody knows": (
        lambda a: bool(a.unknown_places),
        (
            "Wat doet Antwerpen aan schulden?",
            "Hoe gaat dat in Brussel?",
            "What does Berlin do about debts?",
            "Hoe regelt gemeente Duckstad jobcoaching?",
        ),
        ("Wat doet Twente aan schulden?", "Wat doet UWV aan schulden?", "Hoe gaat dat in Nederland?"),
    ),
    "a result": (
        lambda a: a.asks_result,
        (
            "Wat is het effect van de banenmarkt in Haaglanden?",
            "Wat leverde het participatieadvies op?",
            "What did the sewing workshop achieve?",
            "levert jobcoaching iets op?",
            "Welke uitkomsten had de proef in Oss?",
        ),
        (
            "Hoe levert een werkgever een vacature aan?",
            "Wie leverde de machines?",
            "Hoe leveren regio's maatwerk?",
            "Hoe werken regio's doeltreffend?",
        ),
    ),
    "a name of more words": (
        lambda a: bool(a.names),
        (
            "Hoe zetten regio's het geld van Perspectief op Werk in?",
            "Wie heeft ervaring met Open Hiring?",
            "Wat is Beschut Werk?",
            "Wat levert Samen aan de Slag ons op?",
        ),
        (
            "Wat is het perspectief op werk voor jongeren?",
            "Hoe Helpen Regio's Mensen Met Schulden?",
            "Werken Zwolle en Twente samen?",
            "Wat doet UWV voor SROI in Beschut?",
            "Wat doet Midden Holland?",
            "Who works with Social Return?",
        ),
    ),
    "a province or part of the country": (
        lambda a: bool(a.areas),
        ("Wat doet Brabant?", "Hoe gaat dat in Noord-Nederland?", "What happens in Overijssel?", "Welke projecten zijn er in Gelderland?"),
        ("Wat doet Noordoost-Brabant?", "Wat doet Noord-Holland Noord?"),
    ),
    "a year": (
        lambda a: bool(a.years),
        ("Wat gebeurde er in 2018?", "Hoeveel plekken waren er in 2014?", "What happened in 2017?", "Is er iets uit 2023?"),
        ("Wat kost 2.500 euro?", "Hoe werkt artikel 20181?"),
    ),
    "English": (
        lambda a: a.language == "en",
        (
            "How do regions help people with debts?",
            "Which municipalities use robots?",
            "What does Twente do?",
            "Who takes part in the festival and why?",
        ),
        ("Hoe helpen regio's mensen met schulden?", "Wat doet de jobcoach on the job?"),
    ),
}


@pytest.mark.parametrize(("rule", "question"), [(rule, one) for rule, (_, served, _) in RULES.items() for one in served])
def test_a_rule_serves(assistant: Assistant, rule: str, question: str) -> None:
    asked = assistant.reader.read(question)
    assert RULES[rule][0](asked), asked


@pytest.mark.parametrize(("rule", "question"), [(rule, one) for rule, (_, _, left) in RULES.items() for one in left])
def test_a_rule_leaves_alone(assistant: Assistant, rule: str, question: str) -> None:
    asked = assistant.reader.read(question)
    assert not RULES[rule][0](asked), asked


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_three_cases_and_a_pair(rule: str) -> None:
    _, served, left = RULES[rule]
    assert len(served) >= 3
    assert left


def test_what_was_looked_for_is_named_once(ask: Ask) -> None:
    assert "Ik zocht: Beschut Werk-plekken, 2023, Zwolle." in ask("Hoeveel Beschut Werk-plekken waren er in 2023 in Zwolle?").text


@pytest.mark.parametrize("question", ["Wat is het effect van de banenmarkt in Haaglanden?", "Wat leverde de banenmarkt in Haaglanden op?"])
def test_where_no_result_is_told_the_first_line_says_so(ask: Ask, question: str) -> None:
    assert ask(question).text.startswith("De bronnen noemen hier geen resultaat.")


@pytest.mark.parametrize(
    "question",
    [
        "Wat leverde het participatieadvies in Smallingerland op?",
        "Wat was het resultaat van de banenmarkt in Groningen?",
        "Welke banenmarkt is er in Haaglanden?",
        "Wat is het resultaat van het werkfestival?",
    ],
)
def test_where_a_result_is_told_or_not_asked_for_the_line_stays_away(ask: Ask, question: str) -> None:
    answer = ask(question)
    assert answer.status == "answered"
    assert "geen resultaat" not in answer.text


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Hoe zetten regio's de middelen van Perspectief op Werk in?", "Perspectief op Werk"),
        ("Wie heeft ervaring met Open Hiring?", "Open Hiring"),
        ("Wat levert het Sterke Start Jongeren op?", "Sterke Start Jongeren"),
    ],
)
def test_a_name_whose_words_never_stand_together_is_not_answered_with_those_words(ask: Ask, question: str, name: str) -> None:
    answer = ask(question)
    assert answer.status == "not_found"
    assert [(one.what, one.value) for one in answer.missing] == [("subject", name)]
    assert answer.text.startswith("Dit staat niet in de bronnen.")
    assert f"Ik zocht: {name}" in answer.text
    assert f"{name} komt in de bronnen niet voor." in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "Hoe werkt Individuele Plaatsing en Steun?",
        "Hoe organiseert Groningen het Werk Festival?",
        "Wat is Beschut Werken?",
        "Wat doet Platform Hallo?",
        "Wat doet Project Boris?",
        "Wat is de Methode Boris?",
        "Hoe werkt Stichting Shine?",
        "Wat doet de Programma Raad?",
        "Hoe maken regio's mensen wegwijs naar werk met Social Return?",
        "Wat doen ze in Den Haag met De Haeghe Groep?",
    ],
)
def test_a_name_that_the_sources_hold_or_spell_otherwise_is_answered(ask: Ask, question: str) -> None:
    assert ask(question).status == "answered"


@pytest.mark.parametrize(
    "text", ["Hallo!", "goedemorgen", "Thanks", "hoe gaat het met u?", "hoi, ik heb een vraagje", "Ik heb een vraag", "I have a question"]
)
def test_a_greeting_is_no_question(text: str) -> None:
    assert is_greeting(text)


@pytest.mark.parametrize("text", ["Hallo werk?", "Hoe gaat het met het werkfestival?", "test assessment", "Ik heb een vraag over schulden"])
def test_what_only_begins_like_a_greeting_is_a_question(text: str) -> None:
    assert not is_greeting(text)


@pytest.mark.parametrize(
    "text",
    [
        "En in Twente?",
        "Waarom?",
        "Heb je daar de link van?",
        "Zwolle?",
        "And how many?",
        "Werkt dat ook bij jongeren?",
        "zat er ook iets digitaals bij",
        "wat moet zo iemand in huis hebben?",
        "levert het wat op?",
        "Who paid for it?",
        "hoe doen ze dat in Oss?",
        "Is er iets over bekend?",
        "Wat is er voor nodig?",
    ],
)
def test_what_leans_on_the_turn_before_is_seen(assistant: Assistant, text: str) -> None:
    assert is_followup(text, assistant.reader)


@pytest.mark.parametrize(
    "text",
    [
        "Wat doet Zwolle?",
        "Hoe helpen regio's mensen met schulden?",
        "Welke regio's werken met Boris?",
        "Waarom zijn werkgevers terughoudend bij mensen met een arbeidsbeperking?",
        "Iets heel anders: hoe werkt jobcoaching?",
        "Hoe gaat het met het werkfestival in Groningen?",
        "Zijn er banenmarkten in Groningen?",
        "Wat wordt er in Haaglanden gedaan aan schulden?",
        "Zijn er ook verhalen over schulden in Twente?",
        "Wat doen ze in Zwolle?",
    ],
)
def test_a_question_of_its_own_stands_alone(assistant: Assistant, text: str) -> None:
    assert not is_followup(text, assistant.reader)


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("Aan welke school kregen ze les?", "school"),
        ("vanuit welk land is het weggehaald", "land"),
        ("Welke robots draaien er bij Weener XL?", "robots"),
        ("wat voor klussen doen ze daar op een dag", "klussen"),
        ("In which month did the interviews take place?", "month"),
        ("What training does a job coach need?", "training"),
        ("Welke vaste klussen krijgen ze?", "klussen"),
    ],
)
def test_what_is_to_be_named_is_read(assistant: Assistant, text: str, noun: str) -> None:
    of = assistant.reader.read(text).to_be_named
    assert of is not None
    assert noun in of.word.split()


@pytest.mark.parametrize(
    "text",
    [
        "Welke regio leidt verkeerskundigen op?",
        "Op welke manier help je mensen met schulden?",
        "welke organisatie duwt het vooruit",
        "What makes the job fairs easier to run?",
        "What happens to pilots afterwards?",
        "Hoe helpen ze leerlingen van school naar werk?",
    ],
)
def test_where_anything_would_do_no_noun_is_to_be_named(assistant: Assistant, text: str) -> None:
    assert assistant.reader.read(text).to_be_named is None


@pytest.mark.parametrize(
    ("held", "not_held"),
    [
        (
            "Welk ministerie legde geld bij voor de zorgprojecten in Haaglanden?",
            "Welke bank legde geld bij voor de zorgprojecten in Haaglanden?",
        ),
        ("Met welk uitzendbureau werkt Lekstroom samen?", "Met welk ziekenhuis werkt Lekstroom samen?"),
        ("Op welke systematiek is de Boris-aanpak gebaseerd?", "Op welke romans is de Boris-aanpak gebaseerd?"),
    ],
)
def test_what_is_to_be_named_is_looked_for_in_what_is_found(assistant: Assistant, held: str, not_held: str) -> None:
    def unnamed(text: str) -> float:
        trace = assistant.trace(Question(text))
        assert trace is not None
        return trace.signals.unnamed

    assert unnamed(held) == 0
    assert unnamed(not_held) == 1
