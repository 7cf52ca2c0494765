"""Which words, in the markup of a page and in its lines, tell furniture from text?

Elements by name and role; words in classes and ids, for boxes, for single lines, and for
what is surely text; lines that stand beside articles everywhere (`Advertisement`, `Read
more`), in the languages of the pages that were looked at; headings after which another
story begins.  It is data; `blocks.py` and `body.py` say what follows from it.

A name must stand as a word of its own ("share", "share-bar", "shareBar"), so that
"shareholders" is not a share bar.
"""

from __future__ import annotations

import re

__all__ = [
    "BLOCK",
    "BODY_WORDS",
    "CAMEL",
    "DROPPED",
    "FRAMES",
    "FURNITURE",
    "FURNITURE_LINE",
    "FURNITURE_PROPS",
    "FURNITURE_ROLES",
    "FURNITURE_TAGS",
    "HIDDEN_STYLE",
    "INLINE_BOXES",
    "LINES",
    "LINE_FURNITURE",
    "NEVER_ARTICLE",
    "NO_KIND",
    "STANDFIRST",
    "STOP_HEADING",
    "STRONG_WORDS",
    "WHOLE",
]

# ---------------------------------------------------------------- elements, classes and ids

# Never article text, whatever they hold.
DROPPED = frozenset(
    [
        "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "button",
        "select", "option", "textarea", "input", "canvas", "audio", "video", "map", "nav",
        "figcaption", "dialog", "menu", "head", "title", "link", "meta", "applet",
        "annotation", "annotation-xml", "progress",
    ]
)  # fmt: skip
BLOCK = frozenset(
    [
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div",
        "dl", "dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
        "header", "hr", "html", "li", "main", "ol", "p", "pre", "section", "summary", "table",
        "tbody", "tfoot", "thead", "tr", "ul", "caption", "legend",
    ]
)  # fmt: skip
FURNITURE_TAGS = frozenset(["aside", "footer", "form"])
FURNITURE_PROPS = frozenset(
    [
        "author", "publisher", "comment", "datePublished", "dateModified", "dateCreated", "image",
        "logo", "keywords", "articleSection", "url", "width", "height", "interactionCount",
        "mainEntityOfPage", "thumbnailUrl", "wordCount", "copyrightHolder", "copyrightYear",
    ]
)  # fmt: skip
FRAMES = frozenset(["body", "html", "main", "article"])
WHOLE = frozenset(["body", "html"])  # what they are called is said of the page
INLINE_BOXES = frozenset(["span", "time", "small", "td"])

