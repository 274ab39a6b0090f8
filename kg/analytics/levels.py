"""How close ties are, where registers say it: from awareness to integration."""

from __future__ import annotations

import numpy as np

from kg.analytics.result import Result, Texts, Value, of_things
from kg.network import Linkage
from kg.network.tables import LEVELS


def tie_levels(linkage: Linkage, *, lang: str = "zh") -> Result:
    """A row an organisation with a stated level: the mean of its memberships and co-buildings.

    A tie without a level counts in none of the numbers but that of the ties without.
    """
    tables = [linkage.memberships, linkage.ties["participant"]]
    who = np.concatenate([table.source for table in tables])
    level = np.concatenate([table.level for table in tables])
    size = len(linkage.things)
    stated = level > 0
    count = np.bincount(who[stated], minlength=size)
    total = np.bincount(who[stated], level[stated], size)
    high = np.bincount(who[level >= 3], minlength=size)
    highest = np.zeros(size, dtype=np.int32)
    np.maximum.at(highest, who, level)
    things = np.flatnonzero(count).astype(np.int32)
    names = [linkage.titles(name)[lang] for name in LEVELS]
    summary: list[tuple[Texts, Value]] = [(_TIES, len(level))]
    summary += [
        (_of_them(linkage.titles(name)), int(np.count_nonzero(level == number)))
        for number, name in enumerate(LEVELS)
        if name
    ]
    summary.append((_WITHOUT, int(np.count_nonzero(~stated))))
    return of_things(
        "tie-levels",
        linkage,
        things,
        {
            "mean": total[things] / count[things],
            "ties": count[things],
            "highest": [names[n] for n in highest[things].tolist()],
            "close": high[things] / count[things],
            "without": np.bincount(who[~stated], minlength=size)[things],
        },
        _TITLES,
        lang=lang,
        digits=2,
        summary=summary,
    )


def _of_them(title: Texts) -> Texts:
    return {"zh": f"其中{title['zh']}", "en": f"of them {title['en']}"}


_TIES: Texts = {
    "zh": "联系（联盟的每个成员、共建的每个参与方各计一次）",
    "en": "ties (each member of an alliance and participant in a co-building counts once)",
}
_WITHOUT: Texts = {
    "zh": "其中没有载明联系程度的",
    "en": "of them without a stated level",
}
_TITLES: dict[str, Texts] = {
    "mean": {"zh": "平均程度（1–4）", "en": "mean level (1–4)"},
    "ties": {"zh": "载明程度的联系", "en": "ties with a level"},
    "highest": {"zh": "最深一项", "en": "closest tie"},
    "close": {"zh": "协同以上占比", "en": "share at coordination or closer"},
    "without": {"zh": "没有载明程度的", "en": "ties without a level"},
}
