"""In which encoding are bytes that do not say it, or say it wrongly?

Each candidate is tried: the bytes are decoded by it, and what comes out is scored as the
language that it is for.  In a right reading the letters beyond ASCII are those of the
language, the frequent ones mostly, capitals begin words, no sign stands inside a word, and
the small words are known; in a wrong one they are anything (`Zamkniêto szko³y`, `нХМХЯРП`).
Encodings of East Asia are scored by how many of their characters are among the commonest.

`overruled` sets a declared encoding aside only where another's reading is far better.
`wide_codec` tells UTF-16 without a mark in any script: one byte of each pair is the script's.
`repaired` undoes UTF-8 that was read as windows-1252 and written again.

It looks at one or two kilobytes of lines that are not ASCII.  charset-normalizer, which is asked
last, does not tell the Latin encodings apart by a sentence.

Not done: text in several encodings, Vietnamese of windows-1258, visual Hebrew.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from functools import cache
from typing import NamedTuple

from searcher.importing import InstalledOnly

__all__ = ["best_codec", "overruled", "repaired", "wide_codec"]


class _Language(NamedTuple):
    """`letters` beyond ASCII, the most frequent first; `words` that are small and in ASCII."""

    codecs: tuple[str, ...]
    letters: str
    words: frozenset[str]


def _language(codec_names: str, letters: str, words: str = "") -> _Language:
    return _Language(tuple(codec_names.split()), letters, frozenset(words.split()))


_WEST, _MIDDLE = "cp1252", "cp1250 iso8859-2"
_CYRILLIC = "cp1251 koi8-r iso8859-5 cp866 mac-cyrillic"
_LANGUAGES = (
    _language(_WEST, "éèçñöüä", "the of and to in that is was for on with as at by from he said"),
    _language(
        _WEST, "äüöß", "der die und das in den von zu mit sich des auf ist im dem nicht ein eine"
    ),
    _language(
        _WEST, "éèàêçùôûîâëïœ", "de la le les des et en un une du que qui dans par pour sur est"
    ),
    _language(_WEST, "óíáéñúü", "de la que el en los se del las un por con una para su no es al"),
    _language(_WEST, "ãçáéíóêõúâàô", "de que do da em um para com uma os no se na por mais dos as"),
    _language(_WEST, "àèùòìé", "di che la il un per in una del con non della si da le dei al"),
    _language(_WEST, "ëéïóèöü", "de van het een in en is dat op te zijn met voor niet aan er om"),
    _language(_WEST, "äåöé", "och i att det som en av den med till har de inte om ett men var"),
    _language(_WEST, "åøæé", "og i det at en den til er som av de med for ikke et der var fra har"),
    _language(_WEST, "äöå", "ja on ei ett se joka mutta oli kun ovat myös hän niin kuin sen"),
    _language(_WEST, "íáðúéóýþæö", "og a um er til sem var en ekki af hann fyrir eftir"),
    _language(_WEST, "àéèóíúçïü", "de la que el en els i per del les un amb una es al va"),
    _language(_MIDDLE, "ąęłóśżćńź", "w i na z do to nie o za od po jest przez dla oraz ale jak ze"),
    _language(_MIDDLE, "íáéěýřůšžčúťňďó", "v a na se je o z do s za ve k po pro by ale jako"),
    _language(_MIDDLE, "áíéčýžšúľťôňóďäĺŕ", "v a na sa je o z do s za vo k po pre by ale ako"),
    _language(_MIDDLE, "áéöíóőüúű", "a az egy nem hogy is meg volt csak mint ez van de el ha"),
    _language(_MIDDLE, "ăîâşţéș", "de la din cu pe un o care nu sunt pentru mai este au prin"),
    _language(_MIDDLE, "čžšćđ", "i u je na se da za su od s o koji ne iz bi po ali in v so"),
    _language("cp1254", "ıüşğçöİâ", "ve bir bu da de için ile olarak en daha olan gibi kadar"),
    _language(
        "cp1257 iso8859-13", "ėįšųžąčęū", "ir kad su iš tai bet yra po nuo buvo kaip jo apie"
    ),
    _language(
        "cp1257 iso8859-13", "āīēšņļūķģžč", "un ir no par ar kas uz ka arī pie bija to lai gada"
    ),
    _language("cp1257 cp1252", "äõüöšž", "ja on ei et see ka oli mis kui ta oma aga ning"),
    _language(_CYRILLIC, "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"),
    _language("cp1251 koi8-u", "оанивіертсклудмпязьгйчбхїцшжєюфщґ"),
    _language("cp1251", "аиоентрсвлкдпмзгуъбчйщцжхшяюфь"),
    _language("cp1251", "аоиенсртјукдлвпмгзбљчњћшжцђхџф"),
    _language("cp1253 iso8859-7", "αοιετσνηρπκμλςυγδάίέθόωχήβφύώξζψϊϋΐΰ"),
    _language("cp1255 iso8859-8", "יוהלאתרבמשנעדחקפסטגצזכםןץךף"),
    _language("cp1256 iso8859-6", "النيمورتبدعهسكفةحقجشصطخأإىغذضزثءآظئؤپچژگ"),
    _language("cp874", "านรกอเงม่ยลวด้ทสตะปบคแีหิ็ใ์พไจชขโัุูำ"),
)
_COMMON_HAN = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行"
    "学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然"
    "前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无"
    "系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组"
    "见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增"
    "争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八"
    "這個國時來們為對發動會過說產種後學經進電裡現實兩體機當點從業應開還無義與關線內數變條沒結問題軍總設長頭資邊級圖統"
    "將組見計別論運農幾區強決戰則據處隊給門規熱領東導壓爭濟極聯認權證轉單風帶場車務萬每達積議聲報類市府民局記者表示"
    "警委員會議総経済選挙相首党東京都県市区町村人年月日時分今昨明日本新聞社者会国大学部長前後上下中内外用見行来出入手"
    "海港议投票星期周府宣布市长学校关闭"
)  # fmt: skip
_COMMON_HANGUL = frozenset(
    "이다는을의에가고하지로한도를은기사시있대서정인나원자전일리부해제수장과그주어들보구상생국동성만라공조으소무면것비오안스년"
    "적미신경했방금화민당회업월트치선위관계출재연명세학물강중개할된통모교여산영했습니까임유용현발행결식"
)  # fmt: skip
# Codec, what the letters of its language are, and the share of the common ones in the news.
_EAST_ASIAN = (
    ("gb18030", _COMMON_HAN, 0.5),
    ("big5hkscs", _COMMON_HAN, 0.45),
    ("cp932", None, 0.65),
    ("euc_jp", None, 0.65),
    ("cp949", _COMMON_HANGUL, 0.5),
)
_SIGNS = frozenset("“”„‚‘’–—…«»‹›§°€£•·™©®´¨\xa0№")
# What windows-1252 makes of each byte; its five open ones come as they are.
_AS_BYTE = {bytes([byte]).decode("cp1252", "ignore") or chr(byte): chr(byte) for byte in range(256)}
_ALPHABET = 20  # letters: more are a whole alphabet, fewer what a Latin one has beyond ASCII
_HIGH_LINE = re.compile(rb"[^\n]*[\x80-\xff][^\n]*\n?")
_MOST_BYTES = 1_500
_BY_CHANCE = 0.12  # below this share of common characters a reading is none
_GOOD = 0.45  # below, a reading is no prose of any language here
_SURE = 1.2  # a declared encoding that scores so need not be compared
_MARGIN = 0.25


def best_codec(data: bytes) -> str | None:
    """Return the codec whose reading of `data` is the most plausible; None if none is."""
    sample = _Sample(_some_lines(data))
    western = _single_byte(sample, _WEST)
    if western > _SURE:
        return _WEST
    scored = [(western + 0.05, _WEST)]  # the first of equals, as the standard has it
    scored += [(_east_asian(sample, *row), row[0]) for row in _EAST_ASIAN]
    others = {codec: None for language in _LANGUAGES for codec in language.codecs}
    scored += [(_single_byte(sample, codec), codec) for codec in others if codec != _WEST]
    score, codec = max(scored, key=lambda pair: pair[0])
    return codec if score > _GOOD else None


def _plausibility(data: bytes, codec: str) -> float | None:
    """Score the reading of `data` by `codec`: 1 is prose, 0 is noise; None if it has no score."""
    sample = _Sample(_some_lines(data))
    for row in _EAST_ASIAN:
        if row[0] == codec:
            return _east_asian(sample, *row)
    if any(codec in language.codecs for language in _LANGUAGES):
        return _single_byte(sample, codec)
    return None


def overruled(data: bytes, codec: str) -> str | None:
    """Return a codec that reads `data` far better than the declared one does, or None."""
    declared = _plausibility(data, codec)
    better = None if declared is None or declared >= _SURE else best_codec(data)
    if declared is None or better is None or better == codec:
        return None
    score = _plausibility(data, better) or 0.0
    if score <= declared + _MARGIN:
        return None
    lines = _some_lines(data)
    return better if _decoded(lines, better) != _decoded(lines, codec) else None


def _some_lines(data: bytes) -> bytes:
    """Some lines that are not ASCII; whole ones, as a cut may part a character."""
    pieces: list[bytes] = []
    size = 0
    for line in _HIGH_LINE.finditer(data):
        piece = line[0]
        if len(piece) > _MOST_BYTES:  # lines without an end: to a blank or tag
            cut = max(piece.rfind(sign, 0, _MOST_BYTES) for sign in (b" ", b"<", b"\n"))
            piece = piece[: cut if cut > 0 else _MOST_BYTES]
        pieces.append(piece)
        size += len(piece)
        if size >= _MOST_BYTES:
            break
    return b"".join(pieces)


class _Sample:
    """What all readings of the same bytes have in common, counted once.

    A single-byte encoding turns each byte into one letter whatever stands beside it, so the
    bytes beyond ASCII are counted with their neighbours; and ASCII words are the same in all.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        padded = b" " + data + b" "
        self.beyond = Counter(
            (padded[at - 1], padded[at], padded[at + 1])
            for at in range(1, len(padded) - 1)
            if padded[at] > 0x7F
        )
        self.count = sum(self.beyond.values())
        words = re.findall(rb"[a-z\x80-\xff]+", data.lower())
        self.words = Counter(word.decode("ascii") for word in words if word.isascii())
        self.word_count = max(len(words), 1)


