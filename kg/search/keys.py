"""What names and queries are compared by; it is never stored as a name and never shown."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable

# Full-width forms of ASCII and the ideographic space. NFKC would turn ① into 1 and Ⅹ into X, too.
_WIDTH = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_HAN = (
    "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U000323af"
)
_TOKEN = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")


def tokens(text: str) -> list[str]:
    """The tokens of a text: each Chinese character, each run of other letters and digits.

    Full-width forms count as ASCII, capitals as small letters, traditional characters as
    simplified ones; punctuation counts as nothing.

    >>> tokens("鳳凰社區（Ａ座）1+6")
    ['凤', '凰', '社', '区', 'a', '座', '1', '6']
    """
    found = _TOKEN.findall(_folded(text))
    # A part of a name must be found in the name, so each character is mapped alone: in a phrase
    # OpenCC keeps 乾 (乾隆), which alone becomes 干.
    return _simplifier()("\n".join(found)).split("\n") if found else []


def spoken(text: str) -> list[str]:
    """The tokens of a text as it is read aloud: here a phrase decides on its characters.

    >>> spoken("乾隆"), tokens("乾隆")
    (['乾', '隆'], ['干', '隆'])
    """
    return _TOKEN.findall(_simplifier()(_folded(text)))


def is_han(token: str) -> bool:
    """Whether a token is a Chinese character.

    >>> [is_han(token) for token in tokens("A座")]
    [False, True]
    """
    return re.fullmatch(f"[{_HAN}]", token) is not None


def toneless(text: str) -> str:
    """Pinyin as it is typed: without tones, and v for ü.

    >>> toneless("lǜ qín")
    'lv qin'
    """
    parts = unicodedata.normalize("NFD", text).replace("u\u0308", "v")
    return "".join(char for char in parts if not unicodedata.combining(char))


def _folded(text: str) -> str:
    # Half a surrogate pair is no character, and NUL would end the text for OpenCC.
    sound = text.encode("utf-8", "ignore").decode().replace("\0", " ")
    return unicodedata.normalize("NFC", sound.translate(_WIDTH)).casefold()


@functools.cache
def _simplifier() -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert
