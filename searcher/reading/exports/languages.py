"""Which language is meant, whatever language its name is in?

Exports name an article's language in that of the interface: "Englisch", "anglais", "英文".
The names of the languages that news databases hold, in those that their interfaces have.
"""

from __future__ import annotations

import re
import unicodedata

from searcher.reading.languages import language_code

__all__ = ["language_named"]

_NAMES = """
en english englisch anglais inglés inglese inglês engels engelska angielski английский 英文 英語
   英语 영어
de german deutsch allemand alemán tedesco alemão duits tyska niemiecki немецкий 德文 德語 德语
   ドイツ語 독일어
fr french französisch français francés francese francês frans franska francuski французский 法文
   法語 法语 フランス語 프랑스어
es spanish spanisch espagnol español castellano spagnolo espanhol spaans spanska hiszpański
   испанский 西班牙文 西班牙語 西班牙语 スペイン語 스페인어
it italian italienisch italien italiano italiaans italienska włoski итальянский 意大利文
   義大利文 意大利语 義大利語 イタリア語 이탈리아어
pt portuguese portugiesisch portugais portugués portoghese português portugees portugisiska
   portugalski португальский 葡萄牙文 葡萄牙语 葡萄牙語 ポルトガル語 포르투갈어
nl dutch niederländisch néerlandais neerlandés holandés olandese holandês neerlandês nederlands
   nederländska holenderski нидерландский голландский 荷蘭文 荷兰文 荷兰语 オランダ語 네덜란드어
sv swedish schwedisch suédois sueco svedese zweeds svenska szwedzki шведский 瑞典文 瑞典语
   スウェーデン語 스웨덴어
da danish dänisch danois danés danese dinamarquês deens danska dansk duński датский 丹麥文
   丹麦文 丹麦语 デンマーク語
no norwegian norwegisch norvégien noruego norvegese norueguês noors norska norsk norweski
   норвежский 挪威文 挪威语 ノルウェー語
fi finnish finnisch finnois finlandés finlandese finlandês fins finska suomi fiński финский
   芬蘭文 芬兰文 芬兰语 フィンランド語
pl polish polnisch polonais polaco polacco polonês pools polska polski польский 波蘭文 波兰文
   波兰语 ポーランド語
ru russian russisch russe ruso russo ryska rosyjski русский 俄文 俄語 俄语 ロシア語 러시아어
cs czech tschechisch tchèque checo ceco tcheco tsjechisch tjeckiska čeština czeski чешский
   捷克文 捷克语 チェコ語
hu hungarian ungarisch hongrois húngaro ungherese hongaars ungerska magyar węgierski венгерский
   匈牙利文 匈牙利语 ハンガリー語
tr turkish türkisch turc turco turks turkiska türkçe turecki турецкий 土耳其文 土耳其语 トルコ語
ar arabic arabisch arabe árabe arabo arabiska arabski арабский العربية 阿拉伯文 阿拉伯语
   アラビア語
zh chinese chinesisch chinois chino cinese chinês chinees kinesiska chiński китайский 中文
   中国語 漢語 汉语 중국어
ja japanese japanisch japonais japonés giapponese japonês japans japanska japoński японский 日文
   日語 日语 日本語 일본어
ko korean koreanisch coréen coreano koreaans koreanska koreański корейский 韓文 韩文 韩语 韓国語
   한국어
id indonesian indonesisch indonésien indonesio indonesiano indonésio indonesiska 印尼文
   印度尼西亚文 インドネシア語
ms malay malaiisch malais malayo malese malaio maleis malajiska 馬來文 马来文 マレー語
th thai thaï tailandés tailandese tailandês thailändska 泰文 泰语 タイ語
vi vietnamese vietnamesisch vietnamien vietnamita vietnamees 越南文 越南语 ベトナム語
el greek griechisch grec griego greco grego grieks grekiska 希臘文 希腊文 ギリシャ語
he hebrew hebräisch hébreu hebreo ebraico hebraico hebreeuws 希伯來文 希伯来文 ヘブライ語
ca catalan katalanisch català catalán catalano catalão catalaans 加泰羅尼亞文 加泰罗尼亚文
   カタロニア語
bg bulgarian bulgarisch bulgare búlgaro bulgaro bulgaars 保加利亞文 保加利亚文 ブルガリア語
ro romanian rumänisch roumain rumano rumeno romeno roemeens 羅馬尼亞文 罗马尼亚文 ルーマニア語
sk slovak slowakisch slovaque eslovaco slovacco slowaaks 斯洛伐克文 スロバキア語
uk ukrainian ukrainisch ukrainien ucraniano ucraino oekraïens українська украинский 烏克蘭文
   乌克兰文 ウクライナ語
"""
_CODES = {
    unicodedata.normalize("NFC", name): language.split()[0]
    for language in re.split(r"\n(?! )", _NAMES.strip())
    for name in language.split()[1:]
}
_ENDS = re.compile(r"[;,(/|\n]| - ")


def language_named(text: str | None) -> str | None:
    """The BCP 47 code of a language, given its name; None for anything else."""
    first = _ENDS.split((text or "").strip(), maxsplit=1)[0].strip(" .")
    if not first or len(first) > 40:
        return None
    name = unicodedata.normalize("NFC", first).casefold()
    known = _CODES.get(name)
    if known is None and " " in name:
        # "Chinese Simplified", "Brazilian Portuguese"
        known = next((code for word in name.split() if (code := _CODES.get(word))), None)
    return known or (language_code(first) if len(first) <= 12 else None)
