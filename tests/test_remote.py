"""What an endpoint may do wrong, on a real connection, and what its user is told."""

from __future__ import annotations

import base64
import socket
import time

import pyoxigraph as ox
import pytest

from kg.exceptions import RemoteError, RemoteTimeout
from kg.remote import Credentials, Endpoint, GraphStore, Limits

from .faulty import ROWS, Handler, serving

QUERY = "SELECT ?a { ?a ?b ?c }"
SECRET = "pass word ü"


def rows(url: str, **options) -> list[tuple]:
    endpoint = Endpoint(url, **options)
    results = endpoint.query(QUERY)
    with endpoint.reading():
        return [tuple(row) for row in results]


def fault(play, error: type[RemoteError] = RemoteError, **options) -> str:
    """What is said of a server that plays so."""
    with serving(play) as server, pytest.raises(error) as caught:
        rows(server.url, **options)
    return str(caught.value).replace(server.url, "URL").replace(str(server.server_port), "PORT")


def test_rows_come_from_an_endpoint_that_is_sent_the_query_by_post():
    with serving() as server:
        assert rows(server.url + "?dataset=%E8%B4%B5") == [(ox.Literal("x"),)]
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/query?dataset=%E8%B4%B5")
    assert request.body == b"query=SELECT+%3Fa+%7B+%3Fa+%3Fb+%3Fc+%7D"
    assert request.headers["accept"].startswith("application/sparql-results+json")
    assert "authorization" not in request.headers


def test_a_text_is_never_sent_as_an_update():
    with serving() as server:
        endpoint = Endpoint(server.url)
        with endpoint.reading():
            endpoint.query("INSERT DATA { <urn:a> <urn:b> <urn:c> }")
    assert server.requests[0].body.startswith(b"query=INSERT")


def test_true_and_false_and_triples_come_as_what_they_are():
    with serving(lambda h: h.give(b'{"head":{},"boolean":true}')) as server:
        assert bool(Endpoint(server.url).query("ASK {}")) is True
    triple = b'<urn:a> <urn:b> "\xe8\xb4\xb5" .\n'
    with serving(lambda h: h.give(triple, Content_Type="application/n-triples")) as server:
        endpoint = Endpoint(server.url)
        with endpoint.reading():
            (quad,) = endpoint.query("CONSTRUCT WHERE { ?a ?b ?c }")
    assert quad.object == ox.Literal("贵")


@pytest.mark.parametrize(
    ("status", "said", "told"),
    [
        (400, b"bad \x1b[31mquery\nmore", "refused the request (HTTP 400): bad \x1b[31mquery"),
        (403, b"", "wants credentials; set KG_ENDPOINT_USER and KG_ENDPOINT_PASSWORD, or KG_ENDPOINT_TOKEN (HTTP 403)"),  # noqa: E501
        (404, b"", "there is no such endpoint on that server (HTTP 404)"),
        (418, b"x" * 2000, "refused the request (HTTP 418): " + "x" * 300),
        (500, b"\xff\n", "failed (HTTP 500): \N{REPLACEMENT CHARACTER}"),
        (304, b"", "sends on to elsewhere, which kg does not follow (HTTP 304)"),
        (303, b"", "sends on to elsewhere, which kg does not follow (HTTP 303)"),
    ],
)  # fmt: skip
def test_a_status_is_said_with_the_first_line_of_its_reason(status, said, told):
    assert fault(lambda h: h.give(said, status, Content_Type="text/plain")) == f"URL: {told}"


def test_a_page_in_place_of_an_answer_is_refused():
    page = "<!DOCTYPE html><p>Please log in"
    told = "URL: answers with text/html, no results of a query; is it the address of an endpoint?"
    assert fault(lambda h: h.give(page.encode(), Content_Type="text/html")) == told
    told = "URL: failed (HTTP 500)"
    assert fault(lambda h: h.give(page.encode(), 500, Content_Type="text/html")) == told