def _decoded(data: bytes, codec: str) -> str | None:
    with InstalledOnly():
        codecs.lookup(codec)
    text = data.decode(codec, "replace")
    return text if text.count("\ufffd") <= 1 + len(text) // 200 else None


def _east_asian(
    sample: _Sample, codec: str, common: frozenset[str] | None, expected: float
) -> float:
    text = _decoded(sample.data, codec)
    if text is None:
        return -2.0
    signs = [sign for sign in text if sign > "\x7f" and not _is_sign(sign)]
    if len(signs) < 2:
        return -1.0
    if common is None:
        kana = sum("\u3041" <= sign <= "\u30fe" for sign in signs)
        share = (kana + sum(sign in _COMMON_HAN for sign in signs)) / len(signs)
        if not kana:
            return -0.5
    else:
        share = sum(sign in common for sign in signs) / len(signs)
        odd = sum(not ("\u3400" <= s <= "\u9fff" or "\uac00" <= s <= "\ud7a3") for s in signs)
        share -= odd / len(signs)
    return min(1.3, 1.3 * share / expected) if share > _BY_CHANCE else -0.5


def _is_sign(sign: str) -> bool:
    return sign in _SIGNS or "\u3000" <= sign <= "\u303f" or "\uff00" <= sign <= "\uff20"


