"""Real SPARQL servers on loopback, started for a test and killed behind it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_WAIT = 60


@contextmanager
def oxigraph(*options: str) -> Iterator[str]:
    """An empty oxigraph server in memory; the address before ``/query`` and ``/store``."""
    place = Path(sys.executable).with_name("oxigraph")
    program = str(place) if place.is_file() else shutil.which("oxigraph")
    assert program, "pip install 'party-alliance-kg[test]' brings the server oxigraph"
    host = f"127.0.0.1:{_free_port()}"
    with _running([program, "serve", "--bind", host, *options], f"http://{host}/"):
        yield f"http://{host}"


@contextmanager
def virtuoso(folder: Path) -> Iterator[str]:
    """An empty Virtuoso server with its user dba; the address before ``/sparql``."""
    program = shutil.which("virtuoso-t")
    assert program, "apt-get install virtuoso-opensource brings the server virtuoso-t"
    host = f"127.0.0.1:{_free_port()}"
    settings = f"""
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{_free_port()}
[HTTPServer]
ServerPort = {host}
ServerRoot = .
[SPARQL]
ResultSetMaxRows = 1000000
"""
    (folder / "virtuoso.ini").write_text(settings, encoding="utf-8")
    command = [program, "+foreground", "+configfile", "virtuoso.ini"]
    with _running(command, f"http://{host}/sparql", folder):
        yield f"http://{host}"


@contextmanager
def _running(command: list[str], url: str, folder: Path | None = None) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet, cwd=folder)
    try:
        _await(process, url)
        yield
    finally:
        process.kill()
        process.wait()


def _await(process: subprocess.Popen[bytes], url: str) -> None:
    end = time.monotonic() + _WAIT
    while process.poll() is None and time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"{process.args} does not answer at {url}")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
