"""Time that runs out, whatever the other side does: a deadline for all reads of a connection."""

from __future__ import annotations

import functools
import http.client
import io
import socket
import time
from collections.abc import Callable
from typing import Any


class Deadline:
    """So many seconds from now."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds that are left; raises `TimeoutError` when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def timed(
    connection: type[http.client.HTTPConnection], deadline: Deadline, **options: object
) -> Callable[..., http.client.HTTPConnection]:
    """A maker of connections whose answer has come by the deadline.

    A time-out of a socket is one for each read: a server that sends a byte now and then
    would hold it for ever.
    """

    def make(host: str, **others: object) -> http.client.HTTPConnection:
        given: dict[str, Any] = {**others, **options, "timeout": deadline.left()}
        made = connection(host, **given)
        response = functools.partial(_response, deadline)
        made.response_class = response  # type: ignore[assignment]  # any maker will do
        return made

    return make


def _response(
    deadline: Deadline, sock: socket.socket, *, method: str | None = None
) -> http.client.HTTPResponse:
    clocked: Any = _Socket(sock, deadline)  # of a socket, the response only makes a file
    return http.client.HTTPResponse(clocked, method=method)


class _Socket:
    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self._deadline = deadline

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_File(self._sock, self._deadline))


class _File(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self._file = sock.makefile("rb", buffering=0)
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:  # noqa: ANN401 - any buffer
        self._sock.settimeout(self._deadline.left())
        return self._file.readinto(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()
