"""Digest authentication, which Virtuoso wants for writing."""

from __future__ import annotations

import urllib.request
from http.client import HTTPMessage
from http.client import HTTPResponse as Response
from typing import IO
from urllib.request import Request

from kg.exceptions import RemoteError
from kg.remote.address import Address, Credentials


class Digest(urllib.request.HTTPDigestAuthHandler):
    """Answers a challenge for digest authentication, and every request after it.

    A server that wants it may close the connection on a large request that comes without.
    Virtuoso refuses basic authentication without a challenge: it is asked again without any.
    """

    def __init__(self, address: Address, credentials: Credentials) -> None:
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        scheme, host, port = address.origin
        for authority in (host, f"{host}:{port}"):
            place = f"{scheme}://{authority}/"
            passwords.add_password(None, place, credentials.user, credentials.password)
        self._challenge = ""
        super().__init__(passwords)

    def header(self, request: Request) -> str | None:
        """The header of a request, when there was a challenge before."""
        if not self._challenge:
            return None
        parts = urllib.request.parse_http_list(self._challenge.partition(" ")[2])
        challenge = urllib.request.parse_keqv_list(list(filter(None, parts)))
        return f"Digest {self.get_authorization(request, challenge)}"

    def http_error_401(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage
    ) -> Response | None:
        """The answer to the request with the authentication that is wanted, if it is this one."""
        challenge = headers.get("www-authenticate", "").lower()
        if not challenge and req.unredirected_hdrs.pop("Authorization", "").startswith("Basic "):
            fp.close()
            again: Response = self.parent.open(req, timeout=req.timeout)
            return again
        if not challenge.startswith("digest "):
            return None
        self._challenge = headers["www-authenticate"]
        return self._answered(req, fp, code, msg, headers)

    def _answered(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage
    ) -> Response | None:
        try:
            answered: Response | None = super().http_error_401(req, fp, code, msg, headers)
        except UnicodeEncodeError:
            fact = "wants digest authentication, which takes ASCII credentials only"
            raise RemoteError(Address(req.full_url), fact) from None
        except ValueError:  # a challenge that is none
            return None
        finally:
            fp.close()
        return answered
