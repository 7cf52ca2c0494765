"""Sentences in the encodings of their languages, undeclared and declared wrongly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.reading import read_bytes
from searcher.reading.charsets import best_codec, overruled, repaired, wide_codec
from searcher.reading.encoding import decode

# Encodings, and a sentence in a language that was written in them.
SENTENCES = [
    (
        "cp1250 iso8859-2",
        "Zamknięto szkoły w Łodzi Urząd miasta zamknął we wtorek wszystkie szkoły z "
        "powodu ulewy i podtopień.",
    ),
    (
        "cp1250 iso8859-2",
        "Školy byly v úterý zavřeny kvůli dešti. Starosta řekl, že děti se vrátí ve "
        "čtvrtek, až voda opadne.",
    ),
    (
        "cp1250 iso8859-2",
        "Bezárták az iskolákat az esőzés miatt. A polgármester szerint a gyerekek "
        "csütörtökön térnek vissza, ha a víz visszahúzódik. Küldöttség érkezett, "
        "űrhajó.",
    ),
    (
        "cp1250 iso8859-2",
        "Primarul a închis şcolile din cauza ploii. Copiii se întorc joi, dacă apa "
        "scade, a spus primarul oraşului în şedinţă.",
    ),
    (
        "cp1250 iso8859-2",
        "Škole su zatvorene zbog kiše. Gradonačelnik je rekao da će se djeca vratiti u "
        "četvrtak, ako voda opadne.",
    ),
    (
        "cp1250 iso8859-2",
        "Školy boli v utorok zatvorené pre dážď. Primátor povedal, že deti sa vrátia vo "
        "štvrtok, ak voda opadne.",
    ),
    (
        "cp1252",
        "Die Schulen in München wurden am Dienstag wegen des Regens geschlossen, sagte "
        "der Bürgermeister. „Das Wasser fällt“, hieß es.",
    ),
    (
        "cp1252",
        "Les écoles ont été fermées mardi à cause de la pluie. Le maire a déclaré que "
        "les élèves reviendraient jeudi, où l’eau baissera.",
    ),
    (
        "cp1252",
        "Las escuelas cerraron el martes por la lluvia. ¿Cuándo volverán? El alcalde "
        "señaló que los niños volverán mañana, dijo.",
    ),
    (
        "cp1252",
        "As escolas foram fechadas na terça-feira devido à chuva. O prefeito disse que "
        "não há previsão; as crianças voltarão amanhã.",
    ),
    (
        "cp1252",
        "Le scuole sono state chiuse martedì per la pioggia. Il sindaco ha detto che la "
        "città è più sicura perché l’acqua scende.",
    ),
    (
        "cp1252",
        "Skolorna stängdes på tisdagen på grund av regn. Borgmästaren sade att barnen "
        "får återvända på torsdag.",
    ),
    (
        "cp1252",
        "Skolerne blev lukket tirsdag på grund af regn. Borgmesteren sagde, at børnene "
        "vender tilbage torsdag, når vandet er væk.",
    ),
    (
        "cp1252",
        "Koulut suljettiin tiistaina sateen vuoksi. Pormestari sanoi, että lapset "
        "palaavat torstaina, jos vesi laskee. Hän lähti työmatkalle.",
    ),
    (
        "cp1252",
        "Skólum var lokað á þriðjudag vegna rigningar. Borgarstjórinn sagði að börnin "
        "kæmu aftur á fimmtudag, það er víst.",
    ),
    (
        "cp1252",
        "The council’s plan cost £40 — “too much”, said Mr. Müller at the café.",
    ),
    (
        "cp1252",
        "It cost £40 a day, he said, and the rest was paid by the town over the years "
        "that followed.",
    ),
    (
        "cp1254",
        "Okullar salı günü yağmur nedeniyle kapatıldı. Belediye başkanı çocukların "
        "perşembe döneceğini söyledi. İstanbul için uyarı.",
    ),
    (
        "cp1257",
        "Mokyklos antradienį uždarytos dėl lietaus. Meras sakė, kad vaikai grįš "
        "ketvirtadienį, jei vanduo nuslūgs, šių žodžių.",
    ),
    (
        "cp1257",
        "Skolas otrdien slēgtas lietus dēļ. Mērs teica, ka bērni atgriezīsies "
        "ceturtdien, ja ūdens kritīsies, un ļoti.",
    ),
    (
        "cp1251 koi8-r cp866 iso8859-5 mac-cyrillic",
        "Мэрия закрыла школы Мэрия во вторник закрыла школы города из-за ливня. Глава "
        "города сообщил об этом.",
    ),
    (
        "cp1251 koi8-u",
        "Мерія закрила школи міста через зливу. Діти повернуться у четвер, якщо вода "
        "спаде, сказав її голова.",
    ),
    (
        "cp1251",
        "Кметството затвори училищата във вторник заради дъжда. Децата ще се върнат в четвъртък.",
    ),
    (
        "cp1253 iso8859-7",
        "Τα σχολεία έκλεισαν την Τρίτη λόγω βροχής. Ο δήμαρχος είπε ότι τα παιδιά θα "
        "επιστρέψουν. Άγνωστο.",
    ),
    (
        "cp1255 iso8859-8",
        "בתי הספר נסגרו ביום שלישי בגלל הגשם. ראש העיר אמר כי הילדים יחזרו ביום חמישי.",
    ),
    (
        "cp1256 iso8859-6",
        "أغلقت المدارس يوم الثلاثاء بسبب الأمطار. وقال رئيس البلدية إن الأطفال سيعودون الخميس.",
    ),
    (
        "cp874",
        "โรงเรียนปิดเมื่อวันอังคารเพราะฝนตก นายกเทศมนตรีกล่าวว่าเด็กจะกลับมาในวันพฤหัสบดี",
    ),
    (
        "gb18030",
        "市政府周二因暴雨关闭了全市学校。市长说，如果水位下降，孩子们将在周四返回学校。",
    ),
    (
        "big5hkscs gb18030",
        "市政府週二因暴雨關閉了全市學校。市長說，如果水位下降，孩子們將在週四返回學校。",
    ),
    (
        "cp932 euc_jp iso2022_jp",
        "市役所は火曜日、大雨のため市内の学校を休校にした。市長は、水"
        "が引けば木曜日に再開すると述べた。",
    ),
    (
        "cp949",
        "시는 화요일 폭우로 학교를 휴교했다. 시장은 물이 빠지면 목요일에 아이들이 "
        "돌아올 것이라고 말했다.",
    ),
]
CASES = [(codec, text) for codecs, text in SENTENCES for codec in codecs.split()]


@pytest.mark.parametrize(("codec", "text"), CASES)
def test_a_sentence_tells_its_encoding(codec: str, text: str) -> None:
    assert decode(text.encode(codec), name="x")[0] == text


@pytest.mark.parametrize(("codec", "text"), CASES)
def test_a_right_declaration_is_believed_even_of_little_text(codec: str, text: str) -> None:
    for length in (20, 60, len(text)):
        assert overruled(text[:length].encode(codec), codec) is None


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1251", "gbk", "utf-8"])
@pytest.mark.parametrize(("codec", "text"), [case for case in CASES if case[0] != "iso2022_jp"])
def test_a_wrong_declaration_is_overruled(label: str, codec: str, text: str) -> None:
    if (label, codec) in {("windows-1251", "mac-cyrillic"), ("iso-8859-1", "cp1257")}:
        return  # the two share most of their letters
    page = f'<meta charset="{label}"><p>{text}'
    assert decode(page.encode(codec), name="x")[0] == page


def test_a_declaration_that_makes_no_difference_stands() -> None:
    page = '<meta charset="iso-8859-2"><p>Fähre später'
    assert decode(page.encode("iso8859-2"), name="x") == (page, "iso-8859-2")


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [text for _, text in SENTENCES])
def test_utf_16_without_a_mark_is_known_in_any_script(codec: str, text: str) -> None:
    assert decode(text.encode(codec), name="x") == (text, codec)
    (article,) = read_bytes(f"Title\n\n{text}\n".encode(codec), name="a.txt")
    assert article.title == "Title"


@pytest.mark.parametrize("text", ["Łódź – „café”", "Über die Brücke: “naïve”", "Привет, мир"])
def test_utf_8_that_was_written_twice_is_repaired(text: str) -> None:
    garbled = "".join(
        bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode()
    )
    assert decode(garbled.encode(), name="x") == (text, "utf-8")
    assert repaired(f"{text} is not {garbled}") == f"{text} is not {garbled}"


@given(st.binary(max_size=300))
def test_any_bytes_are_looked_at_without_a_fault(data: bytes) -> None:
    for codec in (best_codec(data), overruled(data, "cp1252"), wide_codec(data)):
        if codec is not None:
            data.decode(codec, "replace")