_W = r"(?:^|[\s_\-:])"  # start of a word in a class
_E = r"(?=$|[\s_\-:\d])"
_FURNITURE_WORDS = (
    # menus and page frame
    "nav|navi|navbar|navigation|menu|breadcrumbs?|masthead|topbar|footer|foot|sidebar|side|rail|"
    "right-?rail|skip|pagination|pager|paging|toolbar|tools?|toc|search|login|signin|"
    # other stories
    "related|relateds|recommend(?:ed|ations?|s)?|recirc\\w*|more-?(?:stories|news|from|on|"
    "articles|links)|read-?(?:more|next|also)|"
    "see-?also|also-?read|most-?(?:read|popular|viewed|shared)|popular|trending|teasers?|outbrain|"
    "taboola|"
    "suggest(?:ed|ions?)?|promos?|promotion|upsell|further-?reading|inline-?links?|onward|"
    "up-?next|next-?(?:up|article|post)|"
    "previous|prev-?next|latest|linkbox|"
    # readers and networks
    "comments?|disqus|respond|replies|share|sharing|shares|sharebar|sharedaddy|social|socials|"
    "follow|like-?box|"
    "addthis|addtoany|twitter-?follow|whatsapp|rating|"
    # money and consent
    "ads?|adv|advert|adverts|advertise(?:ment|ments)?|adslot|adsense|adbox|banner|sponsor(?:ed|"
    "s)?|dfp|mpu|"
    "newsletters?|subscri(?:be|ption|bers?)|sign-?up|register|registration|donat(?:e|ion)|support|"
    "cookies?|consent|"
    "gdpr|privacy|popup|modal|overlay|shop|buy|affiliate|"
    # about the story
    "captions?|credits?|copyright|disclaimer|tags?|tag-?list|keywords|topics|author-?(?:bio|box|"
    "info|card|profile|details|"
    "description|about|block)|about-?(?:the-)?authors?|bio|byline|bylines|authors?|dateline|"
    "timestamp|meta|metadata|postmeta|"
    "entry-?meta|article-?meta|post-?meta|published|pubdate|info-?box|hidden|visually-?hidden|"
    "sr-?only|screen-?reader(?:-?text)?|"
    "print|printfooter|noprint|widget|widgets|gallery|carousel|slider|video|player|audio|"
    "fact-?box|faktabox|faktaboks|factbox|infokasten|quiz|poll|feedback|report|corrections?|kicker|eyebrow|rubric|category|categories|label|"
    "mw-editsection|editsection|reflist|navbox|mbox|weather|ticker|jobs|events|calendar|error|"
    "alert|notice|"
    "teaserlist|linklist|morelinks|trc_related|ob-widget|jp-relatedposts"
)
FURNITURE = re.compile(rf"{_W}(?:{_FURNITURE_WORDS}){_E}", re.I)
STRONG_WORDS = re.compile(
    r"disqus|taboola|outbrain|addthis|sharedaddy|newsletter|cookie|breadcrumb|social-?(?:share|"
    r"media|links|buttons)|related-?"
    r"(?:posts|articles|stories|content|links|news)|commentlist|comment-?(?:list|section|form|"
    r"area)|share-?(?:bar|buttons|tools|links)|"
    r"visually-?hidden|author-?bio|article-?tags|mw-jump|sidebar",
    re.I,
)
BODY_WORDS = re.compile(
    r"article-?_?_?(?:body|text|content|copy|main)|articlebody|body-?(?:copy|text|content)|"
    r"story-?_?_?(?:body|text|content)|"
    r"entry-?content|post-?(?:content|body|text)|main-?(?:content|text)|rich-?text|paragraph|"
    r"text-?body|content-?body|"
    r"artikel-?(?:text|inhalt|body)|body__inner|wysiwyg|prose",
    re.I,
)
# A paragraph or heading is judged more mildly: `p.paywall` is text behind a paywall.
LINES = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "tr", "blockquote", "pre"])
LINE_FURNITURE = re.compile(
    rf"{_W}(?:captions?|credits?|by-?lines?|authors?|dateline|timestamp|date|copyright|related|"
    rf"read-?(?:more|also|next)|"
    rf"newsletter|promos?|ads?|advert\w*|comments?|share|tags?|meta|kicker|eyebrow|label|category|"
    rf"disclaimer|"
    rf"visually-?hidden|sr-?only|hidden|social|breadcrumbs?|menu|nav){_E}",
    re.I,
)
# Tailwind's variants, flags such as has-sidebar, layout helpers.
NO_KIND = re.compile(
    r"[:\[\]()]|^(?:has|is|no|not|with|overflow|js|col|grid|text|font|print|hide|show|single|post|"
    r"type|category|tag|status)-|"
    r"-(?:enabled|disabled|visible|free|wrap|wrapper)$|^(?:hide|show)",
    re.I,
)
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
FURNITURE_ROLES = frozenset(
    [
        "navigation", "banner", "contentinfo", "search", "menu", "menubar", "toolbar", "dialog",
        "alert", "alertdialog", "complementary", "tablist", "button",
    ]
)  # fmt: skip

# ---------------------------------------------------------------- lines and headings

