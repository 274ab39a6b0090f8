"""Things by a measure: who ranks higher has a thicker frame, and its rank stands in its box."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from kg.maps.fold import Net

# The share of the things down to which a rank is of a step, the highest first; 1 is all others.
_SHARES = ((4, 0.02), (3, 0.1), (2, 0.3))
_WORDS = {
    "zh": {
        "legend": "框线越粗，位次越前：{title}",
        "short": "第{rank}位",
        "text": "{title}：{value}，第{rank}位（共{of}个）",
    },
    "en": {
        "legend": "a thicker frame is a higher rank: {title}",
        "short": "rank {rank}",
        "text": "{title}: {value}, rank {rank} of {of}",
    },
}


def sized(net: Net, ranked: Mapping[str, tuple[int, str]], title: str, *, lang: str = "zh") -> None:
    """Mark the things of a network by a measure that was taken of them.

    ``ranked`` has of a thing its rank, from 1, and its value in words; ``title`` says what was
    measured of what. A thing without a rank is drawn as it was. The step of a thing is by its rank
    among all that were measured, whichever of them are drawn; of equals by the rank of the last,
    so that where all are equal none stands out.
    """
    words, of = _WORDS[lang], len(ranked)
    tied = Counter(rank for rank, _ in ranked.values())
    for thing, (rank, value) in ranked.items():
        if thing in net:
            net.nodes[thing]["measured"] = {
                "rank": rank,
                "step": step(rank + tied[rank] - 1, of),
                "short": words["short"].format(rank=rank),
                "text": words["text"].format(title=title, value=value, rank=rank, of=of),
            }
    net.graph["measured"] = words["legend"].format(title=title)


def step(place: int, of: int) -> int:
    """From 4 for the first fiftieth to 1 for what is not among the first third.

    >>> [step(place, 100) for place in (1, 2, 3, 10, 11, 30, 31, 100)], step(1, 3)
    ([4, 4, 3, 3, 2, 2, 1, 1], 4)
    """
    return next((at for at, share in _SHARES if place <= max(1, share * of)), 1)
