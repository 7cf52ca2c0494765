"""Which words of a byline are no names, in which language?

Agencies and desks, leads ("Автор:", "Oleh"), joints ("i", "és", "και"), roles
("dziennikarz", "muhabir"), and places that a comma or a dash sets beside a name.  Each table
is a piece of a pattern, tried without regard to capitals; `bylines.py` says where each may
stand.  Lines in Chinese, Japanese and Korean have `east_asian_names.py`.
"""

from __future__ import annotations

import re

__all__ = [
    "AGENCIES", "CAPITAL", "FOREIGN_ROLES", "JOINTS", "LEADS", "OUTLET_WORDS", "PLACES", "ROLES",
    "ROLE_LEADS", "SMALL_JOINTS",
]  # fmt: skip


def _names(table: str) -> frozenset[str]:
    return frozenset(name.strip().casefold() for name in re.split(r"[|\n]", table)) - {""}


AGENCIES = _names("""
    reuters|ap|afp|dpa|upi|apa|ansa|efe|ddp|epd|kna|sid|pa|pa media|tass|itar-tass|xinhua|kyodo
    ap news|bloomberg|bloomberg news|associated press|agence france-presse|agence france presse
    press association|united press international|thomson reuters|reuters staff
    deutsche presse-agentur|dow jones newswires|cnn|bbc|bbc news|guardian staff|agencies|staff
    staff and agencies|wire services|wire reports|news agencies|staff reports|redaktion
    die redaktion|la redacción|la rédaction|redacción|redazione|redação|editorial team
    editorial staff|news desk|newsroom|canadian press|australian associated press|aap|ntb|tt
    ritzau|anp|belga|lusa|ats|keystone-sda|sda|pti|ians|ani|from news services
    press trust of india|online|web desk|admin|administrator|webmaster|agency|agencias|agences
    agenturen|agenzie|agências|europa press|adnkronos|agi|zenit|stt|stt-lehtikuva|lehtikuva
    тасс|риа новости|риа|интерфакс|рейтер|рейтерс|regnum|редакция|агентства|униан|уніан
    укринформ|укрінформ|интерфакс-украина|інтерфакс-україна|редакція|бта|бгнес|танјуг|бета
    pap|iar|redakcja|polska agencja prasowa|čtk|čt24|redakce|tasr|sita|redakcia|hina|sta|tanjug
    redakcija|uredništvo|mti|távirati iroda|szerkesztőség|redaktionen|redaksjonen|toimitus
    bns|elta|leta|agerpres|mediafax|redacția|redactia|aa|anadolu ajansı|dha|iha|i̇ha|demirören
    haber merkezi|editör|απε-μπε|απε|μπε|σύνταξη|ana-mpa|antara|bernama|redaksi|ttxvn
    vietnam+|vna|ban biên tập|رويترز|أ ف ب|أ.ف.ب|ا ف ب|فرانس برس|د ب أ|وكالات|واس|وام|سانا
    هيئة التحرير|التحرير|ایرنا|ایسنا|فارس|רויטרס|סוכנויות|סוכנויות הידיעות|מערכת|איי-פי
    אי-פי|एजेंसी|भाषा|पीटीआई|एएनआई|आईएएनएस|वार्ता|डेस्क|वेब डेस्क
""")
# Letters that a name may begin with; the flags of a pattern must not make them small.
CAPITAL = (
    "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽƏƠƯȘȚ"
    "Ạ-ỸΆΈ-ΏΑ-ΫЀ-ЯҐҒҚҢҮҰӘӨԱ-Ֆא-תء-يپچژکگیऀ-ॿ"
)
# Before a name, with or without a colon.
LEADS = (
    "by|von|vom|par|por|durch|door|av|af|di|da|de|od|autor(?:in|en)?|auteurs?|author(?:s|\\(s\\))?|"
    "autore|autori|redaktion|reporter|foto|text|texto|texte|testo|tekst|ein\\s+\\w+\\s+von|"
    "(?:ein|eine|aus)\\s+\\w+\\s+von|view all posts by|more (?:by|from)|"
    "(?:zeige )?alle beiträge von|veröffentlicht von|geschrieben von|publié par|écrit par|"
    "publicado por|escrito por|scritto da|pubblicato da|a cura di|geschreven door|door onze|"
    "автор(?:ы|и|ка)?(?:\\s+(?:текста|статьи|материала|статті))?|текст|"
    "(?:материал\\s+|матеріал\\s+)?(?:подготовил|записал|беседовал|написал|сообщил|"
    "підготував|підготувала|розмовляв|розмовляла)[аи]?|"
    "autor(?:zy|ka|ki|ky|i|a)?|autoři|napsal[ai]?|opracowa(?:ł|ła|nie)|oprac\\.|"
    "rozmawia(?:ł|ła)|tekst i zdjęcia|pisze|piše|napisao|napisala|"
    "szerző|szerzők|írta|skriven av|skrevet av|skrevet af|skribent(?:er)?|kirjoittaja|teksti|"
    "yazan|yazar|haber|hazırlayan|γράφει(?:\\s+[οη])?|γράφουν(?:\\s+οι)?|της|του|των|κείμενο|"
    "συντάκτης|συντάκτρια|ρεπορτάζ|επιμέλεια|scris de|autori|publicat de|"
    "oleh|penulis|pewarta|tác giả|bài(?:\\s*(?:,|và)\\s*ảnh)?|"
    "كتب(?:ت)?|بقلم|إعداد|الكاتب|نویسنده|מאת|لـ|लेखक|लेखिका|द्वारा"
)
# What somebody does, which may also stand before the name.
ROLE_LEADS = (
    "(?:(?:staff|senior|special|chief)\\s+)?(?:writer|correspondent|reporter)|"
    "(?:наш\\s+|соб(?:ственный)?\\.?\\s*|спец(?:иальный)?\\.?\\s*)?корр?(?:еспондент(?:ы|ка)?|\\.)|"
    "журналист(?:ка)?|обозреватель|редактор|кореспондент(?:ка)?|дописувач|репортер|"
    "dziennikar(?:z|ka)|redaktor(?:ka)?|korespondent(?:ka)?|reporter(?:ka)?|zpravodaj(?:ka)?|"
    "redakteur(?:in)?|korrespondent(?:in)?|novinar(?:ka)?|dopisnik|újságíró|tudósító|"
    "journalist|reporter|toimittaja|kirjeenvaihtaja|muhabir(?:i)?|δημοσιογράφος|"
    "ανταποκριτής|jurnalist|corespondent|wartawan|jurnalis|editor|phóng viên|pv|مراسل|مراسلة|"
    "الصحفي|المحرر|محرر|כתב|כתבת|संवाददाता|रिपोर्टर|रिपोर्ट"
)
# Between two names; single letters only as words of their own.
JOINTS = "and|und|with|mit|avec|oraz|agus|con|med|samt|sekä|ile"
SMALL_JOINTS = "et|y|e|och|og|en|i|и|й|та|і|a|és|ja|ve|και|κι|și|dan|và|و|और|एवं|ir|un|ו"
ROLES = (
    "writers?|correspondents?|editors?|reporters?|journalists?|columnists?|contributors?|"
    "critics?|analysts?|"
    "bureau|chief|producers?|photographers?|fellow|professor|director|author|staff|freelance|"
    "presenter|"
    "redakteur(?:in)?|redaktor(?:in|ka)?|korrespondent(?:in)?|journalist(?:in|e)?|reporterin|"
    "autor(?:in|ka)?|"
    "redacteur|rédact(?:eur|rice)|correspondant[e]?|envoyée?|redactor[a]?|periodista|corresponsal|"
    "giornalista|redattore|inviato|redator[a]?|repórter|jornalista|editorin|chefredakteur(?:in)?|"
    "newswires?|service|news|team|press|redaktion|rédaction|redacción|redazione|nachrichtenagentur"
)
# In other languages, where the word is small: "Иван Петров, корреспондент".
FOREIGN_ROLES = (
    "корр?(?:еспондент\\w*|\\.)|журналист\\w*|обозревател\\w*|редактор\\w*|колумнист\\w*|фотограф\\w*|"
    "кореспондент\\w*|оглядач\\w*|політолог\\w*|политолог\\w*|спецкор\\w*|собкор\\w*|специально\\s+для|"
    "dziennikar(?:z|ka)\\w*|redaktor\\w*|korespondent\\w*|publicyst\\w*|komentator\\w*|zpravodaj\\w*|"
    "novinář\\w*|novinár\\w*|šéfredaktor\\w*|novinar\\w*|dopisnik\\w*|újságíró\\w*|szerkesztő\\w*|"
    "tudósító\\w*|skribent\\w*|ledarskribent\\w*|krönikör\\w*|utrikeskorrespondent\\w*|fotograf\\w*|"
    "toimittaja\\w*|kirjeenvaihtaja\\w*|päätoimittaja\\w*|muhabir\\w*|yazar\\w*|gazeteci\\w*|editör\\w*|"
    "δημοσιογράφος|συντάκτης|συντάκτρια|ανταποκριτής|αρχισυντάκτης|jurnalist\\w*|redactor\\w*|"
    "corespondent\\w*|wartawan\\w*|jurnalis|kontributor|penulis|pewarta|phóng viên|biên tập viên|"
    "مراسل\\w*|صحفي\\w*|محرر\\w*|كاتب\\w*|خبرنگار|כתב|כתבת|עורך|עורכת|פרשן|संवाददाता|पत्रकार|रिपोर्टर|संपादक"
)
# At the end of the name of a paper or a station, and hardly ever of a person's.
OUTLET_WORDS = (
    "review|times|gazette|herald|journal|news|newspaper|tribune|chronicle|telegraph|observer|"
    "guardian|courier|examiner|inquirer|enquirer|dispatch|bulletin|monitor|sentinel|advertiser|"
    "magazine|weekly|daily|daily mail|daily post|radio|television|tv|online|network|"
    "agency|wire|newswire|zeitung|blatt|\\w+blatt|nachrichten|anzeiger|kurier|rundschau|"
    "presse|spiegel|rundfunk|"
    "gazette|journal|nouvelles|noticias|diario|periódico|notícias|jornal|giornale|notizie|"
    "courant|dagblad|nieuws|krant|gazeta|dziennik|tygodnik|wiadomości|noviny|deník|zprávy|hírlap|"
    "\\w+lap|tidningen|tidning|nyheter|\\w*bladet|avisen|tidende|posten|sanomat|lehti|uutiset|"
    "gazetesi|haberleri|εφημερίδα|νέα|ziarul|știri|газета|новости|известия|правда|вести|вестник|"
    "ведомости|новини|вісті|правда|صحيفة|جريدة|الأخبار|समाचार"
)
PLACES = _names("""
    new york|los angeles|san francisco|hong kong|new delhi|washington dc|tel aviv|new jersey
    north carolina|south africa|saudi arabia|united states|united kingdom|kuala lumpur
    buenos aires|rio de janeiro|são paulo|mexico city|las vegas|san diego|santa fe
    salt lake city|st. louis|st louis|frankfurt am main|addis ababa|phnom penh|abu dhabi
    cape town|new orleans|den haag|the hague|palo alto|middle east|white house|ho chi minh
    нижний новгород|санкт-петербург|ростов-на-дону|нью-йорк|кривой рог|кривий ріг|белград
    zielona góra|gorzów wielkopolski|nowy jork|české budějovice|karlovy vary|banská bystrica
    القاهرة|بيروت|دبي|أبوظبي|الرياض|عمان|عمّان|بغداد|دمشق|الدوحة|لندن|واشنطن|القدس|غزة|رام الله
    الرباط|تونس|الجزائر|الخرطوم|صنعاء|الكويت|المنامة|مسقط|باريس|طرابلس|موسكو|جدة|القدس المحتلة
    नई दिल्ली|दिल्ली|मुंबई|लखनऊ|पटना|जयपुर|भोपाल|कोलकाता|ירושלים|תל אביב
""")