@pytest.mark.parametrize(
    "content", [b"", b"garbage", b"\xff\xfe", ROWS.replace(b'"x"', b'"\xff"'), ROWS[:-1]]
)
def test_an_answer_that_is_no_results_is_an_error(content):
    assert fault(lambda h: h.give(content)).startswith("URL: its answer cannot be read (")


def test_an_answer_that_ends_too_early_is_an_error():
    def cut(handler: Handler) -> None:
        handler.give(ROWS, Content_Length="1000")
        handler.connection.shutdown(socket.SHUT_RDWR)

    assert fault(cut) == f"URL: its answer ends after {len(ROWS)} of 1,000 bytes"

    def cut_in_a_chunk(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/n-triples")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"64\r\n<urn:a> <urn:b> <urn:c> .\n")

    told = "URL: the connection broke, or it is no web server (IncompleteRead)"
    assert fault(cut_in_a_chunk) == told


def test_an_answer_larger_than_the_limit_is_an_error_while_it_is_read():
    told = "URL: its answer is larger than 80 bytes; ask for less, or set KG_ENDPOINT_MAX_MB"
    assert fault(Handler.give, limits=Limits(size=80)) == told
    assert fault(lambda h: h.give(ROWS + b" " * 10_000_000), limits=Limits(size=5_000)).startswith(
        "URL: its answer is larger than 5,000 bytes"
    )


def test_a_packed_answer_is_refused():
    told = "URL: answers in gzip, which kg did not ask for"
    assert fault(lambda h: h.give(Content_Encoding="gzip")) == told


DEEP = 100_000
TERM = b'{"type":"triple","value":{"object":{"type":"literal","value":"}}}}}}"},"subject":'


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (ROWS.partition(b'{"type"')[0] + TERM * DEEP, "application/sparql-results+json"),
        (b'<urn:a> <urn:p> ">>>>>>" . <urn:a> <urn:p> ' + b"<<( <urn:a> <urn:p> " * DEEP, "text/turtle"),  # noqa: E501
        (b"<urn:a> <urn:p> " + b"<<( <urn:a> <urn:p> " * DEEP, "application/n-triples"),
    ],
    ids=["json", "turtle", "n-triples"],
)  # fmt: skip
def test_an_answer_that_would_exhaust_the_parser_is_refused(content, kind):
    told = "URL: its answer nests too deep to be read"
    assert fault(lambda h: h.give(content, Content_Type=kind)) == told


@pytest.mark.parametrize("where", ["status", "headers", "body"])
def test_a_server_that_drips_is_given_up_at_the_deadline(where):
    def drip(handler: Handler) -> None:
        if where == "headers":
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        if where == "body":
            handler.send_response(200)
            handler.send_header("Content-Type", "application/sparql-results+json")
            handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b" ")
            time.sleep(0.05)

    started = time.monotonic()
    told = fault(drip, RemoteTimeout, limits=Limits(seconds=0.4))
    assert told == "URL: no answer within 0.4 s; --timeout gives more"
    assert time.monotonic() - started < 4


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_three_times_at_most(status):
    with serving(lambda h: h.give(b"", status, Retry_After="0")) as server:
        with pytest.raises(
            RemoteError, match=rf"busy and stays so; try again later \(HTTP {status}"
        ):
            rows(server.url)
        assert len(server.requests) == 4

    def second(handler: Handler) -> None:
        handler.give(status=status if len(handler.server.requests) < 2 else 200, Retry_After="0")

    with serving(second) as server:
        assert rows(server.url) == [(ox.Literal("x"),)]


def test_no_other_status_is_asked_again():
    for status in (400, 401, 404, 500, 502, 504):
        with serving(lambda h, status=status: h.give(b"", status, Retry_After="0")) as server:
            with pytest.raises(RemoteError):
                rows(server.url)
            assert len(server.requests) == 1


