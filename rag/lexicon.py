"""The small words that the check of a model's statements goes by, in Dutch and English."""

import re


def _groups(text: str) -> dict[str, frozenset[str]]:
    """Lines of "name: words"; a name's words go on in the indented lines below it."""
    named = re.findall(r"^(\w[\w ]*):(.*\n(?: .*\n)*)", text, re.MULTILINE)
    return {name: frozenset(words.split()) for name, words in named}


# What a language cannot do without; two other languages are there to be told apart.
SMALL = _groups("""\
nl: de het een en van in is zijn op te met voor niet dat die worden wordt er ook aan naar door bij om uit als hebben heeft kan
en: the a an and of in is are on to with for not that this by from as have has it they their there be was were can which who
de: der die das und ist sind mit für nicht dass ein eine auf den dem von zu im werden wird auch bei sie durch
fr: le la les des et est sont avec pour ne pas que un une dans du par sur qui ils leur aux ont
""")
# Words of a paraphrase that claim nothing by themselves.
LIGHT = frozenset(
    """aanbieden aangeboden biedt bieden bood organisatie organiseren zetten zet inzetten inzet ingezet gebruik gebruikt gebruiken
    helpt helpen hielp hulp zorgt zorgen zorgde leidt leiden leidde brengt brengen bracht houdt houden hield stelt stellen gericht
    richt vindt manier manieren gaat laten laat doordat zodat hierdoor daardoor waarbij waarmee hiervoor daarvoor daarbij hierbij
    namelijk bovendien verder samen eigen daarnaast tegelijk onder andere sommige verschillende diverse enkele aantal project
    projecten aanpak aanpakken voorbeeld resultaat deel zaken vorm ontstaat ontstaan maakt gemaakt heeft zien blijkt bleek blijven
    blijft ervoor ervan erbij ermee hieraan waarin waardoor waarop zelf mensen iemand meedoen doet proberen probeert willen wil
    kunnen kan zou gebeurt geldt gaf via zoals wie wat steeds snel direct plaats vooral belangrijk belang rond bijdragen bijdraagt
    draagt zoekt zoeken zocht werkt werkten krijgt krijgen leren leert kennen kent weten noemt noemen oplevert opleveren leverde
    levert opgeleverd genoemd bijna ongeveer circa zoveel waaronder maakte maakten vrijwel almost enough each about around people
    person persons way ways use uses used using help helps helped helping offer offers offered offering provide provides provided
    make makes made give gives given gave get gets got lead leads led bring brings brought keep keeps kept put puts set sets find
    finds found take takes took taken project projects approach approaches example result results part several various some
    different such so also one ones more among through between during within while where when then thus therefore because order able
    allow allows allowed let lets enable enables happen happens called known based run runs own together themselves own well certain
    become became becomes try tries trying want wants look looks looking seek seeks work works working
    time times keer maal""".split()
)
# Who does it or has it done to them: another one is never a matter of wording.
ACTORS = frozenset(
    """employer employers company companies school schools pupil pupils student students client clients municipality municipalities
    refugee refugees teacher teachers doctor doctors parent parents youngster youngsters employee employees candidate candidates
    volunteer volunteers hospital hospitals entrepreneur entrepreneurs
    ouderen kinderen vrouwen mannen ouders studenten docenten artsen bewoners burgers inwoners patiënten
    vrijwilligers ziekenhuis ziekenhuizen""".split()
)
# An English capital that names nobody.
NO_NAME = frozenset(
    """i dutch english netherlands monday tuesday wednesday thursday friday saturday sunday january february march april may june july
    august september october november december nederland nederlandse""".split()
)
# Adjectives of who or where it is, which the stemmer keeps apart from their noun.
ADJECTIVES = {
    "gemeentelijk": "gemeente", "gemeentelijke": "gemeente", "provinciaal": "provincie", "provinciale": "provincie",
    "regionaal": "regio", "regionale": "regio", "landelijk": "land", "landelijke": "land", "persoonlijk": "persoon",
    "persoonlijke": "persoon", "sectoraal": "sector", "sectorale": "sector",
}  # fmt: skip
NEGATION = frozenset(
    """niet geen nooit zonder niemand nergens noch evenmin nauwelijks amper niets onvoldoende not no never without nobody none nor
    nothing cannot hardly neither insufficient insufficiently unable""".split()
)
HEDGE = frozenset(
    """mogelijk waarschijnlijk misschien wellicht lijkt lijken schijnt verwachting verwacht verwachten onduidelijk vermoedelijk
    blijkbaar zou zouden possibly probably perhaps maybe may might seems seem appears expected expectation expect expects unclear
    likely would could apparently presumably""".split()
)
# Words that say the same of how many, which way, how sure.
TURNS = _groups("""\
all: alle allen allemaal iedere ieder elke elk altijd overal volledig volledige geheel all every each always entire entirely
    everywhere
everyone: iedereen everyone everybody
most: meeste merendeel meestal overgrote meerderheid grotendeels most mostly majority
not only: nietalleen notonly
only: alleen enige uitsluitend slechts enkel only sole solely exclusively merely
must: moet moeten moest verplicht verplichte verplichten noodzakelijk noodzakelijke noodzaak nodig
    vereist vereiste voorwaarde voorwaarden dient dienen essentieel zaak must required require requires obliged
    obligatory mandatory necessary necessity need needs needed essential condition conditions
more: meer hoger hogere groter grotere toename stijgt steeg stijgen stijging vergroten vergroot verhogen verhoogt verhoogd
    toenemen toegenomen gegroeid groeit more higher larger greater bigger increase increases increased increasing raise raises
    raised rise rises rising grow grows grew growing growth
less: minder minst minste least lager lagere kleiner kleinere kleinst afname daalt daalde dalen daling verlagen verlaagt
    verlaagd verkleinen verkleint afnemen afgenomen krimpt vermindering verminderen vermindert less fewer lower smaller decrease
    decreases decreased decreasing reduce reduces reduced reduction drop drops dropped shrink
easier: makkelijker makkelijk gemakkelijk gemakkelijker eenvoudig eenvoudiger easier easy easily simple simpler
harder: moeilijker moeilijk lastig lastiger ingewikkeld ingewikkelder harder hard difficult complicated
before: voordat vóór voorafgaand vooraf before beforehand prior
after: nadat na daarna achteraf after afterwards
early: vroeg vroege vroegtijdig vroegtijdige eerder early earlier
late: laat later late laatst laatste
success: succes succesvol succesvolle geslaagd geslaagde success successful successfully succeeded
failure: mislukt mislukte mislukking mislukken onsuccesvol failure failed fails fail unsuccessful
free: vrijwillig vrijwillige vrijblijvend vrijblijvende vrijwilligheid voluntary voluntarily
stops: stopt stopte gestopt beëindigd beeindigd afgeschaft afgesloten stop stops stopped ended abolished closed
starts: start startte gestart begint begon begonnen starts started begin begins began begun
many: veel vele veelvuldig nogal many much lots numerous
few: weinig few little
better: beter betere verbeteren verbetert verbeterd verbetering better improve improves improved improvement
good: goed goede good well
bad: slecht slechte bad poor badly poorly
worse: slechter slechtere verslechteren verslechtert worse worsen worsens worsened
""")
