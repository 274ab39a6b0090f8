"""How names are read aloud: pinyin by syllables, with the readings of the region's names."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from kg.search.keys import is_han, toneless

# Readings that pypinyin gets wrong in the names of this domain, the usual one first. A key of
# several characters is a word; its readings are those of its characters.
READINGS: dict[str, tuple[tuple[str, ...], ...]] = {
    "覃": (("qin", "tan"),),  # 覃塘 and the family name in Guangxi; tán elsewhere
    "圩": (("xu", "wei"),),  # a market in Guangxi (大圩, 桥圩); a dyke on the Yangtze
    "弄": (("nong", "long"),),  # a hollow between karst hills is lòng (弄岗); a lane in Shanghai
    "咀": (("zui", "ju"),),  # 石咀, 尖沙咀: written for 嘴 in place names
    "峒": (("dong", "tong"),),  # a valley of the Zhuang; 崆峒 is read tóng
    "垌": (("dong", "tong"),),  # a field between hills (麻垌)
    "埌": (("lang",),),  # a plain (那埌)
    "栋": (("dong",),),
    "都安": (("du",), ("an",)),  # the county; not 都 as in 'all'
    "木乐": (("mu",), ("le",)),  # the town in 桂平
    "朝阳": (("chao", "zhao"), ("yang",)),  # roads and communities face the sun
    "支行": (("zhi",), ("hang",)),  # a branch of a bank
    "长乐": (("chang",), ("le",)),
    "区长": (("qu",), ("zhang",)),
    "曾": (("zeng", "ceng"),),  # in names the family
    "仇": (("qiu", "chou"),),
    "解": (("jie", "xie"),),
    "单": (("dan", "shan"),),
    "查": (("cha", "zha"),),
    "盖": (("gai", "ge"),),
    "翟": (("zhai", "di"),),
    "尉": (("wei", "yu"),),
    # Characters that names use in both readings; no phrase decides where these are asked for.
    "行": (("xing", "hang"),),
    "长": (("chang", "zhang"),),
    "重": (("zhong", "chong"),),
    "乐": (("le", "yue"),),
    "朝": (("chao", "zhao"),),
    "厦": (("sha", "xia"),),
    "盛": (("sheng", "cheng"),),
    "调": (("diao", "tiao"),),
    "都": (("du", "dou"),),
    "卡": (("ka", "qia"),),
}
# A name is kept under at most so many readings, so that none grows without bound.
_MOST = 6


def readings(tokens: Sequence[str]) -> list[list[str]]:
    """The readings of a name's tokens: the usual one, and those with one syllable changed.

    What is no Chinese character is read as it stands; without any there are no readings.

    >>> readings(["覃", "塘"])
    [['qin', 'tang'], ['tan', 'tang']]
    >>> readings(["银", "行"])
    [['yin', 'hang']]
    """
    if not any(map(is_han, tokens)):
        return []
    choices = _choices(tokens)
    usual = [choice[0] for choice in choices]
    others = [
        [*usual[:n], other, *usual[n + 1 :]]
        for n, choice in enumerate(choices)
        for other in choice[1:]
    ]
    return [usual, *others][:_MOST]


def _choices(tokens: Sequence[str]) -> list[tuple[str, ...]]:
    """The readings of each token: in the longest known word from there on, else alone."""
    # One character a token, so that places in the text are places in the list.
    text = "".join(token if len(token) == 1 else "\0" for token in tokens)
    longest, found = _longest(), list[tuple[str, ...]]()
    while (at := len(found)) < len(tokens):
        size = longest.get(text[at : at + 2], 1)
        while size > 1 and not (said := _word(text[at : at + size])):
            size -= 1
        found += said if size > 1 else (_alone(tokens[at]),)
    return found


@functools.lru_cache(maxsize=50_000)
def _word(word: str) -> tuple[tuple[str, ...], ...]:
    """The readings of a known word's characters; nothing for an unknown one."""
    from pypinyin.phrases_dict import phrases_dict

    said = phrases_dict.get(word, ())
    plain = (tuple(dict.fromkeys(map(toneless, syllables))) for syllables in said)
    return READINGS.get(word) or tuple(plain)


@functools.lru_cache(maxsize=50_000)
def _alone(token: str) -> tuple[str, ...]:
    from pypinyin.pinyin_dict import pinyin_dict

    if token in READINGS:
        return READINGS[token][0]
    known = pinyin_dict.get(ord(token), "") if is_han(token) else ""
    return (toneless(known.partition(",")[0]) or token,)


@functools.cache
def _longest() -> dict[str, int]:
    """The length of the longest known word by its first two characters."""
    from pypinyin.phrases_dict import phrases_dict

    found: dict[str, int] = {}
    for word in (*phrases_dict, *READINGS):
        found[word[:2]] = max(found.get(word[:2], 0), len(word))
    return found
