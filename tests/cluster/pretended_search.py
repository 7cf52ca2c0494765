"""A pretended cluster that searches: quick, in memory, without Java.

It knows the queries, sums and scripts that plain words, phrases, two words near each other, values
and dates are made into, and no others: an unknown one is an AssertionError.  Scripts are known by
their texts, and worked out here by the formula that they stand for.  That all of this answers as a
real cluster does is a test: what is asked of it in `test_texts.py` is asked of real nodes too.
"""

from __future__ import annotations

import datetime as dt
import json
import struct
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from searcher.cluster import figures, scores
from searcher.codec.schema import NAME_GAP
from tests.cluster.pretended import Pretended

__all__ = ["PretendedSearch"]

_SHARDS = {"total": 1, "successful": 1, "skipped": 0, "failed": 0}
_FIRST, _LAST = -(2**63), 2**63 - 1
_DAY_US = 86_400_000_000
_TEXTS = ("title", "body", "lead", "byline")


class PretendedSearch(Pretended):
    """`Pretended`, which answers searches too; `requests` are the bodies of them."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Any] = []
        self._changes: Counter[str] = Counter()
        # By identity, with the source that so stays what it is.
        self._words: dict[int, tuple[Any, dict[str, dict[str, list[int]]]]] = {}

    def _answer(self, method: str, path: str, body: bytes | None) -> tuple[int, Any]:
        if path.endswith("/_msearch"):
            name = path.split("/")[1]
            bodies = [json.loads(line) for line in (body or b"").splitlines()[1::2]]
            return 200, {"responses": [self._search(one, name)[1] for one in bodies]}
        if path.endswith("/_settings"):
            index = {"number_of_shards": "1"}
            return 200, {name: {"settings": {"index": index}} for name in self._named(path[1:-10])}
        if path.endswith("/_stats"):
            names = self._named(path[1:-7])
            return 200, {"indices": {name: self._shards_of(name) for name in names}}
        return super()._answer(method, path, body)

    def _shards_of(self, name: str) -> Any:
        number = {"global_checkpoint": self._changes[name] - 1}
        return {
            "uuid": f"uuid-{name}",
            "shards": {"0": [{"routing": {"primary": True}, "seq_no": number}]},
        }

    def _one(self, name: str, about: Any, source: Any) -> Any:
        found = super()._one(name, about, source)
        if found["status"] in (200, 201, 404):  # a change, which has the next number
            if source is not None and "article" in source:
                source["_seq_no"] = self._changes[about["_index"]]
            self._changes[about["_index"]] += 1
        return found

    def _search(self, body: Any, name: str | None) -> tuple[int, Any]:
        if "composite" in json.dumps(body.get("aggs", {})):  # what only those who write ask
            return super()._search(body, name)
        self.requests.append(body)
        rows = self._pits[body["pit"]["id"]] if name is None else self._shown(name)
        query = body.get("query", {"match_all": {}})
        found = [(row, score) for row in rows if (score := self._score(query, row[3])) is not None]
        hits = [self._shown_hit(row, score, body) for row, score in found]
        hits.sort(key=lambda hit: [_Turned(*pair) for pair in hit.pop("order")])
        if "search_after" in body:
            sorts = [hit["sort"] for hit in hits]
            hits = hits[sorts.index(body["search_after"]) + 1 :]
        first = body.get("from", 0)
        answer: dict[str, Any] = {"timed_out": False, "_shards": _SHARDS}
        answer["hits"] = {
            "total": {"value": len(found), "relation": "eq"},
            "hits": hits[first : first + body.get("size", 10)],
        }
        if "aggs" in body:
            answer["aggregations"] = {
                key: self._sum(asked, [(row[3], score) for row, score in found])
                for key, asked in body["aggs"].items()
            }
        return 200, answer

    def _shown_hit(self, row: tuple[str, str, int, Any], score: float, body: Any) -> Any:
        source = row[3]
        order: list[tuple[Any, bool]] = []
        sort: list[Any] = []
        for ((field, said),) in map(dict.items, body.get("sort", [])):
            way = said if isinstance(said, str) else said["order"]
            value = score if field == "_score" else source.get(field)
            if value is None:  # it comes last, whichever the way
                value = _LAST if way == "asc" else _FIRST
            order.append((value, way == "desc"))
            sort.append(value)
        hit = {**self._hit(row, body), "_score": score, "sort": sort, "order": order}
        if isinstance(wanted := body.get("_source"), list):
            hit["_source"] = {name: source[name] for name in wanted}
        return hit

    def _sum(self, asked: Any, found: Sequence[tuple[Any, float]]) -> Any:
        ((kind, said),) = asked.items()
        if kind == "filter":
            return {"doc_count": sum(self._score(said, s) is not None for s, _ in found)}
        if kind == "sum" and said == {"script": {"source": "_score"}}:
            return {"value": sum(score for _, score in found)}
        values = [source[said["field"]] for source, _ in found if said["field"] in source]
        if kind == "missing":
            return {"doc_count": len(found) - len(values)}
        if kind in ("min", "max"):
            return {
                "value": (min if kind == "min" else max)(map(_instant_ms, values), default=None)
            }
        assert kind == "avg", asked
        return {"value": sum(values) / len(values) if values else None}

    # -- queries

    def _score(self, query: Any, source: Any) -> float | None:
        """What `query` says that an article is worth; None if it does not find it."""
        ((kind, said),) = query.items()
        if kind == "script_score":
            found = self._score(said["query"], source)
            return None if found is None else self._scripted(said["script"], source, found)
        if kind == "constant_score":
            return None if self._score(said["filter"], source) is None else _short(said["boost"])
        if kind == "bool":
            return self._bool(said, source)
        return 1.0 if getattr(self, f"_finds_{kind}")(said, source) else None

    def _bool(self, said: Any, source: Any) -> float | None:
        assert said.keys() <= {"filter", "should", "must_not", "minimum_should_match"}, said
        if any(self._score(part, source) is None for part in said.get("filter", [])):
            return None
        if any(self._score(part, source) is not None for part in said.get("must_not", [])):
            return None
        worths = [self._score(part, source) for part in said.get("should", [])]
        there = [worth for worth in worths if worth is not None]
        is_alone = "should" in said and "filter" not in said
        if len(there) < said.get("minimum_should_match", int(is_alone)):
            return None
        return _short(sum(there))

    def _finds_match_all(self, said: Any, source: Any) -> bool:
        return True

    def _finds_match_none(self, said: Any, source: Any) -> bool:
        return False

    def _finds_term(self, said: Any, source: Any) -> bool:
        ((field, asked),) = said.items()
        return self._has(field, asked["value"] if isinstance(asked, dict) else asked, source)

    def _finds_terms(self, said: Any, source: Any) -> bool:
        ((field, values),) = said.items()
        return any(self._has(field, value, source) for value in values)

    def _finds_prefix(self, said: Any, source: Any) -> bool:
        ((field, asked),) = said.items()
        return str(source.get(field, "")).startswith(asked["value"])

    def _finds_exists(self, said: Any, source: Any) -> bool:
        return said["field"] in source

    def _finds_range(self, said: Any, source: Any) -> bool:
        ((field, ends),) = said.items()
        value = source.get(field)
        if value is None:
            return False
        holds = {
            "gte": lambda end: value >= end,
            "gt": lambda end: value > end,
            "lte": lambda end: value <= end,
            "lt": lambda end: value < end,
        }
        return all(holds[name](end) for name, end in ends.items())

    def _finds_match_phrase(self, said: Any, source: Any) -> bool:
        ((field, asked),) = said.items()
        return bool(self._runs({"match": {**asked, "max_gaps": 0}}, self._read(source)[field]))

    def _finds_intervals(self, said: Any, source: Any) -> bool:
        ((field, asked),) = said.items()
        return bool(self._runs(asked, self._read(source)[field]))

    def _runs(self, asked: Any, words: dict[str, list[int]]) -> set[tuple[int, int]]:
        """Where a source of intervals is found, as first and last position."""
        ((kind, said),) = asked.items()
        if kind == "any_of":
            return set().union(*(self._runs(part, words) for part in said["intervals"]))
        if kind == "match":
            terms = enumerate(said["query"].split(" "))
            places = [(i, set(words.get(term, ()))) for i, term in terms if term != "_"]
            assert len(places) == 1 or said["max_gaps"] == 0, asked
            last = places[-1][0]
            starts = set.intersection(*({at - i for at in some} for i, some in places))
            return {(start, start + last) for start in starts}
        assert kind == "all_of" and said["mode"] == "ordered", asked
        assert said.keys() <= {"mode", "max_gaps", "intervals"} and len(said["intervals"]) == 2
        one, other = (self._runs(part, words) for part in said["intervals"])
        most = said.get("max_gaps", NAME_GAP)
        return {(a, d) for a, b in one for c, d in other if b < c <= b + 1 + most}

    # -- what articles hold

    def _read(self, source: Any) -> dict[str, dict[str, list[int]]]:
        known = self._words.get(id(source))
        if known is None:
            found: dict[str, dict[str, list[int]]] = {}
            for field in _TEXTS:
                places: defaultdict[str, list[int]] = defaultdict(list)
                texts = source.get(field, [])
                for number, text in enumerate([texts] if isinstance(texts, str) else texts):
                    for at, word in enumerate(text.split()):
                        for term in word.split("|"):
                            places[term].append(number * NAME_GAP + at)
                found[field] = places
            known = self._words[id(source)] = source, found
        return known[1]

    def _has(self, field: str, value: Any, source: Any) -> bool:
        if field in _TEXTS:
            return value in self._read(source)[field]
        held = source.get(field)
        return bool(held == value or (isinstance(held, list) and value in held))

    # -- scripts

    def _scripted(self, script: Any, source: Any, score: float) -> float:
        params = script["params"]
        if script["source"] == figures._OCCURRENCES:
            return float(sum(self._times(f, [params["term"]], source) for f in ("title", "body")))
        if script["source"] == scores._AGED:
            share = params["oldest"]
            if "date_us" in source:
                days = max(0, params["reference"] - source["date_us"]) // _DAY_US
                share = 2.0 ** (-days / params["half_life"]) if days < params["days"] else share
            return _short(score * (1.0 + share) / 2.0)
        assert script["source"] == scores._SCRIPT, script
        x = 0.0
        for field in params["fields"]:
            frequency = sum(
                self._product(product, field["name"], source, least=params["least"])
                for product in params["products"]
            )
            norm = 1.0
            if field["measured"]:
                length = source.get("norm", 0)
                norm = params["shorter"] + params["b"] * length / params["average"]
            x += field["weight"] * frequency / norm
        return _short(params["weight"] * x / (params["k1"] + x))

    def _product(self, factors: Any, field: str, source: Any, *, least: bool) -> float:
        times = [min(self._times(field, terms, source) for terms in factor) for factor in factors]
        found = 1.0
        for number in times:
            found *= number
        return float(min(times)) if least else found

    def _times(self, field: str, terms: Sequence[str], source: Any) -> int:
        places = self._read(source)[field]
        return sum(len(places.get(term, ())) for term in terms)


class _Turned:
    """A value to sort by, the greatest first if it `is_turned`."""

    def __init__(self, value: Any, is_turned: bool) -> None:
        self.value, self._is_turned = value, is_turned

    def __lt__(self, other: _Turned) -> bool:
        one, two = (other, self) if self._is_turned else (self, other)
        return bool(one.value < two.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Turned) and bool(self.value == other.value)


def _instant_ms(value: Any) -> float:
    """A date as a cluster adds it up."""
    if isinstance(value, str):
        return dt.datetime.fromisoformat(value).replace(tzinfo=dt.UTC).timestamp() * 1_000
    return float(value)


def _short(score: float) -> float:
    """As a cluster keeps scores: in 32 bits."""
    found: float = struct.unpack("f", struct.pack("f", score))[0]
    return found
