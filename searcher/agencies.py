"""Which news agencies are there, and how are they written?

A table of ours: what queries call an agency (`credit:ap`), and the names that it goes by.  Where an
article credits one is said elsewhere (`analysis/credits.py`).
"""

from __future__ import annotations

from functools import lru_cache

__all__ = ["AGENCIES", "AGENCY_OF_NAME", "agency_of", "agency_title"]

# By what queries call them: how they are written, the first as they write themselves.  In
# capitals, or with a small letter only as it stands here.
AGENCIES: dict[str, tuple[str, ...]] = {
    "aap": ("AAP", "Australian Associated Press"),
    "adnkronos": ("Adnkronos", "ADNKRONOS"),
    "afp": ("AFP", "Agence France-Presse", "Agence France Presse"),
    "anadolu": ("Anadolu", "Anadolu Agency", "Anadolu Ajansı"),
    "ani": ("ANI", "Asian News International"),
    "anp": ("ANP", "Algemeen Nederlands Persbureau"),
    "ansa": ("ANSA", "Agenzia ANSA"),
    "antara": ("Antara", "ANTARA"),
    "ap": ("AP", "Associated Press", "The Associated Press", "AP News", "A.P.", "ASSOCIATED PRESS"),
    "apa": ("APA", "Austria Presse Agentur"),
    "ats": ("ATS", "Keystone-ATS", "Keystone-SDA", "Agence Télégraphique Suisse"),
    "belga": ("Belga", "BELGA"),
    "bernama": ("Bernama", "BERNAMA"),
    "bloomberg": ("Bloomberg", "Bloomberg News", "BLOOMBERG"),
    "cna": ("CNA", "Central News Agency"),
    "cp": ("The Canadian Press", "Canadian Press", "La Presse Canadienne", "THE CANADIAN PRESS"),
    "ctk": ("ČTK", "CTK"),
    "dow jones": ("Dow Jones Newswires", "Dow Jones News Service", "DOW JONES NEWSWIRES"),
    "dpa": ("dpa", "DPA", "Deutsche Presse-Agentur", "Deutsche Presse Agentur"),
    "efe": ("EFE", "Agencia EFE", "Agencia Efe"),
    "epd": ("epd", "Evangelischer Pressedienst"),
    "europa press": ("Europa Press", "EUROPA PRESS"),
    "ians": ("IANS", "Indo-Asian News Service"),
    "interfax": ("Interfax", "INTERFAX"),
    "irna": ("IRNA",),
    "jiji": ("Jiji Press", "Jiji", "JIJI"),
    "kna": ("KNA", "Katholische Nachrichten-Agentur"),
    "knight ridder": ("Knight Ridder", "Knight-Ridder", "Knight Ridder Newspapers"),
    "kyodo": ("Kyodo", "Kyodo News", "KYODO"),
    "lusa": ("Lusa", "LUSA", "Agência Lusa"),
    "mcclatchy": ("McClatchy Newspapers", "McClatchy-Tribune", "McClatchy"),
    "mti": ("MTI", "Magyar Távirati Iroda"),
    "new york times": ("New York Times News Service", "NYT News Service"),
    "notimex": ("Notimex", "NOTIMEX"),
    "ntb": ("NTB",),
    "pa": ("PA", "PA Media", "Press Association", "PA News Agency", "PA Wire"),
    "pap": ("PAP", "Polska Agencja Prasowa"),
    "pti": ("PTI", "Press Trust of India"),
    "reuters": ("Reuters", "REUTERS", "Reuter", "REUTER", "Thomson Reuters", "Reuters News"),
    "ria novosti": ("RIA Novosti", "RIA", "Sputnik"),
    "ritzau": ("Ritzau", "Ritzaus Bureau", "RITZAU"),
    "scripps howard": ("Scripps Howard News Service", "Scripps Howard"),
    "sid": ("SID", "Sport-Informations-Dienst"),
    "stt": ("STT", "STT-Lehtikuva"),
    "tass": ("TASS", "Tass", "ITAR-TASS", "Itar-Tass"),
    "tribune": ("Tribune News Service", "Tribune Media Services"),
    "tt": ("TT", "TT Nyhetsbyrån"),
    "ukrinform": ("Ukrinform",),
    "uni": ("UNI", "United News of India"),
    "upi": ("UPI", "United Press International"),
    "washington post": ("Washington Post News Service",),
    "xinhua": ("Xinhua", "XINHUA", "Xinhua News Agency"),
    "yonhap": ("Yonhap", "Yonhap News Agency", "YONHAP"),
}

AGENCY_OF_NAME = {name: code for code, names in AGENCIES.items() for name in names}
"""What queries call the agency with this name, in just this type."""


@lru_cache(maxsize=10_000)
def agency_of(text: str) -> str | None:
    """What queries call the agency whose whole name is `text`, in any type; None if it is none."""
    return _BY_FOLDED_NAME.get(_folded(text))


def agency_title(code: str) -> str:
    """How the agency that queries call `code` writes itself."""
    return AGENCIES[code][0] if code in AGENCIES else code


def _folded(name: str) -> str:
    return " ".join(name.casefold().split()).removeprefix("the ").replace(".", "")


_BY_FOLDED_NAME = {
    **{_folded(name): code for name, code in AGENCY_OF_NAME.items()},
    **{code: code for code in AGENCIES},
}
