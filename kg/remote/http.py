"""Requests with limits: how long, how much, how often, and to whom."""

from __future__ import annotations

import email.utils
import http.client
import os
import re
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.message import Message
from http.client import HTTPMessage
from http.client import HTTPResponse as Response
from typing import IO
from urllib.request import Request

from kg.exceptions import RemoteError, RemoteTimeout
from kg.remote.address import Address, Credentials
from kg.remote.body import Body
from kg.remote.clock import Deadline, timed
from kg.remote.digest import Digest

_BUSY = (429, 503)
_SHOWN = 300
_SIZE = "KG_ENDPOINT_MAX_MB"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may cost.

    ``seconds`` is for all of it, from the name look-up to the last byte; ``size`` counts the
    bytes of the answer. Of a server that is busy (429, 503) kg asks again ``retries`` times,
    after as long as it says, at most ``pause`` seconds.
    """

    seconds: float = 60
    size: int = 100_000_000
    retries: int = 3
    pause: float = 10

    @classmethod
    def of_environment(cls, seconds: float | None = None) -> Limits:
        """The usual ones, with the size of KG_ENDPOINT_MAX_MB and the seconds that are given."""
        limits = cls() if seconds is None else cls(seconds=seconds)
        said = os.environ.get(_SIZE)
        if said is None:
            return limits
        if not re.fullmatch(r"[1-9]\d{0,5}", said):
            raise RemoteError(_SIZE, f"is a whole number of megabytes, not {said!r}")
        return replace(limits, size=int(said) * 1_000_000)


class Client:
    """Sends requests to one address and turns what goes wrong into errors of kg."""

    def __init__(self, address: Address, credentials: Credentials, limits: Limits) -> None:
        self.address = address
        self.limits = limits
        self._credentials = credentials
        self._digest = Digest(address, credentials) if credentials.user else None
        if credentials and not address.is_private:
            fact = "credentials are not sent over plain http"
            raise RemoteError(address, f"{fact}; use https, or a tunnel to this machine")

    def send(self, request: Request) -> Body:
        """The body of the answer, to be read and closed. Raises `RemoteError`."""
        deadline = Deadline(self.limits.seconds)
        with self.errors():
            return Body(self._sent(request, deadline), self.address, self.limits.size)

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Send and read in this block: what fails becomes `RemoteError` or `RemoteTimeout`."""
        try:
            yield
        except urllib.error.HTTPError as error:
            fact = _refusal(error, bool(self._credentials))
            error.close()
            raise RemoteError(self.address, fact, error.code) from None
        except TimeoutError:
            raise self._too_late() from None
        except urllib.error.URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise self._too_late() from None
            raise RemoteError(self.address, _unreached(error.reason)) from None
        except (http.client.HTTPException, OSError) as error:
            fact = f"the connection broke, or it is no web server ({type(error).__name__})"
            raise RemoteError(self.address, fact) from None

    def _too_late(self) -> RemoteTimeout:
        seconds = self.limits.seconds
        return RemoteTimeout(self.address, f"no answer within {seconds:g} s; --timeout gives more")

    def _sent(self, request: Request, deadline: Deadline) -> Response:
        if self._credentials:
            digest = self._digest.header(request) if self._digest else None
            request.add_unredirected_header("Authorization", digest or self._credentials.header)
        for attempt in range(self.limits.retries + 1):
            try:
                opened: Response = self._opener(deadline).open(request, timeout=deadline.left())
                return opened
            except urllib.error.HTTPError as error:
                if error.code not in _BUSY or attempt == self.limits.retries:
                    raise
                pause = min(_pause(error.headers, attempt), self.limits.pause)
                if pause >= deadline.left():
                    raise
                error.close()
                time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _opener(self, deadline: Deadline) -> urllib.request.OpenerDirector:
        """Only what is needed: no proxy, file, FTP or other scheme."""
        opener = urllib.request.OpenerDirector()
        for handler in (
            _Http(deadline),
            _Https(deadline),
            _SameServer(),
            urllib.request.HTTPErrorProcessor(),
            urllib.request.HTTPDefaultErrorHandler(),
        ):
            opener.add_handler(handler)
        if self._digest:
            opener.add_handler(self._digest)
        return opener


