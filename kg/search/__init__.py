"""Finding things by their names: as written, in pinyin, by first letters.

Traditional characters find simplified ones. The index is a file of the generation, written before
the commit; it holds names and nothing else.
"""

from kg.search.find import Hit, find, named, near, things
from kg.search.index import FILE, is_current, touches, write

__all__ = ["FILE", "Hit", "find", "is_current", "named", "near", "things", "touches", "write"]
