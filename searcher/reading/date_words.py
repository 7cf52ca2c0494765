"""Which words stand around the numbers of a date, in which language?

Weekdays, labels ("Published", "Опубликовано", "발행"), the small words between day, month and
time ("de", "kl.", "klo", "в"), halves of the day and zones.  `fold` makes of a line what these
tables hold: no capitals, accents or wide letters, digits of any script as 0 to 9; it keeps the
place of each sign, so that what is found can be cut out of the line.

A word counts only beside a date, so the tables may be generous: "la" or "at" alone is nothing.
The names of months are in `searcher/month_names.py`.

Not done: other calendars than the Gregorian, apart from years counted otherwise (令和, 民國,
Buddhist), which dates.py reads.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

__all__ = [
    "AFTERNOON", "DAY_FIRST", "FILLERS", "FORENOON", "HOUR_WORDS", "JOINTS", "ORDINALS", "WEEKDAYS",
    "ZONES", "fold",
]  # fmt: skip

_FIRST_INDIC = 0x0900
_LIKE = {"\u2212": "-", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ی": "ي", "ک": "ك", "ـ": ""}


@lru_cache(maxsize=4096)
def _folded_sign(sign: str) -> str:
    """One sign as the tables have it; nothing for an accent or an invisible mark."""
    try:
        return str(unicodedata.digit(sign)) if sign.isdecimal() else _folded_letter(sign)
    except ValueError:
        return _folded_letter(sign)


def _folded_letter(sign: str) -> str:
    if sign.isspace():
        return " "
    sign = _LIKE.get(sign, sign)
    apart = unicodedata.normalize("NFKD", _LIKE.get(sign.casefold(), sign.casefold())).casefold()
    kept = (c for c in apart if unicodedata.category(c) not in ("Mn", "Cf") or _is_vowel(c))
    return unicodedata.normalize("NFC", "".join(kept))


def _is_vowel(mark: str) -> bool:
    """Whether a mark stands for a vowel (Indic, Thai) or tells kana apart."""
    return ord(mark) >= _FIRST_INDIC and unicodedata.category(mark) == "Mn"


def fold(text: str) -> tuple[str, list[int] | None]:
    """`text` folded, and where in it each sign of that comes from (None: at its own place)."""
    if text.isascii():
        return text.lower(), None
    pieces: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        piece = _folded_sign(sign)
        pieces.append(piece)
        places += [place] * len(piece)
    return "".join(pieces), places


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(text)[0].split())


# Monday to Sunday, whole names only: they also tell 3/4 from 4/3.
_WEEKDAY_NAMES = (
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday",
    "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag",
    "montags|dienstags|mittwochs|donnerstags|freitags|sonnabend|sonntags",
    "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche",
    "lunes|martes|miércoles|jueves|viernes|sábado|domingo",
    "lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica",
    "segunda|terça|quarta|quinta|sexta|sábado|domingo",
    "maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag",
    "dilluns|dimarts|dimecres|dijous|divendres|dissabte|diumenge",
    "понедельник|вторник|среда|четверг|пятница|суббота|воскресенье",
    "понедельника|вторника|среду|четверга|пятницу|субботу|воскресенья",
    "понеділок|вівторок|середа|четвер|п'ятниця|субота|неділя",
    "понеделник|вторник|сряда|четвъртък|петък|събота|неделя",
    "понедељак|уторак|среда|четвртак|петак|субота|недеља",
    "poniedziałek|wtorek|środa|czwartek|piątek|sobota|niedziela",
    "pondělí|úterý|středa|čtvrtek|pátek|sobota|neděle",
    "pondelok|utorok|streda|štvrtok|piatok|sobota|nedeľa",
    "ponedjeljak|utorak|srijeda|četvrtak|petak|subota|nedjelja",
    "ponedeljek|torek|sreda|četrtek|petek|sobota|nedelja",
    "hétfő|kedd|szerda|csütörtök|péntek|szombat|vasárnap",
    "måndag|tisdag|onsdag|torsdag|fredag|lördag|söndag",
    "mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag",
    "maanantai|tiistai|keskiviikko|torstai|perjantai|lauantai|sunnuntai",
    "maanantaina|tiistaina|keskiviikkona|torstaina|perjantaina|lauantaina|sunnuntaina",
    "pazartesi|salı|çarşamba|perşembe|cuma|cumartesi|pazar",
    "δευτέρα|τρίτη|τετάρτη|πέμπτη|παρασκευή|σάββατο|κυριακή",
    "luni|marți|miercuri|joi|vineri|sâmbătă|duminică",
    "senin|selasa|rabu|kamis|jumat|sabtu|minggu",
    "isnin|selasa|rabu|khamis|jumaat|sabtu|ahad",
    "الاثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت|الأحد",
    "الإثنين|الثلاثاء|الاربعاء|الخميس|الجمعه|السبت|الاحد",
    "دوشنبه|سه‌شنبه|چهارشنبه|پنجشنبه|جمعه|شنبه|یکشنبه",
    "שני|שלישי|רביעי|חמישי|שישי|שבת|ראשון",
    "सोमवार|मंगलवार|बुधवार|गुरुवार|शुक्रवार|शनिवार|रविवार",
    "星期一|星期二|星期三|星期四|星期五|星期六|星期日",
    "周一|周二|周三|周四|周五|周六|周日",
    "週一|週二|週三|週四|週五|週六|週日",
    "月曜日|火曜日|水曜日|木曜日|金曜日|土曜日|日曜日",
    "월요일|화요일|수요일|목요일|금요일|토요일|일요일",
    "hai|ba|tư|năm|sáu|bảy|nhật",
    "esmaspäev|teisipäev|kolmapäev|neljapäev|reede|laupäev|pühapäev",
    "pirmdiena|otrdiena|trešdiena|ceturtdiena|piektdiena|sestdiena|svētdiena",
    "pirmadienis|antradienis|trečiadienis|ketvirtadienis|penktadienis|šeštadienis|sekmadienis",
)
WEEKDAYS: dict[str, int] = {
    fold(name)[0]: number
    for names in _WEEKDAY_NAMES
    for number, name in enumerate(names.split("|"))
}
_SHORT_WEEKDAYS = _words(
    "mon tue tues wed thu thur thurs fri sat sun mo di mi do fr sa so lun mar mer jeu ven sam dim"
    " mié mie jue vie sáb sab dom gio seg ter qua qui sex ma wo vr za zo пн вт ср чт пт сб вс нд"
    " pn wt śr czw pt sob nd ndz po út st čt pá ne hé ke sze csü pé szo va mån tis ons tors fre"
    " lör sön man tir tor lør søn to pe la su pzt çar per cum cmt paz δευ τρι τετ πεμ παρ σαβ κυρ"
    " lu joi vi vin dum sen sel rab kam jum min isn kha aha 一 二 三 四 五 六 日 天 月 火 水 木"
    " 金 土 월 화 수 목 금 토 일 周日 星期天 feira thứ chủ יום pirmd otrd trešd ceturtd piektd"
)

# What may stand between the parts of a date, or between it and its time.
JOINTS = _words(
    "of de del di d do da den der la le el il the ng в на о об у dne dnia dnem an ten ngày tháng"
    " năm month of ב של और को г год года году гг р року рік рр r roku rok rokiem j m t д"
    " év évi an anul del'any 년 년도 th e y"
)
ORDINALS = _words(
    "st nd rd th er re ere ème eme e o a º ª de en te ste der го ое е й му ого ος η ης ου"
    " an ik ko в ב 일 日 号 號"
)
# Words for "at", "o'clock" and the like.
HOUR_WORDS = _words(
    "at um uhr hrs hours hour hr h à a as às alle ore las om ora orele oras o klockan kl kl. klo"
    " kello godz godzina godzinie o' o v ve в о об у на hod hodin óra órakor ura u saat saati"
    " στις ώρα ωρα ώρες pukul jam lúc giờ vào الساعة ساعة على عند בשעה שעה ב בשעות पर बजे"
    " час часа часов год година time heure heures hora horas uur kell plkst val t н"
)
_ENGLISH_LABELS = _words(
    "on at the of date dated published publish publication posted post updated update modified"
    " created issued first last edited added filed released since by time local"
)
_OTHER_LABELS = _words(
    # German, French, Spanish, Portuguese, Italian, Dutch, Catalan, Romanian
    "den vom am datum veröffentlicht erschienen aktualisiert erstellt stand publiziert geändert"
    " zuletzt publié publiée publie mis mise ajour jour modifié modifiée créé date parution paru"
    " le la el il em op publicado publicada actualizado actualizada fecha creado atualizado"
    " atualizada publicação data hora pubblicato pubblicata aggiornato aggiornata ultimo"
    " aggiornamento creato gepubliceerd geplaatst bijgewerkt laatst gewijzigd publicat publicată"
    " actualizat actualizată postat din ora la en del los es a"
    # Slavic
    " дата опубликовано опубликована обновлено обновлена обновлён создано размещено публикации"
    " опубліковано оновлено публікації публікація дата год года году г р року рік час мск время"
    " по московскому времени публикувано обновено objavljeno ažurirano objavljen datum"
    " opublikowano opublikowany opublikowana dodano data publikacji zaktualizowano aktualizacja"
    " ostatnia utworzono dnia r roku godz godzina publikováno vydáno aktualizováno zveřejněno dne"
    " publikované aktualizované zverejnené dňa"
    # Hungarian, Nordic, Finnish, Baltic
    " közzétéve megjelent frissítve publikálva dátum létrehozva publicerad publicerat publicerades"
    " uppdaterad uppdaterat senast den offentliggjort publiceret udgivet opdateret dato publisert"
    " oppdatert sist endret julkaistu päivitetty julkaisu muokattu viimeksi klo publicēts"
    " paskelbta atnaujinta avaldatud uuendatud"
    # Turkish, Greek, Indonesian, Malay, Vietnamese
    " yayınlanma yayınlandı yayın tarihi tarih güncelleme güncellendi güncellenme son giriş"
    " oluşturulma eklenme δημοσιεύτηκε δημοσιεύθηκε δημοσίευση δημοσίευσης ημερομηνία ενημέρωση"
    " ενημερώθηκε τελευταία την στις διαβάστηκε diterbitkan dipublikasikan terbit tanggal"
    " diperbarui update tayang pada hari disiarkan tarikh ngày thứ xuất bản đăng cập nhật lúc"
    " tháng năm"
    # Arabic, Persian, Hebrew, Hindi, Bengali
    " نشر نشرت نُشر تاريخ النشر التاريخ بتاريخ آخر تحديث حدث تم في يوم م ه هـ الموافق منتشر"
    " انتشار تاریخ پורסם פורסם פרסום עודכן עדכון אחרון תאריך בתאריך יום ב ה प्रकाशित प्रकाशन अपडेट"
    " अपडेटेड दिनांक तारीख तिथि को বার প্রকাশ প্রকাশিত আপডেট"
    # Chinese, Japanese, Korean
    " 发布 发布于 发布时间 發布 發佈"
    " 發布時間 發表 发表 发表于 更新 更新于 更新时间 更新時間 时间 時間"
    " 日期 刊登 发稿 来源 北京时间 公開 公開日 配信 掲載 掲載日 投稿 投稿日 最終更新"
    " 発行 発行日 更新日 更新日時"
    " 입력 수정 등록 승인 게재 발행 발행일 작성 기사입력 일자 최종수정 최종 기사 업데이트 날짜"
)
FILLERS = (
    frozenset(WEEKDAYS) | _SHORT_WEEKDAYS | JOINTS | HOUR_WORDS | _ENGLISH_LABELS | _OTHER_LABELS
)
# Beside these, 3/4/2021 is the third of April: only English puts the month first.
DAY_FIRST = (
    frozenset(word for word in _OTHER_LABELS if len(word) > 3)
    | frozenset(WEEKDAYS)
) - _ENGLISH_LABELS - frozenset(_WEEKDAY_NAMES[0].split("|")) - _words(
    "date data update post time"
)  # fmt: skip

FORENOON = _words(
    "am a.m a.m. vorm 上午 午前 早上 凌晨 清晨 오전 ص صباحا صباحًا πμ π.μ öö sa पूर्वाह्न de."
)
AFTERNOON = _words(
    "pm p.m p.m. nachm 下午 午後 晚上 晚间 晚 傍晚 오후 م مساء مساءً μμ μ.μ ös ch अपराह्न du."
)

# Minutes east of Greenwich.  Names with two meanings are left out or have their meaning in
# news: BST is Britain's, IST India's.  EST is -0500 whatever the season, as RFC 2822 says.
ZONES = {
    fold(name)[0]: minutes
    for minutes, names in (
        (0, "z ut utc gmt wet гринвич гринвичу"),
        (60, "bst west cet mez wat"),
        (120, "cest mesz eet sast cat"),
        (180, "eest msk мск trt eat"),
        (210, "irst"),
        (240, "gst samt"),
        (270, "aft"),
        (300, "pkt uzt"),
        (330, "ist"),
        (345, "npt"),
        (420, "wib ict"),
        (480, "wita sgt hkt myt pht awst"),
        (540, "wit jst kst"),
        (570, "acst"),
        (600, "aest"),
        (630, "acdt"),
        (660, "aedt"),
        (720, "nzst"),
        (780, "nzdt"),
        (-150, "ndt"),
        (-180, "brt adt art"),
        (-210, "nst"),
        (-240, "ast edt clt"),
        (-300, "est et cdt pet"),
        (-360, "cst mdt"),
        (-420, "mst pdt"),
        (-480, "pst akdt"),
        (-540, "akst"),
        (-600, "hst"),
    )
    for name in names.split()
}
