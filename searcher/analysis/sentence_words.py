"""Which words decide whether a full stop ends a sentence?

Plain lists for `boundaries`, drawn from the style of English wire copy (states
and ranks as the Associated Press shortens them), with the commonest German,
French and Spanish abbreviations.  Words stand as typed, without the last dot.
Acronyms (`U.S`, `a.m`) and single capital letters need no list.
"""

from __future__ import annotations

__all__ = [
    "DAYTIME",
    "GERMAN_MONTHS",
    "NUMBERED",
    "OPENERS",
    "SAYING",
    "TIMES",
    "TITLES",
    "TRAILING",
]


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Always followed by what they belong to: never the end of a sentence.
TITLES = _words(
    """
    Mr Mrs Ms Mx Messrs Mme Mlle Dr Drs Prof Rev Revs Msgr Fr Sr Sra Srta Hon Pres
    Gen Gens Maj Col Lt Lts Capt Cmdr Cdr Sgt Cpl Pvt Pfc Spc Spec Adm Brig
    Sen Sens Rep Reps Gov Govs Del Atty Supt Insp Det Amb Asst Dep Mt Ft
    vs v cf i.e e.g approx ca bzw Hr Hrn Mio Mrd Abb
    """
)

# Shortenings that want a number after them; without one they end the sentence.
NUMBERED = _words(
    """
    No Nos Nr Nrn no nos Vol vol pp p Art Sec Fig Figs Ch Tel Abs
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec
    """
)

# Shortenings that stand within a sentence and at its end alike.
TRAILING = _words(
    """
    Jr Sr Esq Assn Assoc Dept Univ Inst Natl Intl Mfg St Ste Ave Blvd Rd Hwy Rte Bldg Sq
    al etc usw ex est ft lb lbs oz mph Yahoo
    """
)

# States: `in Arcadia, Ind. Ryan` is an end, since within a sentence a comma follows.
STATES = _words(
    """
    Ala Ariz Ark Calif Colo Conn Fla Ga Ill Ind Kan Ky La Md Mass Mich Minn Miss Mo
    Mont Neb Nev Okla Ore Pa Penn Tenn Tex Va Vt Wash Wis Wyo Ont Que
    N.C N.D N.H N.J N.M N.S N.Y S.C S.D R.I D.C B.C
    """
)

# Companies: an end, unless one of the words that go on with a company's name follows.
COMPANIES = _words("Inc Corp Co Cos Ltd Plc Cie Bros")
COMPANY_WORDS = _words(
    """
    Inc Ltd Corp Co Cos Plc Holdings International Group Trust Class Common Plant
    Chairman Chairwoman President Vice Chief Executive Senior Director Managing Deputy Founder
    CEO CFO COO Treasurer Secretary Analyst Economist Spokesman Spokeswoman
    Building Tower Center Foundation Union
    """
)

# After `a.m.`: the day or the zone goes on, anything else begins.
DAYTIME = frozenset(("a.m", "p.m", "A.M", "P.M"))
TIMES = _words(
    """
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday
    Mon Tue Tues Wed Thu Thurs Fri Sat Sun
    January February March April May June July August September October November December
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec
    Eastern Central Mountain Pacific Atlantic Greenwich Moscow Beijing Tokyo London Local
    """
)

# `am 3. Oktober`
GERMAN_MONTHS = _words(
    """
    Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember
    Jahrhundert
    """
)

# Capitalised words that begin sentences and rarely follow a shortening within one.
OPENERS = _words(
    """
    A About According Across After Again Against All Along Already Also Although Among An And
    Another Any Are As Asked At Back Because Before Behind Being Below Besides Between Both But
    By Can Could Currently Despite Did Do Does During Each Earlier Either Elsewhere Even
    Eventually Every Few Finally First Following For Former From Further Furthermore Given Has
    Have Having He Hence Her Here His Historically How However I If In Included Including
    Indeed Instead Is It Its Just Last Later Like Many Maybe Meanwhile More Moreover Most Much
    My Neither Nevertheless Next No Nobody Nonetheless None Nor Not Nothing Now Of Officials
    Often On Once One Only Or Other Others Otherwise Our Out Outside Over Overall Per Perhaps
    Police Previously Rather Recently Separately Several She Should Similarly Since So Some
    Someone Sometimes Soon Still Such Surely Than That The Their Then There Therefore These They
    This Those Though Through Throughout Thus To Today Together Too Toward Two Under
    Unfortunately Unless Unlike Until Up Upon Was We Were What Whatever When Where Whether Which
    While Who Whose Why Will With Within Without Would Yes Yesterday Yet You Your
    Der Das Ein Eine Er Sie Es Wir Ich Im Am Auch Aber Mit Nach Bei Als Wenn
    Les Une Il Elle Ils Elles Ce Cette Nous Vous Dans Selon Mais
    Los Las Una Ellos Ellas Pero Según
    """
)

# Who said it, after a quotation that ends in `?` or `!`.
SAYING = _words(
    """
    said says asked asks added adds wrote writes told tells shouted cried replied answered
    yelled exclaimed wondered declared quipped joked recalled tweeted screamed hollered
    demanded insisted explained continued argued noted
    """
)

# `Amazon.Com` is a name, no sentence without a space after it.
DOMAINS = _words("Com Net Org Co Uk COM NET ORG CO UK")
