"""Who wrote it, given a byline in Chinese, Japanese or Korean?

Names there have no capitals and often no blank beside them: `本报记者 张三 李四`,
`【記者王小明／台北報導】`, `山田太郎記者`, `(서울=연합뉴스) 홍길동 기자 =`.  The labels and
roles around them are the evidence: a line is cut at its labels, what follows one of an editor
or a source is no author, and what is left of each piece without roles, places and dates is a
name if it is as long as one.  A short line without any of these is a pen name.

A blank parts two names in Chinese and Korean, and in Japanese the family's from the given one:
two pieces that both begin with a Chinese family name are two persons, any other pair of short
ones is one.  A middle dot parts names in Korean only; elsewhere it is inside foreign ones.

Not done: names that run into a sentence; who of two without any sign between them.
"""

from __future__ import annotations

import re

from searcher.reading.date_words import FILLERS

__all__ = ["east_asian_names", "is_east_asian"]

_HAN, _KANA, _HANGUL = "\u3005\u3400-\u4dbf\u4e00-\u9fff", "\u3040-\u30ff", "\uac00-\ud7a3"
_SIGN = re.compile(f"[{_HAN}{_KANA}{_HANGUL}]")
_WIDE = str.maketrans("：；，／｜丨（）［］〔〕＝＆＋　、", ":;,/||()[][]=&+ ,")
_AUTHOR_LABELS = (
    "(?:本报|本報|本网|本網|本刊|本社|本台|新华社|新華社|中新社|中央社|央视|新华网|人民网|特派|特约|特約|首席|"
    "实习|實習|见习|見習|高级|高級|资深|資深)*(?:记者|記者)(?:手记)?|通讯员|通訊員|评论员|評論員|"
    "作者|撰文|撰稿人?|采写|採寫|编译|編譯|文字|文|著|執筆者?|筆者|取材|寄稿|"
    "編集委員|論説委員|特派員|글쓴이|글|취재|작성자|저자|기고"
)
_OTHER_LABELS = (
    "责任编辑|責任編輯|责编|責編|编辑|編輯|校对|校對|审核|審核|编审|監製|监制|来源|來源|出处|出處|图片?|圖|攝影|"
    "摄影|照片|写真|撮影|編集|출처|사진|편집|촬영|디자인|영상"
)
_LABEL = re.compile(
    rf"(?:(?<=[\s,;/|()\[\]【】:])|^|(?<=[社报報网網]))"
    rf"(?:(?P<author>{_AUTHOR_LABELS})|(?P<other>{_OTHER_LABELS}))"
    r"(?:\s*[・·=＝]\s*(?:文|写真|取材|글|사진))?\s*(?:[:/|・=]\s*|\s+|(?=[^\s:/|]{2}))"
)
_BRACKETS = re.compile(r"\(([^()]{0,80})\)|\[([^\[\]]{0,80})\]|【([^【】]{0,80})】|<([^<>]{0,80})>")
_SPEAKS = re.compile("记者|記者|기자|特派員|특파원|撰文|作者|文/|通讯员")
_SUFFIX = re.compile(
    r"\s*(?:(?:선임|전문|인턴|수습|객원|시민|대학생|경제|정치|사회|문화|스포츠)*기자|특파원|논설위원|논설실장|앵커|아나운서|"
    r"에디터|칼럼니스트|교수|PD|(?:本报|本報|实习|實習)*(?:记者|記者)|特派員|編集委員|論説委員|通讯员|氏|さん|撰|著)\s*=?\s*$"
)
_NEWS_FROM = re.compile(
    rf"(?P<run>[{_HAN}]*?)(?:\d{{1,2}}日.{{0,8}}|(?:综合|綜合|連線|連线|专题|專題|即時|編譯)?"
    r"(?:报道|報導|報道|电|電|外电|外電))$"
)
_OUTLET = re.compile(
    "社$|通讯|通訊|通信|新闻|新聞|日报|日報|晚报|晚報|时报|時報|早报|早報|周刊|週刊|杂志|雜誌|[网網]$|电视|電視|频道|頻道|"
    "编辑部|編輯部|編集部|小组|小組|取材班|연합뉴스|뉴시스|뉴스|신문|일보|통신|방송|편집국|편집부|취재팀|디지털|"
    "^共同$|^時事$|^ロイター$|^[A-Z]{2,5}$"
)
_FAMILY = frozenset(
    "赵钱孙李周吴郑王冯陈卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜谢邹苏潘葛范彭鲁韦马苗方俞任袁柳鲍史唐薛雷贺倪"
    "汤罗毕郝安常于傅齐康伍余顾孟黄穆萧肖尹姚邵汪祁毛米戴宋庞熊纪舒项祝董梁杜阮蓝季贾江童颜郭梅盛林钟徐邱骆高夏"
    "蔡田樊胡凌霍万柯管卢莫房丁邓洪包左石崔吉龚程邢裴陆荣翁曾廖赖侯龙段闫白温申涂刘叶尚易武聂章向谭关焦景"
    "趙錢孫吳鄭馮陳衛蔣韓楊許呂張嚴華謝鄒蘇魯韋馬鮑賀湯羅畢齊顧黃蕭龐紀項賈顏鍾駱萬盧鄧龔陸榮賴龍劉葉聶譚關"
)
_DATE = re.compile(
    r"\d{4}\s*[-年./년]\s*\d{1,2}\s*[-月./월]\s*\d{1,2}\s*[日일.]?.*$|\d{1,2}:\d{2}.*$"
)
_ADDRESS = re.compile(r"\S+@\S+|https?:\S+|www\.\S+")
_LONGEST_PEN_NAME = 12
_NOT_IN_NAMES = re.compile(r"[。！？!?…」』》0-9]|の|を|は|が")