def test_a_server_that_wants_a_pause_beyond_the_deadline_is_not_waited_for():
    limits = Limits(seconds=5, pause=60)
    started = time.monotonic()
    told = fault(lambda h: h.give(b"", 503, Retry_After="3600"), limits=limits)
    assert told == "URL: is busy and stays so; try again later (HTTP 503)"
    past = "Wed, 21 Oct 2015 07:28:00 GMT"
    assert "busy" in fault(lambda h: h.give(b"", 503, Retry_After=past), limits=limits)
    assert time.monotonic() - started < 4


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_to_another_server_is_not_followed(status):
    with serving() as other:
        told = fault(
            lambda h: h.give(b"", status, Location=other.url),
            credentials=Credentials("user", SECRET),
        )
    assert told == (
        f"URL: sends on to {other.url}, another server, which kg does not follow; "
        "give that address if it is right"
    )
    assert other.requests == []
    for location in ("https://127.0.0.1/", "file:///etc/passwd", "http://a:b@127.0.0.1/", "//x/"):
        fault(lambda h, to=location: h.give(b"", status, Location=to))


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_on_the_same_server_is_followed_once(status):
    def move(handler: Handler) -> None:
        target = {"/query": "/moved?q=1", "/query?twice": "/query"}.get(handler.path)
        if target:
            handler.give(b"", status, Location=target)
        else:
            handler.give()

    with serving(move) as server:
        assert rows(server.url, credentials=Credentials("user", "p")) == [(ox.Literal("x"),)]
        first, second = server.requests
        assert (second.method, second.path, second.body) == ("POST", "/moved?q=1", first.body)
        assert second.headers["authorization"] == first.headers["authorization"]
        with pytest.raises(RemoteError, match="after it was sent on once already"):
            rows(server.url + "?twice")


def test_what_cannot_be_reached_is_said():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(RemoteError, match=r"nothing answers there \(connection refused\)"):
        rows(f"http://127.0.0.1:{port}/")
    with pytest.raises(RemoteError, match="cannot be reached"):
        rows("http://nowhere.invalid/")
    with serving() as server, pytest.raises(RemoteError, match="does not speak TLS as kg does"):
        rows(server.url.replace("http:", "https:"))


def test_what_does_not_speak_http_is_said():
    def other_protocol(handler: Handler) -> None:
        handler.wfile.write(b"220 mail.example ESMTP\r\n")

    told = "URL: the connection broke, or it is no web server (BadStatusLine)"
    assert fault(other_protocol) == told


@pytest.mark.parametrize(
    "url",
    [
        f"http://user:{SECRET}@127.0.0.1/",
        f"http://user:{SECRET}",
        f"http://user:12/{SECRET}@127.0.0.1:1/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http:///query",
        "http://127.0.0.1/#fragment",
        "http://127.0.0.1/a b",
        "http://127.0.0.1/\r\nX: y",
        "http://" + "a" * 100 + "。",
    ],
)
def test_an_address_that_is_none_or_holds_a_password_is_refused(url):
    with pytest.raises(RemoteError) as caught:
        Endpoint(url)
    assert SECRET not in str(caught.value)


def test_credentials_are_those_of_the_environment_and_never_shown():
    environment = {"KG_ENDPOINT_USER": "user", "KG_ENDPOINT_PASSWORD": SECRET}
    given = Credentials.of_environment(environment)
    assert SECRET not in repr(given)
    with serving() as server:
        rows(server.url, credentials=given)
        rows(server.url, credentials=Credentials.of_environment({"KG_ENDPOINT_TOKEN": "token"}))
    sent = [request.headers["authorization"] for request in server.requests]
    pair = base64.b64encode(f"user:{SECRET}".encode()).decode()
    assert sent == [f"Basic {pair}", "Bearer token"]
    for wrong in ("a\r\nb", "ü", "a\x7f"):
        with pytest.raises(RemoteError) as caught:
            Credentials.of_environment({"KG_ENDPOINT_TOKEN": wrong})
        assert wrong not in str(caught.value)


def test_credentials_that_are_not_accepted_are_said_to_be_so():
    told = "URL: does not accept the credentials of the environment for this (HTTP 401)"
    for challenge in ("Basic realm=x", "Bearer", 'Digest realm="x", nonce="y"', "", "Digest"):
        given = Credentials("user", "p")
        headers = {"Content_Type": "text/plain", "WWW_Authenticate": challenge}
        assert fault(lambda h, g=headers: h.give(b"", 401, **g), credentials=given) == told