class _Http(urllib.request.HTTPHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, req: Request) -> Response:
        return self.do_open(timed(http.client.HTTPConnection, self._deadline), req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def https_open(self, req: Request) -> Response:
        context = ssl.create_default_context()
        return self.do_open(
            timed(http.client.HTTPSConnection, self._deadline, context=context), req
        )


class _SameServer(urllib.request.HTTPRedirectHandler):
    """Follows one redirect, to the same server, with the same method and body."""

    def _follow(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage
    ) -> Response:
        fp.close()
        here, leads = Address(req.full_url), headers.get("Location", "")
        there = Address(urllib.parse.urljoin(here.url, leads).partition("#")[0])
        if there.origin != here.origin:
            fact = f"sends on to {there}, another server, which kg does not follow"
            raise RemoteError(here, f"{fact}; give that address if it is right")
        if hasattr(req, "redirected"):
            raise RemoteError(here, f"sends on to {there}, after it was sent on once already")
        again = Request(there.url, data=req.data, headers=req.headers, method=req.get_method())
        again.unredirected_hdrs = {
            name: value for name, value in req.unredirected_hdrs.items() if name == "Authorization"
        }
        again.redirected = True  # type: ignore[attr-defined]  # a mark of our own
        followed: Response = self.parent.open(again, timeout=req.timeout)
        return followed

    http_error_301 = http_error_302 = http_error_307 = http_error_308 = _follow

    def http_error_303(self, *_args: object) -> None:
        """Nothing: it leads to a page about the answer, not to the answer."""


def _pause(headers: Message, attempt: int) -> float:
    """The seconds of ``Retry-After``, a number or a date, else 1, 2, 4 …"""
    said = headers.get("Retry-After", "")
    if re.fullmatch(r"\d{1,9}", said):
        return float(said)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(said).timestamp() - time.time())
    except (TypeError, ValueError):
        return float(2**attempt)


def _refusal(error: urllib.error.HTTPError, known: bool) -> str:
    """What an HTTP status means here, with the first line of what the server says."""
    code = error.code
    said = _first_line(error)
    if code in (401, 403) and not known:
        wanted = "KG_ENDPOINT_USER and KG_ENDPOINT_PASSWORD, or KG_ENDPOINT_TOKEN"
        fact = f"wants credentials; set {wanted}"
    elif code in (401, 403):
        fact = "does not accept the credentials of the environment for this"
    elif code == 404:
        fact = "there is no such endpoint on that server"
    elif code in _BUSY:
        fact = "is busy and stays so; try again later"
    elif code in range(300, 400):
        fact = "sends on to elsewhere, which kg does not follow"
    else:
        fact = "refused the request" if code < 500 else "failed"
    return f"{fact} (HTTP {code}){': ' if said else ''}{said}"


def _first_line(error: urllib.error.HTTPError) -> str:
    """The first line of the body of an error that is no page, as text."""
    if "html" in error.headers.get("Content-Type", ""):
        return ""
    try:
        content = error.read(_SHOWN * 4)
    except (OSError, ValueError, http.client.HTTPException):
        return ""
    # Where urllib itself gave up there is no body, which older Pythons read as text.
    lines = bytes(content or b"").decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in lines if line.strip()), "")[:_SHOWN]


def _unreached(reason: object) -> str:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate cannot be trusted ({reason.verify_message})"
    if isinstance(reason, ssl.SSLError):
        return "does not speak TLS as kg does; is it http instead of https?"
    if isinstance(reason, ConnectionRefusedError):
        return "nothing answers there (connection refused); is the server running?"
    said = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)
    return f"cannot be reached ({said})"
