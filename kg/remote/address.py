"""The address of a server, and the credentials that the environment holds for it."""

from __future__ import annotations

import base64
import ipaddress
import os
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.exceptions import RemoteError

_USER, _PASSWORD, _TOKEN = "KG_ENDPOINT_USER", "KG_ENDPOINT_PASSWORD", "KG_ENDPOINT_TOKEN"
_KEPT = "/:@!$&'()*+,;=-._~%"


def is_address(text: str) -> bool:
    """Whether a text is an address on the web, not a path.

    >>> is_address("http://localhost:7878/query"), is_address("kg-data")
    (True, False)
    """
    return text.lower().startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class Address:
    """An http or https address without user and password, and so without an ``@``, in it.

    Its text, as errors show it, leaves out the query, which may hold a secret.

    >>> print(Address("http://localhost:7878/query?key=secret"))
    http://localhost:7878/query

    Raises `RemoteError` for any other text.
    """

    url: str

    def __post_init__(self) -> None:
        try:
            parts = urllib.parse.urlsplit(self.url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            # What it is about may be a password.
            raise RemoteError("the address", "cannot be read as http://HOST:PORT/PATH") from None
        shown = f"{parts.scheme}://{host or ''}"
        if parts.scheme not in ("http", "https") or not host:
            raise RemoteError(shown, "no server's address; such begin with http:// or https://")
        if "@" in self.url:
            fact = "others can see a user and password in an address"
            raise RemoteError(shown, f"{fact}; set {_USER} and {_PASSWORD} instead")
        if parts.fragment or any(c.isspace() or ord(c) < 32 for c in self.url):
            raise RemoteError(shown, "no endpoint's address has a # or white space in it")
        object.__setattr__(self, "url", _encoded(parts))

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port."""
        parts = urllib.parse.urlsplit(self.url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
        return parts.scheme, parts.hostname or "", port

    @property
    def is_private(self) -> bool:
        """Whether what is sent there can be read by nobody on the way."""
        scheme, host, _ = self.origin
        return scheme == "https" or _is_loopback(host)

    def with_query(self, query: str) -> Address:
        """The address with more behind its question mark."""
        return Address(f"{self.url}{'&' if '?' in self.url else '?'}{query}")

    def __str__(self) -> str:
        return urllib.parse.urlunsplit(urllib.parse.urlsplit(self.url)._replace(query=""))


def _encoded(parts: urllib.parse.SplitResult) -> str:
    """The address in ASCII, as HTTP wants it."""
    try:
        netloc = parts.netloc.encode("idna").decode()
    except UnicodeError as error:
        raise RemoteError(parts.netloc, "is not the name of a host") from error
    path = urllib.parse.quote(parts.path, safe=_KEPT)
    query = urllib.parse.quote(parts.query, safe=_KEPT + "?")
    return urllib.parse.urlunsplit((parts.scheme, netloc, path, query, ""))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user with a password, or a token; neither is ever shown.

    >>> Credentials(token="secret")
    Credentials()
    """

    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    @classmethod
    def of_environment(cls, environment: Mapping[str, str] = os.environ) -> Credentials:
        """Those of KG_ENDPOINT_USER and KG_ENDPOINT_PASSWORD, or of KG_ENDPOINT_TOKEN."""
        user, password, token = (environment.get(name, "") for name in (_USER, _PASSWORD, _TOKEN))
        if token and not (token.isascii() and token.isprintable()):
            raise RemoteError(_TOKEN, "holds characters that no token has")
        if token and user:
            raise RemoteError(_TOKEN, f"and {_USER} are both set; set one of them")
        return cls(user, password, token)

    def __bool__(self) -> bool:
        return bool(self.user or self.token)

    @property
    def header(self) -> str:
        """The value of the header ``Authorization``."""
        if self.token:
            return f"Bearer {self.token}"
        pair = f"{self.user}:{self.password}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"
