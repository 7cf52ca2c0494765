"""Which English words have one Snowball stem and different meanings?

A suffix stripper cannot know that `important` is no kind of import.  Most of what Snowball
merges belongs together in search, and rankings lose a twelfth of their precision where only
inflections are merged; so the stems of English are those of Snowball except for the words
in the table here.

Each row is one Snowball stem.  Its first group keeps that stem, with every word that is not
listed; each group after a bar has a stem of its own, which no word of Snowball has.  A word
stands for its inflections (-s, -ed, -ing, -ly and their spellings), unless they are listed
themselves, as in `even | evening`, or a group before has them.

How the rows were found: the forms of AP 1988 and of cc-news were grouped by stem, and
within a stem by inflections.  Groups that seldom stand in the same articles and among the same
words mean different things (Xu and Croft, "Corpus-based stemming using co-occurrence of word
variants", 1998); of those that both collections use often, the rows were chosen by hand.
`benchmarks/stems.py` shows them with the figures.

What it does not do: merge what Snowball keeps apart (man and men, go and went), or tell
two meanings of one form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

__all__ = ["ROWS", "EnglishStems", "inflections", "stems_of_row"]

ROWS = """
accept acceptance acceptable | acceptation
accord accords | according accordingly accordance accorded
account | accountant | accountable accountability
active activity actively | activate activation | activism
addition additional | additive
admire admiration admirable admirer | admiral
affect | affection
aid | aide aides
alien | alienate alienation
allow | allowance
amen | amenity | amenable
angel | angeles
animal | animate animation animator
ann | anne
antique | antiquity | antiquated
apart | apartment
appropriate appropriately | appropriation
assist assistance | assistant
associate | association
atop | atopic
attend attendance | attendant
audit | audition
author | authority | authorize authorization
bare | barely
barn | barnes
bell | belle
blake | blakely
boon | boone
born | borne
brook | brooke | brookings
brown | browne
business | busy
cain | caine
candidate | candid candidly
canon | canonization
capital | capitalism | capitalize capitalization
cardinal | cardin
carol | carole
celebrate celebration | celebrity
change | chang
city | citi
civil | civilization civilize civilized civility
clark | clarke
cloth | clothe clothes clothed clothing
collect collection | collective collectively
command commander | commandeer commandeered | commandant
common | commons
communication communicate communicator | communicable
commute commuter | commutation
compass | compassion
compete | competent competence competency
complicate complication | complicity
composition | composite
concept | conception
concord | concorde
condition conditional | condit
confide | confidence confident | confidant
conserve conservation | conservative | conservancy
consideration | considerable considerably
consist | consistent consistently consistency
constitution constitutional constitutionality | constitute
construct construction | constructive constructively
contend | contender
content | contention
contract | contraction
convent | convention | conventional
converse conversation | conversion | conversely
convict | conviction convictions
cook | cooke
cooper | cooperate cooperation cooperative
corporate corporation | corporal
correspond | correspondent | correspondence
coup | coupe
critic criticize criticism | critical critically
crow | crowe
custom customs | customer | customize customization
davis | davies
dead | deadly
decade | decadent
decor decorate decoration decorator decorative | decorous
deduct deduction deductible | deductive
deer | deere
defend defender | defendant
definite definitely | definition | definitive
deliberate deliberately | deliberation
deny | denis
depart | department
depend dependent dependence | dependable
deposit | deposition
depress depression | depressant
design designer | designate designation designator
destine destined | destination
detect detection detectable | detective
detention | detente
determine determination | determinate
dictate | dictator
digit | digital
direct | direction | directive | directly
discrimination discriminate | discriminating
diverse diversity | diversion
doctor | doctorate doctoral
dominate domination dominant dominance | dominic
elder | elderly
elect election electable electability | elective
elevate elevation | elevator
emergency | emergence
emir | emirate emirates
engine | engineer engineering
entertain entertainment entertainer | entertaining
equate equation | equator
evident evidently | evidence
exceed | exceedingly
except exception | exceptional exceptionally
excess excessive | excessively
exclusive exclusively exclusivity | exclusion
execute execution | executive
expect expectation | expectant expectancy
expedition | expedite
experience | experiment
express expression | expressive
extension | extensive extensively
fabric | fabricate fabricated fabrication
fair fairness | fairly
federal federally | federation | federated
ferry ferries | ferris
fertile fertility | fertilizer fertilize fertilization
fidel | fidelity
final finality finalize | finale finales
foot | foote
format | formation
fortune | fortunate fortunately
foundation | foundational
france | franc francs | frances
frank | frankly
frankfurt | frankfurter
general | generally | generale | generalize
generate generator | generation generational
german | germane
good | goode | goods
grand | grande
grate grates | grateful
great | greatly
green | greene
hamburg | hamburger
hand | handful
hard | hardly
hawk | hawke
helen | helene
high | highly | highness
hilary | hilarious
horn | horne
hospital hospitalize hospitalization | hospitality
house houses housed | housing
human humanity | humane | humanism
identity | identical
ill illness | ills
impasse | impassioned | impassable
imperial | imperialism
implication | implicate
import importer importation | important importance importantly
impress impressive | impression
incident | incidence
indicate indication indicator | indicative | indices
inflation | inflate inflated inflatable
inform information | informant informer | informal informally
initial initially | initiative | initiate initiation
install installation | installment instalment
institute | institution institutional
instrument | instrumental
integrate integration | integrity | integral
intelligence | intelligent
intent intention intentional | intently
invite invitation | inviting
iron | ironic ironically
joint jointly | jointed
journal | journalism
large | largely
late | lately
levin | levine
liberal liberalism | liberate liberation liberator | liberalize liberalization
like | likely | likeness
liquid liquidity | liquidate liquidation
liter | literal literally | literate
live living | lively
local | locale locales | locality
lone | lonely
long | longing
love | lovely
low | lowe
main mainly | maine
major | majority
manage management manager | manageable
marine | marin
master | masterful
material materially | materialize materialism
maxim | maximize
mechanic mechanical | mechanism
medical medically | medication
memory | memorial memorialize
michel | michele
mineral | miner miners
minor | minority
mobile mobility | mobilize mobilization | mobil
moderate moderately moderation | moderator
moment | momentous
monet | monetize monetization
moral morality morally | morale
most | mostly
name | namely
nation national nationally | nationality | nationalism | nationalize nationalization
native | nativity
natural naturally nature | naturalize naturalization naturalized
near | nearly
negligence negligent | negligible
nominate nomination | nominal nominally
normal normally | normalize normalization
numerous | numerical
object objection | objective objectively objectivity
occupation occupational | occupant occupancy
off | offing
office | officer | officals
olive | oliver
operate operation operator operational | operative
opposition | opposite
optimism | optimize optimal
order | orderly
ordinance | ordination
orient oriented orientation | oriental
origin originate origination | original originally originality
out | outlying
over | overly
oversized | overseer
palm | palme
part | partly
partial partially | partiality
period | periodic periodically | periodical
person personal personally | personality | personalize personalized
petition | petite
physical physically | physics
plain plainly | plains
play | playful
pluralism | plurality
polite politely | politics political politically
popularity popular popularly | popularize
population populated populous | populism
position | positive positively | posit
possess possession | possessive
practice | practical practically
precede precedent | precedence
premier | premiere premieres premiered
prescription | prescriptive
present presenter presentation | presently
president presidency | preside presided presiding
press | presse
private privately | privatize privatization | privation
probable probably | probability
probation | probate
process | procession
product production | productive productivity
profession | profess professed
progress progression | progressive progressively
protest protester | protestant
provide provider | providence | provident
public publicly | publication | publicity publicize
quit | quite
racket | racketeer racketeering
range | rang
ration | rational
receive receiver | receivable
reception | receptive
recess | recession
recreation recreational | recreate
refine refiner | refinance
reiterate reiterated | reiter
relation relate relational | relative relatively
remark | remarkable remarkably
renew renewal | renewable
reprisal | reprise
reserve | reservation
respect | respective respectively | respectable respectability
respond | respondent respondents
response responsive | responsible responsibility
revelation | revel revell reveler
revolve | revolver
right rightly | rightful rightfully
route routes | rout routs
row | rowe
rug | rugged
secret secretly secretive | secretion
secure securely | security securities
several | sever | severe severely severity | severance
short shorts | shortly
silicon | silicone
simon | simone
social socially | socialism | socialize socialized
special specially speciality | specialize
specific specifically | specification
state | stately
steel | steele
subside | subsidize
success successful successfully | succession successive
suit | suite suites
suspend | suspenders
suspension | suspense
symbol symbolic symbolism symbolize | symbolically
temper | temperate
terminate termination | terminal terminally
tranquil tranquility | tranquilizer
transition transitional | transit
treasure treasures | treasurer
tribune | tribunal
under | underlying
uniform uniformed | uniformity
unit | unite unites united uniting
utility | utilize utilization
vacate vacated | vacation
venerable | venereal
vigil | vigilant vigilance
voyage | voyager
wait | waite
watch | watchful
weinberg | weinberger
well | welles
wilder | wilderness
will | willing willingly | wills | willful willfully
wit | witness
wolf | wolfe
world | worldly
"""


def inflections(word: str) -> Iterator[str]:
    """The spellings that inflections of `word` may have, `word` first: some are no words.

    `study` gives study, studys, studyed ... and studies, studied; who looks forms up that are
    words is not bothered by the others.
    """
    yield word
    yield from (word + ending for ending in ("s", "es", "ed", "ing", "ly"))
    if word.endswith("e"):
        yield from (word[:-1] + ending for ending in ("ed", "ing", "y"))
    elif word.endswith("y"):
        yield from (word[:-1] + ending for ending in ("ies", "ied", "ily"))
    else:
        yield from (word + word[-1] + ending for ending in ("ed", "ing"))


class EnglishStems:
    """The stems of forms, given their Snowball stems.

    Safe to use from several threads: rows are read as they are first needed, and a race only
    repeats work.
    """

    def __init__(self, stem_word: Callable[[str], str]) -> None:
        """
        Arguments:
            stem_word: gives the Snowball stem of a word.
        """
        self._rows = {stem_word(row.split(" ", 1)[0]): row for row in ROWS.strip().splitlines()}
        self._stems: dict[str, dict[str, str]] = {}

    def stem(self, form: str, snowball: str) -> str:
        """The stem of `form`, whose Snowball stem is `snowball`.  Cost: a look into a table."""
        if snowball not in self._rows:
            return snowball
        stems = self._stems.get(snowball)
        if stems is None:
            stems = self._stems[snowball] = stems_of_row(self._rows[snowball], snowball)
        return stems.get(form, snowball)


def stems_of_row(row: str, snowball: str) -> dict[str, str]:
    """The forms that `row` lists, and their inflections, each with its stem.

    What is listed goes before what is only an inflection of something listed, and of two words
    that may have one inflection the first has it: `aid | aide aides`.
    """
    groups = [group.split() for group in row.split("|")]
    # No form has a hyphen, so no word has such a stem from Snowball.
    heads = [snowball, *(f"{snowball}-{group[0]}" for group in groups[1:])]
    listed: dict[str, str] = {}
    stems: dict[str, str] = {}
    for head, group in zip(heads, groups, strict=True):
        listed |= dict.fromkeys(group, head)
        for word in group:
            for form in inflections(word):
                stems.setdefault(form, head)
    stems |= listed
    return stems
