"""What of an input is a question: no markup, and no instruction to the assistant, which is text and not a command."""

import re
from dataclasses import dataclass

from index.dutch import fold

_INSTRUCTION = re.compile(
    r"\b(?:negeer|vergeet|ignore|forget|disregard|override)\b.{0,60}\b(?:instructie\w*|regels?|opdracht\w*|rapport|bronnen|bovenstaande|alles|"
    r"instructions?|rules?|report|sources|above|everything|previous|prompt)\b"
    r"|\b(?:je\s+bent\s+(?:nu|vanaf)|you\s+are\s+now|doe\s+alsof|pretend|act\s+as|role\s?play|speel\s+(?:een|de))\b"
    r"|\b(?:system\s?prompt|systeemprompt|api.?keys?|wachtwoord(?:en)?|passwords?|environment\s+variables?|end\s+of\s+context|new\s+task|"
    r"nieuwe\s+opdracht|jailbreak|developer\s+mode|\bdan\b.{0,20}\bwithout\s+rules)\b"
    r"|\b(?:schrijf|write|maak|make|generate|genereer|dicht|compose|vertaal|translate|programmeer|code)\b.{0,50}"
    r"\b(?:gedicht|poem|script|code|programma|python|mail|e-mail|brief|letter|essay|blog|grap|joke|lied|song|verhaaltje|persbericht|"
    r"sollicitatiebrief|tweet|speech|toespraak|naar\s+het\s+\w+|into\s+\w+)\b"
    r"|\b(?:print|toon|show|reveal|repeat|herhaal|output)\b.{0,40}\b(?:prompt|instructi\w+|variables|keys|database|regels)\b"
    r"|^\W*(?:(?:vanaf\s+nu|from\s+now\s+on)\b|(?:begin|start|eindig|end)\b.{0,40}\b(?:antwoord|zin|answer|sentence|reply)\w*\b|"
    r"(?:antwoord|reageer|answer|reply|respond)\b.{0,20}\b(?:in|als|met|as|with)\b|(?:zeg|zet|schrijf|say|add|put)\b.{0,30}\b(?:erbij|bij\s+dat|that)\b|"
    r"(?:zeg|herhaal|repeat|say)\b.{0,20}\b(?:na|after)\b|(?:bevestig|confirm)\b|(?:vertaal|translate)\b|zet\s+(?:dit|dat|deze)\b.{0,20}\bover\s+in\b|"
    r"(?:print|toon|show|geef|reveal)\b.{0,30}\b(?:boven|above|verborgen|hidden)\b|(?:sla|bewaar|noteer|registreer|store|save)\b)"
    r"|\b(?:ontwikkelaarsmodus|developer.?mode|filters?\s+(?:uit|off)|verborgen\s+regels|hidden\s+rules)\b"
    r"|\b(?:drop\s+table|select\s+\*|delete\s+from|insert\s+into)\b"
)
# What stands between marks that only machines use.
_MARKED = re.compile(r"\[(\w+)\].*?\[/\1\]|\{\{.*?\}\}", re.DOTALL)
_PLACEHOLDER = re.compile(r"\[(?:BSN|IBAN|E-MAIL|TELEFOON|GEBOORTEDATUM|ADRES|NAAM)\]")
# What names one natural person; a titled name may be an alderman's, an address for mail an office's.
_ONE_PERSON = re.compile(r"\[(?:BSN|IBAN|GEBOORTEDATUM|ADRES)\]")
_ASKS = re.compile(
    r"\?|\b(?:hoe\w*|wat|welke?|wie|waar\w*|wanneer|how|what|which|who|where|when|why|noem|geef|toon|zoek|vertel|tell|show|find)\b"
)
# A question that others may have too, after what tells of one person.
_GENERAL = re.compile(
    r"\b(?:(?:welke?|which|what)\s+(?:andere\s+|other\s+)?(?:regio|gemeente|aanpak|verhaal|verhalen|organisatie|project|voorbeeld|hulp|region|"
    r"municipalit|approach|stor|organisation|example|help)\w*|hoe|wat|how)\b"
)
# May I take from this person, or withhold, what she has a right to?
_DECISION = re.compile(
    r"\b(?:mag|moet|kan|zal|mogen|moeten|kunnen|zullen|may|can|must|should|shall)\s+(?:ik|we|wij|i)\b.{0,40}"
    r"\b(?:haar|zijn|hem|hen|hun|(?:deze|die|mijn|onze|this|my|our)\s+(?:klant|client|man|vrouw|meneer|mevrouw|jongen|meid|persoon|woman|person)|"
    r"his|her|him|their|them)\b.{0,60}"
    r"\b(?:stop\w*|kort(?:en)?|gekort|intrek\w*|weiger\w*|afwijz\w*|afsluiten|beeindig\w*|opleg\w*|terugvorder\w*|beboet\w*|boete|"
    r"maatregel|sanctie|end|cut|refuse|withdraw|withhold|reject|fine|sanction)\b"
    r"|\b(?:may|can|must|should|shall)\s+(?:i|we)\s+(?:stop|end|cut|refuse|withdraw|withhold|reject|fine|sanction)\b.{0,30}\b(?:his|her|him|their|them)\b"
)
_MARKUP = re.compile(r"<[^<>]{0,200}>|https?://\S+|www\.\S+")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")


@dataclass(frozen=True)
class Request:
    """What is left of an input as a question (empty when nothing is), and whether instructions were left out."""

    question: str
    instructed: bool


def split_request(text: str) -> Request:
    """The sentences of `text` that instruct nobody."""
    unmarked = _MARKED.sub(" ", text)
    if unmarked != text:
        return Request(split_request(" ".join(unmarked.split())).question, instructed=True)
    sentences = [sentence for sentence in _SENTENCE.split(text) if sentence.strip()]
    kept = [sentence for sentence in sentences if not _INSTRUCTION.search(fold(sentence))]
    if len(kept) == len(sentences):
        return Request(text, instructed=False)
    question = " ".join(kept)
    # what trails an instruction is part of it unless it asks something itself
    asks = "?" in question or re.match(r"\W*(?:hoe\w*|wat|welke?|wie|waar\w*|wanneer|how|what|which|who|where|when|why)\b", fold(question))
    return Request(question if asks else "", instructed=True)


def is_about_one_person(text: str) -> bool:
    """Does `text`, without its personal data, ask only about the person whom these told of? What tells who a client is, beside a question
    that others may have too, does not count."""
    sentences = [sentence for sentence in _SENTENCE.split(text) if sentence.strip()]
    of_person = [sentence for sentence in sentences if _ONE_PERSON.search(sentence)]
    others = [sentence for sentence in sentences if not _ONE_PERSON.search(sentence)]
    after = [fold(_ONE_PERSON.split(sentence)[-1]) for sentence in of_person]
    return bool(of_person) and not any(_ASKS.search(fold(s)) for s in others) and not any(_GENERAL.search(s) for s in after)


def is_a_decision(text: str) -> bool:
    """Does `text` ask whether something may be taken from one person, or withheld? That is for who decides on it."""
    return any(_DECISION.search(fold(sentence)) for sentence in _SENTENCE.split(text))


def usable(text: str) -> str:
    """The words of a question: no placeholders, no tags, no web addresses, no control characters."""
    return " ".join(_PLACEHOLDER.sub(" ", _MARKUP.sub(" ", text.replace("\0", " "))).split())
