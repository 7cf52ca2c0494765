"""Which field does a label above a text stand for?

Plain text carries its fields as lines `Label: value`, in the language of whoever saved it.
`LABELS` has the usual labels of the usual languages; `label_key` folds what a file writes to a
key of it (no capitals, accents, blanks, hyphens).  A label that is none of these names a value
of its own (`Country: FI`), if it stands among others: `metadata_name` is what to call that.

Not done: labels of one database, whose exports have readers of their own.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from searcher.reading.date_words import fold

__all__ = ["LABELS", "LabelLine", "label_key", "label_line", "metadata_name"]

_TABLE = {
    "title": """title headline head heading hed titel titre título titolo titulo überschrift
        schlagzeile kop tytuł nagłówek заголовок название заглавие titulek nadpis naslov cím
        overskrift otsikko başlık τίτλος titlu titlul judul tiêu-đề العنوان عنوان כותרת शीर्षक
        标题 標題 题目 題目 タイトル 見出し 題名 제목 표제""",
    "subtitle": """subtitle subheadline subhead deck dek untertitel sous-titre subtítulo
        sottotitolo ondertitel подзаголовок podtytuł alcím underrubrik undertittel alaotsikko
        altbaşlık υπότιτλος 副标题 副標題 副題 부제""",
    "byline": """byline by author authors writer writers reporter reporters journalist
        correspondent autor autorin autoren verfasser verfasserin von auteur auteurs par autores
        autora por autore autori door автор авторы автори журналист корреспондент autorzy
        autorka autoři szerző szerzők skribent författare forfatter av af kirjoittaja tekijä
        toimittaja yazar yazan muhabir συντάκτης συγγραφέας penulis oleh pewarta tác-giả الكاتب
        بقلم المؤلف מאת מחבר लेखक 作者 记者 記者 撰文 文 筆者 著者 執筆 執筆者 기자 작성자
        글쓴이 저자""",
    "date": """date dated published published-on published-at publication-date date-published
        pubdate pub-date posted posted-on issued issue-date created datum veröffentlicht
        erschienen erscheinungsdatum veröffentlichungsdatum date-de-publication publié publié-le
        paru fecha fecha-de-publicación publicado data data-de-publicação data-di-pubblicazione
        data-pubblicazione pubblicato gepubliceerd publicatiedatum дата дата-публикации
        опубликовано дата-публікації опубліковано data-publikacji opublikowano data-wydania
        vydáno publikováno datum-vydání dátum megjelent megjelenés publicerad publiceringsdatum
        dato publiceret publisert udgivet päivämäärä päiväys pvm julkaistu tarih yayın-tarihi
        yayınlanma ημερομηνία δημοσιεύτηκε publicat data-publicării tanggal tanggal-terbit
        diterbitkan ngày ngày-đăng ngày-xuất-bản التاريخ تاريخ تاريخ-النشر نشر תאריך תאריך-פרסום
        פורסם दिनांक तारीख प्रकाशित 日期 时间 時間 发布时间 發布時間 发布日期 发表时间 日付 日時
        掲載日 公開日 発行日 配信日時 날짜 일자 등록 입력 등록일 입력일 발행일 게재일""",
    "updated": """updated last-updated update modified last-modified revised aktualisiert
        letzte-aktualisierung mis-à-jour mise-à-jour actualizado última-actualización atualizado
        aggiornato ultimo-aggiornamento bijgewerkt обновлено изменено оновлено zaktualizowano
        aktualizacja aktualizováno frissítve uppdaterad opdateret oppdatert päivitetty
        güncelleme güncellendi son-güncelleme ενημέρωση actualizat diperbarui cập-nhật آخر-تحديث
        עודכן अपडेट 更新 更新时间 更新時間 更新日 更新日時 수정 최종수정 수정일""",
    "source": """source publication publication-title publication-name publisher newspaper paper
        outlet journal site website media medium agency quelle zeitung medien fuente medio
        periódico diario fonte giornale testata jornal bron krant источник издание газета
        джерело видання źródło gazeta zdroj noviny forrás lap újság källa tidning kilde avis
        lähde lehti kaynak gazete πηγή εφημερίδα sursa sursă ziar sumber nguồn المصدر مصدر صحيفة
        الصحيفة מקור עיתון स्रोत 来源 來源 出处 出處 媒体 媒體 报纸 報紙 出典 新聞 新聞名 紙名
        掲載紙 출처 매체 언론사 신문 신문사""",
    "section": """section category categories desk rubric rubrik ressort rubrique sección
        seccion sezione seção secção categoria categoría catégorie rubriek рубрика раздел
        категория категорія dział kategoria rubryka rubrika sekce kategorie rovat avdelning
        sektion kategori osasto bölüm κατηγορία secțiune categorie chuyên-mục القسم قسم מדור
        श्रेणी 栏目 欄目 版块 分类 分類 版面 カテゴリ カテゴリー 面 섹션 카테고리 분류""",
    "language": """language lang sprache langue idioma lingua taal язык мова język jazyk jezik
        nyelv språk sprog kieli dil γλώσσα limba bahasa ngôn-ngữ اللغة لغة שפה भाषा 语言 語言
        言語 언어""",
    "url": """url link uri web web-address article-url source-url document-url permalink
        webseite adresse lien enlace адрес ссылка посилання odkaz länk lenke linkki bağlantı
        σύνδεσμος tautan الرابط رابط קישור लिंक 链接 連結 網址 网址 原文链接 リンク 링크 원문
        원문링크""",
    "body": """text body content contents article full-text fulltext story article-text artikel
        volltext artikeltext texte texte-intégral corps contenu texto texto-completo cuerpo
        contenido testo corpo conteúdo tekst inhoud treść текст содержание текст-статьи
        текст-статті зміст obsah text-článku szöveg brödtext innehåll brødtekst indhold teksti
        sisältö metin içerik κείμενο περιεχόμενο conținut isi isi-berita nội-dung النص نص المقال
        תוכן טקסט पाठ सामग्री 正文 内容 內容 本文 記事 記事本文 본문 전문 내용""",
    "keywords": """keywords keyword tags tag schlagwörter schlagworte stichwörter mots-clés
        palabras-clave parole-chiave palavras-chave trefwoorden ключевые-слова теги
        słowa-kluczowe tagi klíčová-slova kulcsszavak nyckelord nøkkelord emneord avainsanat
        etiketler λέξεις-κλειδιά cuvinte-cheie etichete kata-kunci từ-khóa الكلمات-المفتاحية
        关键词 關鍵字 キーワード 키워드 태그""",
    "dateline": "dateline",
    "slug": "slug slugline",
    "page": "page pages seite seiten página pagina strona strana oldal sida side sivu страница",
    "edition": "edition ausgabe édition edición edizione edição editie wydanie vydání utgåva",
    "rights": "copyright rights rechte copyright-notice",
    "notes": "note notes editors-note editor-note",
    "genre": "genre article-type document-type publication-type",
}  # fmt: skip


def label_key(label: str) -> str:
    """`label` as `LABELS` has it: `Publication Date` and `publication_date` are one."""
    return re.sub(r"[\s_\-'’*#/.]+", "", fold(label)[0])


LABELS: dict[str, str] = {
    label_key(label): field for field, labels in _TABLE.items() for label in labels.split()
}
_LONGEST_LABEL, _MOST_WORDS = 32, 4
_LINE = re.compile(
    r"[*#•\-\s]{0,4}(?P<label>[^\W\d_][^:：\t.!?;,|=\"“”«»<>]{0,31}?)\*{0,2}\s*[:：]\*{0,2}(?!//)(?P<value>.*)$"
)


class LabelLine(NamedTuple):
    """A line `Label: value`; `field` is None where the label is not known."""

    label: str
    field: str | None
    value: str


def label_line(line: str) -> LabelLine | None:
    """Return the parts of a line that has the shape of a label and a value."""
    found = _LINE.match(line)
    if found is None:
        return None
    label = found["label"].strip()
    if len(label) > _LONGEST_LABEL or len(label.split()) > _MOST_WORDS:
        return None
    return LabelLine(label, LABELS.get(label_key(label)), found["value"].strip())


def metadata_name(label: str) -> str:
    """The name under which a value of its own is kept: `load_date`."""
    return re.sub(r"[^\w]+", "_", label.casefold()).strip("_")
