"""Bylines as papers and wires print them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searcher.reading.bylines import byline_names, tidy_case


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Jane Roe", ["Jane Roe"]),
        ("By  Eric Auchard  and  Paul Thomasch", ["Eric Auchard", "Paul Thomasch"]),
        ("By JANE ROE and JOHN DOE", ["Jane Roe", "John Doe"]),
        ("By Jane Roe, John Doe and Max Muster", ["Jane Roe", "John Doe", "Max Muster"]),
        ("Von Max Muster und Erika Muster", ["Max Muster", "Erika Muster"]),
        ("Par Aurélie Pérusset et Jean Dupont", ["Aurélie Pérusset", "Jean Dupont"]),
        ("Por Ana García y Luis Díaz", ["Ana García", "Luis Díaz"]),
        ("By PETER McFARREN", ["Peter McFarren"]),
        ("By SEAN O'BRIEN", ["Sean O'Brien"]),
        ("By JEAN-LUC PICARD", ["Jean-Luc Picard"]),
        ("By H. JOSEF HEBERT", ["H. Josef Hebert"]),
        ("By Jane Roe, Associated Press Writer", ["Jane Roe"]),
        ("By Jane Roe, Reuters", ["Jane Roe"]),
        ("By Jane Roe, Cairo", ["Jane Roe"]),
        ("By Jane Roe, New York", ["Jane Roe"]),
        ("By Jane Roe of The Times", ["Jane Roe"]),
        ("By Jane Roe jane.roe@example.org @janeroe", ["Jane Roe"]),
        ("By Jane Roe - Analysis", ["Jane Roe"]),
        ("By John Doe, Jr.", ["John Doe Jr."]),
        ("Roe, Jane", ["Jane Roe"]),
        ("By Reuters", ["Reuters"]),
        ("Organization for Better Canals", ["Organization for Better Canals"]),
        ("Jane Roe, Institute of Canals", ["Jane Roe"]),
        ("By The Associated Press", ["Associated Press"]),
        ("By Jane Roe; John Doe", ["Jane Roe", "John Doe"]),
        ("By Jane Roe and Jane Roe", ["Jane Roe"]),
        ("By the Editor", ["the Editor"]),
        ("Joana d'Almeida", ["Joana d'Almeida"]),
        ("By", []),
        ("", []),
    ],
)
def test_a_byline_gives_its_names(byline: str, names: list[str]) -> None:
    assert list(byline_names(byline)) == names


PAPERS = """
    By ABBY SOMBY, RUBY BYERS and COLBY HANDLEY > Abby Somby;Ruby Byers;Colby Handley
    作者：温小明 > 温小明
    Автор: Иван Петров > Иван Петров
    Иван Петров, корреспондент > Иван Петров
    Корреспондент Иван Петров > Иван Петров
    Иван Петров, Анна Смирнова > Иван Петров;Анна Смирнова
    Иван Петров и Анна Смирнова, РИА Новости > Иван Петров;Анна Смирнова
    Текст: Иван Петров > Иван Петров
    ИВАН ПЕТРОВ > Иван Петров
    Иван Петров, Москва > Иван Петров
    ТАСС > ТАСС
    Автор: Олена Коваль та Петро Шевченко > Олена Коваль;Петро Шевченко
    Jan Nowak, PAP > Jan Nowak
    Jan Nowak i Anna Kowalska > Jan Nowak;Anna Kowalska
    Autor: Jan Nowak > Jan Nowak
    Oprac. Jan Nowak > Jan Nowak
    Rozmawiała Anna Kowalska > Anna Kowalska
    Łukasz Żak, Paryż > Łukasz Żak
    Autor: Petr Novák, ČTK > Petr Novák
    Petr Novák a Jana Dvořáková > Petr Novák;Jana Dvořáková
    Írta: Kovács János > Kovács János
    Kovács János és Nagy Éva > Kovács János;Nagy Éva
    Av Åsa Öberg och Nils Holm > Åsa Öberg;Nils Holm
    Af Jens Hansen og Mette Ørsted > Jens Hansen;Mette Ørsted
    Teksti: Matti Virtanen > Matti Virtanen
    Matti Virtanen ja Liisa Korhonen > Matti Virtanen;Liisa Korhonen
    Toimittaja Matti Virtanen > Matti Virtanen
    Yazan: Ahmet Yılmaz > Ahmet Yılmaz
    Ahmet Yılmaz ve Ayşe Demir > Ahmet Yılmaz;Ayşe Demir
    Haber: Ahmet YILMAZ > Ahmet YILMAZ
    Του Γιάννη Παπαδόπουλου > Γιάννη Παπαδόπουλου
    Γράφει ο Γιάννης Παπαδόπουλος > Γιάννης Παπαδόπουλος
    Γιάννης Παπαδόπουλος, ΑΠΕ-ΜΠΕ > Γιάννης Παπαδόπουλος
    De Ion Popescu > Ion Popescu
    Autor: Ion Popescu și Ana Ionescu > Ion Popescu;Ana Ionescu
    Oleh: Budi Santoso > Budi Santoso
    Budi Santoso dan Siti Aminah > Budi Santoso;Siti Aminah
    Reporter: Budi Santoso > Budi Santoso
    Tác giả: Nguyễn Văn An > Nguyễn Văn An
    PV Nguyễn Văn An > Nguyễn Văn An
    كتب: محمد علي > محمد علي
    بقلم محمد علي > محمد علي
    القاهرة - محمد علي > محمد علي
    محمد علي - القاهرة > محمد علي
    רויטרס > רויטרס
    מאת: דוד כהן > דוד כהן
    लेखक: राम कुमार > राम कुमार
    राम कुमार द्वारा > राम कुमार
    राम कुमार, नई दिल्ली > राम कुमार
    홍길동 기자 > 홍길동
    (서울=연합뉴스) 홍길동 기자 = > 홍길동
    [서울=뉴시스] 홍길동 김철수 기자 = > 홍길동;김철수
    홍길동·김철수 기자 > 홍길동;김철수
    홍길동 기자 hong@example.kr > 홍길동
    글·사진 홍길동 선임기자 > 홍길동
    홍길동 특파원 > 홍길동
    연합뉴스 > 연합뉴스
    本报记者 张三丰 李四光 > 张三丰;李四光
    记者张明 > 张明
    记者 王 明 > 王明
    新华社记者张三丰、李四光 > 张三丰;李四光
    新华社北京3月3日电（记者 张三丰 李四光） > 张三丰;李四光
    【記者王小明／台北報導】 > 王小明
    記者王小明／綜合報導 > 王小明
    中央社記者王小明台北3日電 > 王小明
    来源：新华网 作者：张三丰 责任编辑：李四光 > 张三丰
    文/张三丰 > 张三丰
    文｜张三丰 编辑｜李四光 > 张三丰
    作者 | 张三丰 > 张三丰
    责任编辑：李四光 >
    新华社 > 新华社
    山田太郎 > 山田太郎
    山田 太郎 > 山田 太郎
    山田太郎記者 > 山田太郎
    【山田太郎】 > 山田太郎
    （山田太郎） > 山田太郎
    記者 山田太郎、佐藤花子 > 山田太郎;佐藤花子
    文・山田太郎 > 山田太郎
    取材・文＝山田太郎 > 山田太郎
    編集委員・山田太郎 > 山田太郎
    ワシントン＝山田太郎 > 山田太郎
    ロンドン＝佐藤 花子 > 佐藤 花子
    共同通信 > 共同通信
    ジョン・スミス > ジョン・スミス
    约翰·史密斯 > 约翰·史密斯
    hh/ph/ts/hd >
    YKN-CER >
    gr/bp >
    cae/tcr >
    hh >
    dpa/kle > dpa
    Geir Molnes / Faktisk.no > Geir Molnes
    David Smith in Washington > David Smith
    Albrecht, Bernhard > Bernhard Albrecht
    Dorn, Tessa; Marsh, Ugo > Tessa Dorn;Ugo Marsh
    Dorn, Tessa; van der Marsh, Ugo > Tessa Dorn;Ugo van der Marsh
    Jane Roe, Reuters; John Doe, AP > Jane Roe;John Doe
    Jane Roe, Cairo; John Doe, Beirut > Jane Roe;John Doe
    bob > bob
    Tessa Dorn, March 4, 2021 > Tessa Dorn
    March 4, 2021 By Tessa Dorn > Tessa Dorn
    3 марта 2021, 14:30, Иван Петров > Иван Петров
    Петров, Иван > Иван Петров
    Иван Петров, специально для «Газеты» > Иван Петров
    Иван Петров, собкор в Париже > Иван Петров
    Jan Nowak, Warszawa > Jan Nowak
    Jan Nowak z Warszawy > Jan Nowak
    PAP/Jan Nowak > Jan Nowak
    Albert "AC" Harris III > Albert "AC" Harris III
    Nathan Olivarez-Giles > Nathan Olivarez-Giles
    Jean-Luc Picard > Jean-Luc Picard
    JD Vance > JD Vance
    Nguyễn Thị Hoa - Trần Văn Bình > Nguyễn Thị Hoa;Trần Văn Bình
    Daniel Okrent/Anna Lee > Daniel Okrent;Anna Lee
    Redakcja > Redakcja
    Anna-Lena Laurén, Moskva > Anna-Lena Laurén
    Admin > Admin
"""


@pytest.mark.parametrize("row", [row for row in PAPERS.splitlines() if row.strip()])
def test_a_byline_is_read_in_the_language_of_its_paper(row: str) -> None:
    byline, _, names = row.rpartition(">")
    assert list(byline_names(byline.strip())) == [n.strip() for n in names.split(";") if n.strip()]


def test_the_parts_of_a_byline_are_read_together() -> None:
    parts = ["By GEORGE GEDDA", "Associated Press Writer"]
    assert byline_names(parts) == ("George Gedda",)


def test_an_agency_is_left_out_when_a_person_is_named() -> None:
    assert byline_names(["Jane Roe", "dpa"]) == ("Jane Roe",)
    assert byline_names(["dpa"]) == ("dpa",)


@pytest.mark.parametrize(
    "name", ["Jane Roe", "AP", "JD Vance", "Ludwig van Beethoven", "bell hooks"]
)
def test_names_that_are_not_in_capitals_stay(name: str) -> None:
    assert tidy_case(name) == name


@given(st.text(max_size=300))
@example("0@㐀")
def test_any_text_gives_clean_names(text: str) -> None:
    for name in byline_names(text):
        assert name.strip()
        assert "\n" not in name