STANDFIRST = re.compile(
    r"(?:^|[\s_-])(?:summary|dek|deck|stand-?first|sub-?title|sub-?head(?:line)?|sub-?heading|"
    r"lead|lede|intro(?:duction)?|excerpt|"
    r"description|einleitung|vorspann|ingress|chapo|chapeau|sommario|occhiello|abstract|"
    r"teaser-?text|perex|entradilla|bajada)(?=$|[\s_\d-])",
    re.I,
)
NEVER_ARTICLE = re.compile(
    r"comment|disqus|respond|replies|related|recommend|cookie|consent|gdpr|newsletter", re.I
)
FURNITURE_LINE = re.compile(
    r"^(?:advertisement|advertising|anzeige|werbung|publicité|publicidad|pubblicità|sponsored(?: "
    r"content)?|reklame|annonse|"
    r"story continues below.*|article continues (?:below|after).*|continue reading.*|scroll "
    r"(?:down )?to continue.*|"
    r"(?:also )?(?:read|see|watch|listen)(?: (?:more|also|next|this|it))?\s*(?:[:>|»-].*|)|lesen "
    r"sie (?:auch|mehr|hier).*|mehr zum thema.*|"
    r"mehr dazu.*|zum thema.*|lire aussi.*|à lire aussi.*|lea también.*|lee también.*|le[ií]a "
    r"(?:também|mais).*|leggi anche.*|"
    r"les også.*|läs (?:också|även|mer).*|lees ook.*|czytaj (?:też|także|więcej).*|read more.*|"
    r"more:.*|related(?: (?:articles?|stories|content|topics|links))?:?.*"
    r"|recommended(?: for you| stories)?:?|most (?:read|popular).*|trending(?: now)?:?|you (?:may|"
    r"might) (?:also )?(?:like|be interested).*|"
    r"share (?:this|on|via).*|share|teilen|tweet|follow (?:us|me|him|her|@).*|like us on.*|sign "
    r"up (?:for|to|here).*|subscribe(?: (?:to|now|here|for)).*|"
    r"subscribe|newsletter.*|get (?:our|the) .{0,40}newsletter.*|join (?:our|the) .{0,60}|"
    r"comments?(?: \(\d+\))?|leave a (?:comment|reply).*|"
    r"view (?:all )?comments.*|\d+ comments?|(?:photo|image|picture|foto|bild|photograph|"
    r"video)(?:graf)?(?:s|o)?(?: (?:by|credit|source|von))?\s*:.*|"
    r"advert|publicidade|don['’]t miss:?|this slideshow requires javascript\.?|"
    r"image|bild|foto|image credits?:? .{0,80}|credits?:? .{0,80}|"
    r"(?:quellen?|sources?|fontes?|fuentes?|źródło|источник|kilde|källa|bron)\s*:\s*.{0,80}|"
    r"tags? \w.*|etiketter:?.*|schlagw[oö]rter?:?.*|mots[- ]clés ?:.*|etiquetas:?.*|"
    r"lesezeit:? .{0,20}|\d+ min\.? (?:lesezeit|lesetid|de lecture|de lectura).{0,20}|"
    r"ein klick für den datenschutz|"
    r"©.*|copyright .*|all rights reserved.*|\(?c\) ?\d{4}.*|tags?:.*|topics?:.*|filed under.*|"
    r"categor(?:y|ies):.*|posted (?:in|by|on).{0,60}|"
    r"print(?: this)?(?: (?:article|page))?|email(?: this)?|enlarge(?: this)?(?: image)?|click "
    r"(?:here|to).{0,60}|loading.*|"
    r"(?:this )?(?:article|story) (?:was|has been) (?:originally |first )?(?:published|amended|"
    r"updated|corrected).{0,160}|"
    r"our standards:.*|the thomson reuters trust principles.*|reporting by .*|(?:additional "
    r")?reporting (?:and writing )?by .*;.*editing by .*|"
    r"order reprints.*|contact (?:us|the author).*|(?:last )?updated?:? .{0,60}|published:? "
    r".{0,60}|photo\b.{0,20}|back to top|"
    r"download (?:the|our) .{0,40}app.*|please (?:enable|log ?in|sign|subscribe).{0,100}|in this "
    r"article|toggle caption|"
    r"(?:by )?(?:clicking|signing up|subscribing).{0,300}|hide caption|\d+ (?:min|minutes?|"
    r"min\.)(?: read)?|play(?: video)?|video|watch:.*|pause|mute)$",
    re.I,
)
STOP_HEADING = re.compile(
    r"^(?:related.*|more (?:from|on|stories|news|in|like).*|most (?:read|popular|viewed).*|"
    r"comments?.*|read (?:more|next|also)\b.*|recommended.*|"
    r"trending.*|(?:you )?(?:may|might) (?:also )?like.*|about the authors?|share.*|latest.*|"
    r"popular.*|"
    r"mehr (?:zum|aus|von).*|kommentare.*|lesen sie.*|auch interessant.*|das könnte.*|weitere "
    r"(?:artikel|meldungen|nachrichten).*|"
    r"sur le même.*|à lire.*|commentaires?.*|newsletter.*|sign up.*|leave a (?:reply|comment).*|"
    r"references|see also|external links|notes|"
    r"top stories|also (?:on|in) .*|next (?:article|story).*|editor[’']?s picks.*|what to read "
    r"next.*|advertisement)$",
    re.I,
)
