"""What does a label of an export mean?

`LENGTH:`, `LÄNGE:`, `Longueur:` and `Longitud:` are one field.  Where the labels of an
article stand, and that they are labels, its reader knows by their shape; here is the table
of what they mean, in the languages of the interfaces of Nexis, ProQuest, Gale and NewsBank.
A label that is not in it is kept under its own name, and told by its value where that has
one meaning only: a number of words, a language, a list of subjects with percentages.
"""

from __future__ import annotations

import re
import unicodedata

from searcher.reading.exports.languages import language_named

__all__ = ["LABEL", "WORD_COUNT", "field_of", "is_known", "metadata_name"]

LABEL = re.compile(r"([^\W\d_][^\n:：]{0,34}?)\s?[:：](?=\s|$)[^\S\n]*")
"""A word or a few at the start of a line, and a colon."""

# Field of an article, or its name in `metadata`, and its labels, folded as `_folded` does.
_LABELS = {
    "title": (
        "title|headline|titel|schlagzeile|überschrift|titre|título|titulo|titular|titolo|kop|"
        "rubrik|заголовок|標題|标题|見出し|제목|document title|article title|titre de l'article"
    ),
    "byline": (
        "byline|author|authors|by|author/byline|autor|autoren|verfasser|auteur|auteurs|autora|"
        "autores|autore|autori|författare|автор|作者|署名|저자|著者|autor/in|firma|contributor|"
        "contributors|autor/firma|author(s)|auteur(s)|reporter|columnist"
    ),
    "section": (
        "section|rubrik|rubrique|ressort|sección|seccion|sezione|rubriek|seção|secção|avsnitt|"
        "dział|рубрика|раздел|章節|版面|栏目|面名|섹션|publication section|newspaper section"
    ),
    "length": (
        "length|länge|longueur|longitud|extensión|lunghezza|lengte|comprimento|extensão|längd|"
        "długość|длина|長度|长度|文字数|字数|길이|word count|words|wortanzahl|nombre de mots"
    ),
    "dateline": (
        "dateline|ort|ortszeile|lieu|lugar|datación|place|plaats|fecha y lugar|data e luogo"
    ),
    "subtitle": (
        "highlight|encart|hervorhebung|vorspann|deck|subtitle|subhead|untertitel|sous-titre|"
        "subtítulo|sottotitolo|ondertitel|sumario|insert|chapeau|destacado|destaque|teaser|"
        "alternate title|secondary title"
    ),
    "abstract": "abstract|zusammenfassung|résumé|resumen|riassunto|samenvatting|resumo|摘要|要約",
    "body": (
        "body|text|full text|fulltext|volltext|texte intégral|texte complet|texto completo|"
        "testo completo|testo integrale|volledige tekst|haupttext|textkörper|corps|cuerpo|corpo|"
        "texto|texte|testo|tekst|inhalt|artikeltext|artikel|全文|正文|本文|전문|brödtext|"
        "corps de l'article|cuerpo del artículo|hauptteil|hauptteil des dokuments"
    ),
    "language": (
        "language|sprache|langue|idioma|lengua|lingua|taal|língua|språk|język|язык|語言|语言|言語|"
        "언어|language of publication|publikationssprache|sprache der publikation|"
        "langue de publication|idioma de la publicación|idioma de publicación|"
        "idioma da publicação|lingua di pubblicazione|taal van publicatie"
    ),
    "load_date": (
        "load-date|load date|update|date-chargement|date de chargement|fecha-carga|ladedatum|"
        "fecha de carga|data-caricamento|laaddatum|data de carregamento|載入日期|last updated|"
        "zuletzt aktualisiert|dernière mise à jour|última actualización"
    ),
    "publication_type": (
        "publication-type|publication type|type-publication|type de publication|zeitungstyp|"
        "publikationstyp|publikationsart|tipo-publicación|tipo de publicación|tipo-pubblicazione|"
        "publicatietype|tipo de publicação|source type|quellentyp|type de source|tipo de fuente"
    ),
    "document_type": "document-type|document type|dokumenttyp|type de document|tipo de documento",
    "date": (
        "date|publication date|datum|date de publication|fecha|fecha de publicación|data|"
        "data de publicação|data di pubblicazione|publikationsdatum|erscheinungsdatum|"
        "publicatiedatum|publiceringsdatum|дата|日期|出版日期|発行日|掲載日|날짜|date published|"
        "issue date|veröffentlichungsdatum"
    ),
    "source": (
        "publication|publication title|newspaper|source|publication name|zeitung|quelle|"
        "publikationstitel|titel der publikation|titre de la publication|titre de publication|"
        "journal|periódico|título de publicación|título de la publicación|"
        "título da publicação|pubblicazione|titolo pubblicazione|fuente|fonte|krant|bron|"
        "publicatietitel|source title|出版物|新聞名|출처|publication title(s)"
    ),
    "publication_info": (
        "publication info|publication information|publikationsinfo|informationen zur publikation|"
        "info de publication|informations sur la publication|información de publicación|"
        "información de la publicación|publication details|publicatiegegevens|"
        "informações da publicação|informazioni sulla pubblicazione"
    ),
    "url": (
        "document url|url|url del documento|dokument-url|url du document|url do documento|link|"
        "persistent url|permalink|web link|documento url|record link"
    ),
    "subjects": (
        "subject|subjects|sujet|sujets|thema|themen|tema|temas|argomento|onderwerp|assunto|"
        "schlagwort|schlagwörter|materia|materias|matières|fachgebiet|soggetto|"
        "subject terms|ämne|主題|主题|キーワード"
    ),
    "keywords": (
        "identifier / keyword|keyword|keywords|mots-clés|mot-clé|stichwort|stichwörter|"
        "palabras clave|terms"
    ),
    "page": (
        "page|pages|first page|start page|seite|seiten|erste seite|première page|página|páginas|"
        "primera página|pagina|pagina's|page number|ページ|page(s)"
    ),
    "edition": "edition|ausgabe|édition|edición|edizione|editie|edição|朝夕刊",
    "rights": "copyright|rights|copyright-vermerk|droits d'auteur|derechos de autor|(c)|©",
    "graphic": "graphic|grafik|graphique|gráfico|grafico|illustration|illustrations|caption|photo",
    "notes": "correction|correction-date|notes|note|korrektur|rectificatif|corrección|anmerkung",
    "series": "series|serie|série",
    "identifier": (
        "proquest document id|gale document number|accession number|record number|document number|"
        "dokument-id|proquest-dokument-id|id de document proquest|identifiant du document|"
        "id del documento de proquest|id do documento proquest|document id|unique identifier|"
        "numéro de document|número de documento|record|ctx|gale document no"
    ),
    "publisher": "publisher|verlag|herausgeber|éditeur|editorial|editore|uitgever|editora",
    "place": (
        "place of publication|erscheinungsort|lieu de publication|lugar de publicación|"
        "local de publicação|luogo di pubblicazione"
    ),
    "country": (
        "country of publication|country|land|erscheinungsland|pays de publication|"
        "país de publicación|país de publicação"
    ),
    "publication_year": "publication year|erscheinungsjahr|année de publication|año de publicación",
    "classification": "classification|klassifizierung|klassifikation|clasificación|classificazione",
    "links": "links|liens|enlaces|get it",
    "volume": "volume|issue|volume/issue|band|heft|número|numéro|volumen",
    "issn": "issn|isbn",
}  # fmt: skip
_FIELDS = {
    label: field for field, labels in reversed(_LABELS.items()) for label in labels.split("|")
}
# Databases lose blanks here and there ("Languageof publication").
_TIGHT = {label.replace(" ", ""): field for label, field in _FIELDS.items()}
# "Rubrik" is the section in German and the headline in Swedish, which no interface speaks.
_FIELDS["rubrik"] = _TIGHT["rubrik"] = "section"
_METADATA = {
    "subject": "subjects", "organization": "organizations", "organisation": "organizations",
    "person": "people", "geographic": "places", "location": "places",
    "localisation-geo": "places", "company": "companies", "industry": "industries",
    "company / organization": "organizations", "societe": "companies",
    "secteur-activite": "industries", "unternehmen": "companies", "organisationen": "organizations",
    "personen": "people", "personne": "people", "persona": "people", "geografie": "places",
}  # fmt: skip
_PERCENTAGES = re.compile(r"\(\d{1,3} ?%\)")
WORD_COUNT = re.compile(r"\(?(\d[\d.,'\u00a0\u202f ]{0,9})\s?([^\W\d_]{1,14})\.?\)?\s*")
"""A number and one word: "584 words", "1.285 Wörter", "8165 字"."""


def field_of(label: str, value: str) -> str | None:
    """Which field a label names; None if neither it nor its value says so."""
    known = _TIGHT.get(_folded(label).replace(" ", ""))
    if known is not None:
        return known
    value = value.strip()
    if len(value) <= 24 and WORD_COUNT.fullmatch(value):
        return "length"
    if _PERCENTAGES.search(value):
        return None
    if len(value) <= 24 and language_named(value):
        return "language"
    return None


def is_known(label: str) -> bool:
    """Whether a label is in the table."""
    folded = _folded(label)
    return folded.replace(" ", "") in _TIGHT or folded in _METADATA


def metadata_name(label: str) -> str:
    """What an article's metadata call a label that is no field: its own words."""
    folded = _folded(label)
    return _METADATA.get(folded) or re.sub(r"\W+", "_", folded).strip("_")


def _folded(label: str) -> str:
    text = unicodedata.normalize("NFC", label).casefold()
    return " ".join(text.replace("\u2019", "'").split())
