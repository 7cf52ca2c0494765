"""Which addresses are one and the same article?

Newsletters, feeds and networks add parameters to an address that say where a reader came from:
`?utm_source=rss`, `&fbclid=...`, `#xtor=...`.  `canonical_address` drops these, so that a page
saved from a feed and the same page saved from a newsletter are one article; everything else of
an address stays as it is, apart from the case of scheme and host, since other parameters may
choose the page (`?id=7`).

The names are those that analytics programs and mail services document, and that the lists of
ClearURLs, AdGuard and Firefox have in common.  A name that sites also use for content (`id`,
`cid`, `p`, `page`, `source`, `from`) is not among them; `ref` counts only with a word as value.

Not done: to follow redirections, AMP and mobile variants, `http` for `https`.
"""

from __future__ import annotations

import re

__all__ = ["canonical_address"]

_PREFIXES = (
    "utm_", "utm-", "mtm_", "matomo_", "piwik_", "pk_", "hsa_", "_hs", "oly_", "vero_", "itm_",
    "stm_", "at_medium", "at_campaign", "at_custom", "at_link", "at_bbc", "at_ptr", "at_format",
    "ns_mchannel", "ns_source", "ns_campaign", "ns_linkname", "ns_fee", "wt_zmc", "wt_mc",
    "wt.mc", "wt.nav", "wt_eid", "mc_cid", "mc_eid", "guce_", "fb_action", "fb_source", "fb_ref",
    "ga_source", "ga_medium", "ga_campaign", "pf_rd_", "trk_", "sara_", "cmp_", "soc_",
)  # fmt: skip
_NAMES = frozenset(
    (
        *("fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ysclid"),
        *("twclid", "ttclid", "igshid", "igsh", "li_fat_id", "epik", "rb_clickid", "s_cid"),
        *("_ga", "_gl", "_ke", "_openstat", "spm", "scm", "xtor", "cmp", "cmpid", "icid", "ncid"),
        *("ocid", "smid", "smtyp", "ref_src", "ref_url", "srnd", "sref", "ftag", "tblci", "ito"),
        *("mbid", "taid", "trk", "trkcampaign", "wpisrc", "wpmm", "campaign_id", "instance_id"),
        *("segment_id", "share_source", "share_medium", "share_from", "share_token", "share"),
        *("unlocked_article_code", "xing_share", "traffic_source", "__twitter_impression"),
        *("guccounter", "from_rss", "s_kwcid", "tpcc", "itid", "mkt_tok"),
        *("hsctatracking", "dm_i", "emc"),
    )
)  # fmt: skip
_REFERENCE = re.compile(r"(?:ref|referrer|referer|source_ref)\Z", re.I)
_ADDRESS = re.compile(
    r"([a-z][a-z0-9+.-]*://)([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?\Z", re.I | re.S
)
_TRACKING_FRAGMENT = re.compile(r"(?::~:|xtor=|utm_|ref=|at_medium|mtm_|_=_)")
_PORTS = {"http://": ":80", "https://": ":443"}


def canonical_address(url: str) -> str:
    """Return `url` without what only says how a reader came to it."""
    found = _ADDRESS.match(url)
    if found is None:
        return url
    scheme, host, path, query, fragment = found.groups()
    scheme = scheme.lower()
    user, at, name = host.rpartition("@")
    name = name.lower().removesuffix(_PORTS.get(scheme, "\0"))
    address = f"{scheme}{user}{at}{name}{path}"
    if query:
        kept = [part for part in query.split("&") if part and not _is_tracking(part)]
        address += "?" + "&".join(kept) if kept else ""
    if fragment and not _TRACKING_FRAGMENT.match(fragment):
        address += f"#{fragment}"
    return address


def _is_tracking(part: str) -> bool:
    """Say whether `name=value` of a query only says where a reader came from."""
    name, _, value = part.partition("=")
    name = name.lower().removeprefix("amp;")
    if name in _NAMES or name.startswith(_PREFIXES):
        return True
    return _REFERENCE.match(name) is not None and not value.isdecimal()
