"""Codes of the form that the standards give them, in a province that does not exist."""

from __future__ import annotations

from dataclasses import dataclass

PROVINCE = "990000"
DISTRICTS = 99 * 99

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NUMERALS = "零一二三四五六七八九"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉"


@dataclass(frozen=True, slots=True)
class Place:
    """The codes and the names of the district of a number, from 1 to `DISTRICTS`.

    99 districts make a prefecture; 99 is no code of a province.

    >>> Place(1).district, Place(1).name, Place(1).prefecture, Place(1).prefecture_name
    ('990101', '甲子区', '990100', '合成一市')
    >>> Place(100).district, Place(100).name, Place(9801).prefecture_name
    ('990201', '甲子区', '合成九十九市')
    """

    number: int

    @property
    def prefecture(self) -> str:
        """The code of the prefecture."""
        return f"99{(self.number - 1) // 99 + 1:02}00"

    @property
    def district(self) -> str:
        """The code of the district."""
        return f"{self.prefecture[:4]}{(self.number - 1) % 99 + 1:02}"

    @property
    def prefecture_name(self) -> str:
        """The name of the prefecture."""
        return f"合成{numeral(int(self.prefecture[2:4]))}市"

    @property
    def name(self) -> str:
        """The name of the district, one of its prefecture and used again in others."""
        branch, stem = divmod((self.number - 1) % 99, 10)
        return f"{_STEMS[stem]}{_BRANCHES[branch]}区"


def numeral(number: int) -> str:
    """A number below a hundred in Chinese numerals.

    >>> numeral(7), numeral(10), numeral(12), numeral(40), numeral(99)
    ('七', '十', '十二', '四十', '九十九')
    """
    tens, ones = divmod(number, 10)
    if not tens:
        return _NUMERALS[ones]
    return f"{_NUMERALS[tens] if tens > 1 else ''}十{_NUMERALS[ones] if ones else ''}"


def uscc(kind: str, division: str, serial: int) -> str:
    """The unified social credit code (GB 32100) of the ``serial``-th body of a division.

    ``kind`` is the registering department and the category of body. Codes differ where
    serials do, up to 31 to the fifth power; the body's part (GB 11714) begins with letters, so that
    no code has eighteen digits, which would read as a resident's number.

    >>> uscc("91", "990101", 1)
    '91990101MA0GPR9Y7K'
    """
    spread = serial * 15_485_863 % 31**5
    digits = ""
    for _ in range(5):
        spread, digit = divmod(spread, 31)
        digits = _ALPHABET[digit] + digits
    body = f"MA0{digits}"
    return checked(f"{kind}{division}{body}{_body_check(body)}")


def checked(code: str) -> str:
    """Seventeen characters of a code with the check character behind them."""
    total = sum(_ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(code))
    return code + _ALPHABET[-total % 31]


def miscoded(code: str) -> str:
    """A code whose check character is the next one of the alphabet."""
    return code[:-1] + _ALPHABET[(_ALPHABET.index(code[-1]) + 1) % 31]


def _body_check(body: str) -> str:
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(_ORGANISATION.index(s) * w for s, w in zip(body, weights, strict=True))
    return "0123456789X0"[11 - total % 11]