def _single_byte(sample: _Sample, codec: str) -> float:
    if not sample.count:
        return 0.0
    signs = _signs_of(codec)
    seen: Counter[tuple[str, str]] = Counter()
    score = 0.0
    for (first, middle, last), number in sample.beyond.items():
        before, sign, after = signs[first], signs[middle], signs[last]
        kind = _kind_of(sign, before, after)
        if kind:
            seen[sign.lower(), kind] += number
        else:
            score += _worth_of_sign(sign, before, after) * number
    return max(
        (score + _worth_of_letters(seen, language.letters)) / sample.count
        + min(0.6, 2.0 * sum(sample.words[word] for word in language.words) / sample.word_count)
        for language in _LANGUAGES
        if codec in language.codecs
    )


@cache
def _signs_of(codec: str) -> str:
    """What an encoding makes of each byte."""
    with InstalledOnly():
        codecs.lookup(codec)
    return "".join(bytes([byte]).decode(codec, "replace") for byte in range(256))


def _kind_of(sign: str, before: str, after: str) -> str:
    """How a letter stands: "in" a word, "alone", a capital "inside" one; "" for a sign."""
    if not (sign.isalpha() or "\u0e30" <= sign <= "\u0e4e"):
        return ""
    if sign.isupper() and before.islower():
        return "inside"
    if sign.islower() and before.isupper() and after.isupper():
        return "inside"
    if sign > "\u0370":  # no Latin letter
        if _is_ascii_letter(before) or _is_ascii_letter(after):
            return "inside"
        return "capital" if sign.isupper() and before.isalpha() else "in"
    return "in" if before.isalpha() or after.isalpha() else "alone"


