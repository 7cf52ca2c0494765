"""An archive in scripts that run from right to left, beside English."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from searcher import Archive, Article

__all__ = ["ARTICLES", "make_scripts_index"]

_ARABIC = (
    "فيينا (رويترز) - قال وزراء النفط يوم الاثنين إن أسعار النفط ستبقى مستقرة هذا العام، وإن خفض "
    "الإنتاج سيستمر حتى نهاية الصيف.",
    "OPEC قالت في بيان إن أسعار النفط ارتفعت بنسبة 3.5% بعد اجتماع الوزراء في فيينا.",
    'وأضاف الوزير: "لن نغير سياستنا"، مشيرا إلى أن Brent بلغ 78 دولارا للبرميل.',
    "S&P Global وReuters نقلتا عن مصادر أن النفط الخام قد يتراجع.",
)
_HEBREW = (
    "ירושלים - מחירי הנפט עלו ביום שני לאחר שהשרים נפגשו בווינה, כך נמסר מהמשרד.",
    "OPEC הודיעה כי מחירי הנפט יישארו יציבים עד סוף הקיץ, אמר השר כהן.",
    '"לא נשנה את המדיניות", אמר השר, והוסיף כי Brent נסחר ב-78 דולר.',
)
_ENGLISH = (
    "VIENNA (Reuters) - The oil price rose on Monday, ministers said.",
    "النفط, the Arabic word for oil, stood on every banner outside the meeting of ministers.",
    "Analysts expect the oil price to fall before the end of the year.",
)

ARTICLES = (
    Article(
        "OPEC: أسعار النفط ترتفع بعد اجتماع فيينا",
        "\n\n".join(_ARABIC),
        ("محمد العلي",),
        dt.datetime(2019, 4, 8, 10, tzinfo=dt.UTC),
        "رويترز",
        "اقتصاد",
        "ar",
        "https://news.example/ar/1",
        id="arabic01",
    ),
    Article(
        "مخزونات النفط تتراجع للأسبوع الثالث",
        "بغداد - تراجعت مخزونات النفط للأسبوع الثالث على التوالي.\n\n"
        "Chevron وBP وEni قالت إن النفط العراقي وصل إلى الموانئ في موعده.",
        ("سارة حسن", "Ada Berg"),
        dt.date(2019, 5, 2),
        "الجزيرة",
        language=None,
        id="arabic02",
    ),
    Article(
        "מחירי הנפט עולים אחרי פגישת OPEC",
        "\n\n".join(_HEBREW),
        ("דנה לוי",),
        dt.date(2019, 4, 9),
        "הארץ",
        language="he",
        url="https://news.example/he/1",
        id="hebrew01",
    ),
    Article(
        "Oil price rises after Vienna meeting",
        "\n\n".join(_ENGLISH),
        ("Ada Berg",),
        dt.date(2019, 4, 9),
        "Meridian Wire",
        language="en",
        url="https://news.example/en/1",
        id="english01",
    ),
)


def make_scripts_index(path: Path) -> None:
    """An index of these articles in `path`."""
    with Archive.create(path) as archive, archive.writer() as writer:
        for article in ARTICLES:
            writer.add(article)
