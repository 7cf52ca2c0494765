"""Which month does a name stand for, in which language?

Queries know English names always, those of other languages where the archive is in them:
all languages that the stemmer knows (`analysis/stemming.py`).  Readers know not in which
language a file is, and take them all (`month_in_any`): a name that stands for two months is
the one of the language with more news (`listopada` is November, as in Polish, not October,
as in Croatian).  A name ends in `*` where its inflections are many and all begin so
(`maaliskuuta`, `марта`); the rest are listed with the forms that stand in dates and the usual
abbreviations.  Capitals, accents and other marks make no difference, on either side.

Names are not taken from the platform's locales: those differ between machines, and what
a query means must not.
"""

from __future__ import annotations

import unicodedata
from functools import cache

__all__ = ["fold_name", "languages", "month_in_any", "month_of"]

# Twelve months, parted by bars.
_NAMES = {
    "ar": "يناير كانون-الثاني|فبراير شباط|مارس اذار|ابريل نيسان|مايو ايار|يونيو يونيه حزيران"
    "|يوليو يوليه تموز|اغسطس اب|سبتمبر ايلول|اكتوبر تشرين-الاول|نوفمبر تشرين-الثاني"
    "|ديسمبر كانون-الاول",
    "bg": "януари ян|февруари февр|март|април апр|май|юни|юли|август авг|септември септ"
    "|октомври окт|ноември ноем|декември дек",
    "bn": "জানুয়ারি জানুয়ারী|ফেব্রুয়ারি ফেব্রুয়ারী|মার্চ|এপ্রিল|মে|জুন|জুলাই|আগস্ট|সেপ্টেম্বর|অক্টোবর|নভেম্বর|ডিসেম্বর",
    "ca": "gener gen|febrer febr|març|abril abr|maig|juny|juliol jul|agost ag|setembre set"
    "|octubre oct|novembre nov|desembre des",
    "cs": "leden ledna lednu led|únor února únoru úno|březen března březnu bře"
    "|duben dubna dubnu dub|květen května květnu kvě|červen června červnu čvn"
    "|červenec července červenci čvc|srpen srpna srpnu srp|září zář|říjen října říjnu říj"
    "|listopad listopadu lis|prosinec prosince prosinci pro",
    "da": "januar jan|februar feb|marts mar|april apr|maj|juni jun|juli jul|august aug"
    "|september sep sept|oktober okt|november nov|december dec",
    "de": "januar jänner jan jän|februar feber feb|märz maerz mrz mär|april apr|mai|juni jun"
    "|juli jul|august aug|september sep sept|oktober okt|november nov|dezember dez",
    "el": "ιανουαρι* γεναρη* ιαν|φεβρουαρι* φλεβαρη* φεβ|μαρτιο* μαρτιου μαρτη* μαρ"
    "|απριλι* απρ|μαιο* μαιου μαη μαης μαι|ιουνι* ιουν|ιουλι* ιουλ|αυγουστ* αυγ|σεπτεμβρ* σεπ"
    "|οκτωβρ* οκτ|νοεμβρ* νοε|δεκεμβρ* δεκ",
    "en": "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug"
    "|september sep sept|october oct|november nov|december dec",
    "eo": "januaro jan|februaro feb|marto mar|aprilo apr|majo maj|junio jun|julio jul"
    "|aŭgusto aŭg|septembro sep|oktobro okt|novembro nov|decembro dec",
    "es": "enero ene|febrero feb|marzo mar|abril abr|mayo may|junio jun|julio jul|agosto ago"
    "|septiembre setiembre sep sept|octubre oct|noviembre nov|diciembre dic",
    "et": "jaanuar* jaan|veebruar* veebr|märts* mär|aprill* apr|mai mais|juuni juunis"
    "|juuli juulis|august* aug|septemb* sept|oktoob* okt|novemb* nov|detsemb* dets",
    "eu": "urtarril* urt|otsail* ots|martxo* mar|apiril* api|maiatz* mai|ekain* eka|uztail* uzt"
    "|abuztu* abu|irail* ira|urri urria urriaren urrian urr|azaro* aza|abendu* abe",
    "fa": "ژانویه|فوریه|مارس|اوریل|مه می|ژوئن|ژوئیه جولای|اوت اگوست|سپتامبر|اکتبر|نوامبر|دسامبر",
    "fi": "tammiku* tammi|helmiku* helmi|maalisku* maalis|huhtiku* huhti|toukoku* touko"
    "|kesäku* kesä|heinäku* heinä|eloku* elo|syysku* syys|lokaku* loka|marrasku* marras"
    "|jouluku* joulu",
    "fr": "janvier janv jan|février févr fév|mars|avril avr|mai|juin|juillet juil|août"
    "|septembre sept|octobre oct|novembre nov|décembre déc",
    "ga": "eanáir ean|feabhra feabh|márta márt|aibreán aibreáin aib|bealtaine bealt"
    "|meitheamh meithimh meith|iúil|lúnasa lún|meán-fómhair mfómh"
    "|deireadh-fómhair dfómh|samhain samhna samh|nollaig nollag noll",
    "he": "ינואר|פברואר|מרץ מרס|אפריל|מאי|יוני|יולי|אוגוסט|ספטמבר|אוקטובר|נובמבר|דצמבר",
    "hi": "जनवरी|फ़रवरी फरवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर सितम्बर|अक्टूबर अक्तूबर"
    "|नवंबर नवम्बर|दिसंबर दिसम्बर",
    "hr": "siječanj siječnja sij|veljača veljače velj|ožujak ožujka ožu|travanj travnja tra"
    "|svibanj svibnja svi|lipanj lipnja|srpanj srpnja|kolovoz kolovoza kol|rujan rujna ruj"
    "|listopad listopada|studeni studenoga studenog stu|prosinac prosinca",
    "hu": "január* jan|február* febr feb|március* márc már|április* ápr|május* máj|június* jún"
    "|július* júl|augusztus* aug|szeptember* szept|október* okt|november* nov|december* dec",
    "hy": "հունվար* հնվ|փետրվար* փտվ|մարտ մարտի մարտին մրտ|ապրիլ* ապր|մայիս* մյս|հունիս* հնս"
    "|հուլիս* հլս|օգոստոս* օգս|սեպտեմբեր* սեպ|հոկտեմբեր* հոկ|նոյեմբեր* նոյ|դեկտեմբեր* դեկ",
    "id": "januari jan|februari pebruari feb|maret mar|april apr|mei|juni jun|juli jul"
    "|agustus agu ags agt|september sep|oktober okt|november nopember nov|desember des",
    "is": "janúar* jan|febrúar* feb|mars mar|apríl* apr|maí|júní jún|júlí júl|ágúst* ágú"
    "|september* sep|október* okt|nóvember* nóv|desember* des",
    "it": "gennaio gen|febbraio feb|marzo mar|aprile apr|maggio mag|giugno giu|luglio lug"
    "|agosto ago|settembre set sett|ottobre ott|novembre nov|dicembre dic",
    "lt": "sausis sausio saus|vasaris vasario vas|kovas kovo kov|balandis balandžio bal"
    "|gegužė gegužės geg|birželis birželio birž|liepa liepos liep|rugpjūtis rugpjūčio rugp"
    "|rugsėjis rugsėjo rugs|spalis spalio spal|lapkritis lapkričio lapkr"
    "|gruodis gruodžio gruod",
    "lv": "janvāris janvāra janvārī janv|februāris februāra februārī febr|marts marta martā"
    "|aprīlis aprīļa aprīlī|maijs maija maijā|jūnijs jūnija jūnijā|jūlijs jūlija jūlijā"
    "|augusts augusta augustā|septembris septembra septembrī|oktobris oktobra oktobrī"
    "|novembris novembra novembrī|decembris decembra decembrī",
    "ms": "januari jan|februari feb|mac|april apr|mei|jun|julai|ogos|september sept|oktober okt"
    "|november nov|disember dis",
    "ne": "जनवरी|फेब्रुअरी फेब्रुवरी|मार्च|अप्रिल|मे मई|जून|जुलाई|अगस्ट अगस्त|सेप्टेम्बर|अक्टोबर|नोभेम्बर|डिसेम्बर",
    "nl": "januari jan|februari feb|maart mrt|april apr|mei|juni jun|juli jul|augustus aug"
    "|september sep sept|oktober okt|november nov|december dec",
    "no": "januar jan|februar feb|mars mar|april apr|mai|juni jun|juli jul|august aug"
    "|september sep sept|oktober okt|november nov|desember des",
    "pl": "styczeń stycznia styczniu sty|luty lutego lutym lut|marzec marca marcu mar"
    "|kwiecień kwietnia kwietniu kwi|maj maja maju|czerwiec czerwca czerwcu cze"
    "|lipiec lipca lipcu lip|sierpień sierpnia sierpniu sie|wrzesień września wrześniu wrz"
    "|październik października październiku paź|listopad listopada listopadzie lis"
    "|grudzień grudnia grudniu gru",
    "pt": "janeiro jan|fevereiro fev|março mar|abril abr|maio mai|junho jun|julho jul|agosto ago"
    "|setembro set|outubro out|novembro nov|dezembro dez",
    "ro": "ianuarie ian|februarie febr feb|martie mart|aprilie apr|mai|iunie iun|iulie iul"
    "|august aug|septembrie sept|octombrie oct|noiembrie noiem nov|decembrie dec",
    "ru": "январ* янв|феврал* февр фев|март марта марте мар|апрел* апр|май мая мае|июн* июн"
    "|июл* июл|август* авг|сентябр* сент сен|октябр* окт|ноябр* нояб ноя|декабр* дек",
    "sk": "január* jan|február* feb|marec marca mar|apríl* apr|máj* |jún* |júl* |august* aug"
    "|september septembra sept|október októbra okt|november novembra nov|december decembra dec",
    "sl": "januar* jan|februar* feb|marec marca mar|april* apr|maj maja|junij* jun|julij* jul"
    "|avgust* avg|september septembra sep|oktober oktobra okt|november novembra nov"
    "|december decembra dec",
    "sq": "janar* |shkurt* |mars* |prill* |maj* |qershor* |korrik* |gusht* |shtator* |tetor* "
    "|nëntor* |dhjetor*",
    "sr": "јануар* jануар* januar* јан jan|фебруар* februar* феб feb|март марта марту mart marta"
    " martu мар mar|април* april* апр apr|мај маја мају maj maja maju|јун* jun*|јул* jul*"
    "|август* avgust* авг avg|септемб* septemb* сеп sep|октоб* oktob* окт okt"
    "|новемб* novemb* нов nov|децемб* decemb* дец dec",
    "st": "pherekgong|hlakola|hlakubele tlhakubele|mmesa|motsheanong|phupjane|phupu|phato"
    "|leotse loetse|mphalane|pudungwana|tshitwe",
    "sv": "januari jan|februari febr feb|mars mar|april apr|maj|juni jun|juli jul|augusti aug"
    "|september sept sep|oktober okt|november nov|december dec",
    "ta": "ஜனவரி*|பிப்ரவரி*|மார்ச்*|ஏப்ரல்*|மே|ஜூன்*|ஜூலை*|ஆகஸ்ட்* ஆகஸ்டு*|செப்டம்பர்*|அக்டோபர்*|நவம்பர்*|டிசம்பர்*",
    "th": "มกราคม|กุมภาพันธ์|มีนาคม|เมษายน|พฤษภาคม|มิถุนายน|กรกฎาคม|สิงหาคม|กันยายน|ตุลาคม|พฤศจิกายน|ธันวาคม",
    "tr": "ocak oca|şubat şub|mart mar|nisan nis|mayıs may|haziran haz|temmuz tem|ağustos ağu"
    "|eylül eyl|ekim eki|kasım kas|aralık ara",
    "uk": "січень січня січ|лютий лютого лют|березень березня бер|квітень квітня квіт"
    "|травень травня трав|червень червня черв|липень липня лип|серпень серпня серп"
    "|вересень вересня вер|жовтень жовтня жовт|листопад листопада лист|грудень грудня груд",
    "ur": "جنوری|فروری|مارچ|اپریل|مئی|جون|جولائی|اگست|ستمبر|اکتوبر|نومبر|دسمبر",
    "yi": "יאנואר|פעברואר|מערץ|אפריל|מאי|יוני|יולי|אויגוסט|סעפטעמבער|אקטאבער|נאוועמבער|דעצעמבער",
}
_SAME = {"nb": "no", "nn": "no"}
_AFTER_OTHERS = frozenset(("hr", "sq", "st"))
# Letters that stand for others without being made of them.
_LIKE = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ی": "ي", "ک": "ك", "ـ": ""})
# Marks below this number are accents and points; those of Indic scripts are vowels.
_FIRST_INDIC = 0x0900