def _is_ascii_letter(sign: str) -> bool:
    return sign.isascii() and sign.isalpha()


def _worth_of_sign(sign: str, before: str, after: str) -> float:
    if sign == "\ufffd" or "\x80" <= sign <= "\x9f":
        return -2.0
    inside = before.isalpha() and after.isalpha()
    if sign in "’'·":
        return 0.5
    if sign in "¿¡":
        return 0.7 if not before.isalpha() and after.isalpha() else -1.0
    if sign in _SIGNS:
        return -0.5 if inside and sign not in "–—\xa0" else 0.5
    return -1.5 if inside else -1.0 if before.isalpha() or after.isalpha() else -0.3


def _worth_of_letters(seen: Counter[tuple[str, str]], letters: str) -> float:
    worth = 0.0
    for (sign, kind), number in seen.items():
        place = letters.find(sign)
        if kind == "inside":
            value = -1.0
        elif place < 0:
            value = -0.7
        elif kind == "alone":
            value = 0.1
        elif len(letters) > _ALPHABET:
            value = 1.2 - 1.4 * place / len(letters)
            value *= 0.3 if kind == "capital" else 1.0
        else:
            value = 1.0 - 0.5 * place / len(letters)
        worth += value * number
    return worth


def wide_codec(data: bytes) -> str | None:
    """Return the byte order of UTF-16 without a mark, in whichever script; None if it is none."""
    sample = data[: 4096 & ~1]
    if len(sample) < 8 or len(data) % 2:
        return None
    for codec in ("utf-16-le", "utf-16-be"):
        text = sample.decode(codec, "replace")
        if text.count("\ufffd") > 1 or re.search(r"[\x00-\x08\x0e-\x1f\ufffe\uffff]", text):
            continue
        high = [sign for sign in text if sign > "\x7f" and not _is_sign(sign)]
        if not high:
            continue
        script, most = Counter(ord(sign) >> 8 for sign in high).most_common(1)[0]
        letters = sum(map(str.isalpha, high))
        if 0x01 <= script <= 0x10 and most > 0.8 * len(high) and letters > 0.6 * len(high):
            return codec
        common = sum(s in _COMMON_HAN or s in _COMMON_HANGUL for s in high)
        common += sum("\u3041" <= sign <= "\u30fe" for sign in high)
        if common > 0.3 * len(high):
            return codec
    return None


def repaired(text: str) -> str:
    """Return `text` as it was before it was read as windows-1252 and written as UTF-8 again.

    Only if all of it is such: text that only quotes the garble stays.
    """
    if "Ã" not in text and "â€" not in text and "Ð" not in text:
        return text
    try:
        again = "".join(map(_AS_BYTE.__getitem__, text)).encode("latin-1").decode("utf-8")
    except (KeyError, UnicodeError):
        return text
    return again if len(text) - len(again) >= 2 else text
