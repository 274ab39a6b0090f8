"""The embedded store: immutable generations in a folder, and one pointer to the current one.

::

    ROOT/CURRENT          "gen-7 <SHA-256 of gen-7/manifest.json>", replaced atomically
    ROOT/writer.lock      held by the one writer; says who
    ROOT/gen-7/store/     a RocksDB folder that nobody writes any more
    ROOT/gen-7/attached/  files that follow from it, such as an index
    ROOT/gen-7/manifest.json   what it holds and the SHA-256 of every file of it
    ROOT/staging-*        a generation in the making; deleted whole when its writer died

Replacing ``CURRENT`` is the only commit point, and its digest chains everything else: pointer →
manifest → files, and manifest → parent's manifest. Every quad is in the named graph of its source;
the default graph is the merge of them, each triple once.
"""

from kg.store.check import Damage
from kg.store.engine import engine_errors
from kg.store.folder import Store
from kg.store.manifest import FileRecord, Manifest, SourceRecord
from kg.store.readable import Loose, Quads, Readable
from kg.store.staged import Staged
from kg.store.view import View
from kg.store.writer import STEPS, Writer

__all__ = [
    "STEPS",
    "Damage",
    "FileRecord",
    "Loose",
    "Manifest",
    "Quads",
    "Readable",
    "SourceRecord",
    "Staged",
    "Store",
    "View",
    "Writer",
    "engine_errors",
]