def languages() -> tuple[str, ...]:
    """The codes of the languages whose months have names here."""
    return (*_NAMES, *_SAME)


def fold_name(text: str) -> str:
    """`text` without capitals, accents and other marks."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LIKE)).casefold()
    return "".join(
        c for c in apart if ord(c) >= _FIRST_INDIC or unicodedata.category(c) not in ("Mn", "Cf")
    )


def month_of(name: str, language: str = "en") -> int | None:
    """The number of the month that the folded `name` is in English or in `language`."""
    code = language.replace("_", "-").partition("-")[0].lower()
    for known in ("en", _SAME.get(code, code)):
        if known in _NAMES:
            whole, beginnings = _table(known)
            month = whole.get(name)
            if month is None:
                month = next((n for start, n in beginnings if name.startswith(start)), None)
            if month is not None:
                return month
    return None


def month_in_any(name: str) -> int | None:
    """The number of the month that the folded `name` is in any language that is known here."""
    whole, beginnings = _all_tables()
    month = whole.get(name)
    if month is None:
        month = next((n for start, n in beginnings if name.startswith(start)), None)
    return month


@cache
def _all_tables() -> tuple[dict[str, int], list[tuple[str, int]]]:
    whole: dict[str, int] = {}
    beginnings: dict[str, int] = {}
    # Languages with more news first: what a later one means otherwise does not count.
    for language in sorted(_NAMES, key=lambda code: (code in _AFTER_OTHERS, code)):
        names, starts = _table(language)
        whole = names | whole
        beginnings = dict(starts) | beginnings
    return whole, sorted(beginnings.items(), key=lambda item: -len(item[0]))


@cache
def _table(language: str) -> tuple[dict[str, int], list[tuple[str, int]]]:
    """Whole names, and beginnings, by month."""
    whole: dict[str, int] = {}
    beginnings: list[tuple[str, int]] = []
    for number, names in enumerate(_NAMES[language].split("|"), 1):
        for name in names.split():
            folded = fold_name(name)
            if folded.endswith("*"):
                beginnings.append((folded[:-1], number))
            else:
                whole[folded] = number
    return whole, beginnings