def test_digest_authentication_with_more_than_ascii_is_said_to_be_impossible():
    told = "URL: wants digest authentication, which takes ASCII credentials only"
    headers = {"WWW_Authenticate": 'Digest realm="x", nonce="y"'}
    given = Credentials("user", SECRET)
    assert fault(lambda h: h.give(b"", 401, **headers), credentials=given) == told


def test_a_challenge_for_digest_authentication_is_answered():
    def challenge(handler: Handler) -> None:
        if handler.headers.get("Authorization", "").startswith("Digest "):
            handler.give()
        else:
            handler.give(b"", 401, WWW_Authenticate='Digest realm="x", nonce="y", qop="auth"')

    with serving(challenge) as server:
        assert rows(server.url, credentials=Credentials("user", "p")) == [(ox.Literal("x"),)]
    assert 'username="user"' in server.requests[-1].headers["authorization"]


def test_a_server_that_refuses_basic_authentication_without_a_challenge_is_asked_for_one():
    def virtuoso(handler: Handler) -> None:
        sent = handler.headers.get("Authorization", "")
        challenge = {"WWW_Authenticate": 'Digest realm="x", nonce="y", qop="auth"'}
        if sent.startswith("Digest "):
            handler.give()
        else:
            handler.give(b"", 401, **({} if sent else challenge))

    with serving(virtuoso) as server:
        endpoint = Endpoint(server.url, credentials=Credentials("user", "p"))
        for _ in range(2):
            with endpoint.reading():
                assert len(list(endpoint.query(QUERY))) == 1
    sent = [r.headers.get("authorization", "").partition(" ")[0] for r in server.requests]
    assert sent == ["Basic", "", "Digest", "Digest"]


def test_credentials_do_not_go_over_plain_http_beyond_this_machine():
    with pytest.raises(RemoteError, match="credentials are not sent over plain http"):
        Endpoint("http://example.org/", credentials=Credentials("user", SECRET))
    Endpoint("https://example.org/", credentials=Credentials("user", SECRET))
    for loopback in ("localhost", "127.0.0.1", "127.8.9.1", "[::1]"):
        Endpoint(f"http://{loopback}:1/", credentials=Credentials("user", SECRET))


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    with serving() as proxy, serving() as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert rows(server.url) == [(ox.Literal("x"),)]
        assert proxy.requests == []


def test_the_size_of_answers_is_that_of_the_environment(monkeypatch):
    assert Limits.of_environment(5) == Limits(seconds=5)
    monkeypatch.setenv("KG_ENDPOINT_MAX_MB", "3")
    assert Limits.of_environment() == Limits(size=3_000_000)
    for wrong in ("", "0", "x", "-1", "1e3"):
        monkeypatch.setenv("KG_ENDPOINT_MAX_MB", wrong)
        with pytest.raises(RemoteError, match="KG_ENDPOINT_MAX_MB: is a whole number"):
            Limits.of_environment()


def test_a_graph_store_is_written_graph_by_graph():
    triple = ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("贵"))
    line = '<urn:a> <urn:b> "贵" .\n'.encode()
    with serving(lambda h: h.give(line, Content_Type="text/turtle")) as server:
        store = GraphStore(server.url)
        store.put("urn:g?&#ü", [triple])
        store.post(None, [triple])
        store.delete("urn:g")
        assert store.get("urn:g") == {triple}
    assert [(r.method, r.path, r.body) for r in server.requests] == [
        ("PUT", "/query?graph=urn%3Ag%3F%26%23%C3%BC", line),
        ("POST", "/query?default", line),
        ("DELETE", "/query?graph=urn%3Ag", b""),
        ("GET", "/query?graph=urn%3Ag", b""),
    ]


def test_a_graph_that_is_not_there_is_empty_and_deleted_already():
    with serving(lambda h: h.give(b"", 404)) as server:
        store = GraphStore(server.url)
        assert store.get("urn:g") == set()
        store.delete("urn:g")
        with pytest.raises(RemoteError):
            store.put("urn:g", [])