def is_east_asian(line: str) -> bool:
    """Say whether a byline is written in Chinese, Japanese or Korean."""
    return _SIGN.search(line) is not None


def east_asian_names(line: str) -> list[tuple[str, bool]]:
    """Return the names in a byline, and of each whether it is a person's."""
    line = _DATE.sub("", _ADDRESS.sub(" ", line.translate(_WIDE)))
    line = _BRACKETS.sub(_unwrapped, line).strip() or line.strip("()[]【】<> ")
    found: list[tuple[str, bool]] = []
    is_author, at = True, 0
    label: re.Match[str] | None = None
    for label in _LABEL.finditer(line):
        if is_author:
            found += _of_segment(line[at : label.start()])
        is_author, at = label["author"] is not None, label.end()
    if is_author:
        found += _of_segment(line[at:])
    if not found and label is None and len(line) <= _LONGEST_PEN_NAME:
        return [(line, True)] if line.strip() and not _NEWS_FROM.search(line) else []
    return found


def _unwrapped(brackets: re.Match[str]) -> str:
    """What stands in brackets, if it names a reporter or is all there is; else nothing."""
    inner = next(group for group in brackets.groups() if group is not None)
    whole = brackets[0] == brackets.string.strip()
    return f" {inner} " if _SPEAKS.search(inner) or (whole and "=" not in inner) else " "


def _of_segment(segment: str) -> list[tuple[str, bool]]:
    joints = r"[,;/|&+]|(?<=\S)(?:和|與|与|及)(?=\S{2})"
    if re.search(f"[{_HANGUL}]", segment):
        joints += "|[·・]"
    found: list[tuple[str, bool]] = []
    for piece in re.split(joints, segment):
        piece = piece.rpartition("=")[2] if not piece.rstrip().endswith("=") else piece
        piece = _without_place(piece.strip(' :=-–—·・"“”'))
        previous = None
        while previous != piece:
            previous, piece = piece, _SUFFIX.sub("", piece).strip(" :=-–—·・@")
        for name in _apart(piece):
            if _OUTLET.search(name):
                found.append((name, False))
            elif _is_name(name) and name not in FILLERS:
                found.append((name, True))
    return found


def _without_place(piece: str) -> str:
    """The name in `王小明台北3日電`; nothing of `台北報導`."""
    news = _NEWS_FROM.fullmatch(piece)
    if news is None:
        return piece
    run = news["run"]
    if len(run) < 3 or run[0] not in _FAMILY:
        return ""
    return run if len(run) == 3 else run[:3] if len(run) > 4 else run[:2]


def _apart(piece: str) -> list[str]:
    """Part what blanks part, unless they stand inside one name."""
    words = [_SUFFIX.sub("", word) for word in piece.split()]
    words = [word for word in words if word]
    if len(words) < 2 or not all(_SIGN.search(word) for word in words):
        return [" ".join(words)] if words else []
    if len(words) == 2:
        first, second = words
        if len(first) == 1 and len(second) <= 2:
            return [first + second]  # set apart to fill the line
        chinese = first[0] in _FAMILY and second[0] in _FAMILY and len(second) < 4
        hangul = all("\uac00" <= sign <= "\ud7a3" for sign in first + second)
        if not chinese and not hangul and len(first) <= 3 and len(second) <= 4:
            return [f"{first} {second}"]
    return words


def _is_name(name: str) -> bool:
    bare = name.replace(" ", "")
    if _NOT_IN_NAMES.search(bare) or not _SIGN.search(bare):
        return False
    if re.search("[·・]", bare) or re.fullmatch(f"[{_KANA}・ー]+", bare):
        return 3 <= len(bare) <= 20
    return 2 <= len(bare) <= (7 if " " in name or re.search(f"[{_KANA}]", bare) else 5)
