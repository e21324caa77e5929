"""One vendor's HTTP: total deadlines, what may have left, and nothing of the request in any log."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import logging
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qsl, unquote

import pytest

from kiosk.offices import http
from kiosk.offices.http import Answer, HttpClient, NoAnswer, Trouble
from tests.fakes import CODE
from tests.offices.raw_server import (
    Act,
    Line,
    RawServer,
    closes,
    hangs,
    reply,
    says,
    says_and_closes,
    says_json,
)

SHORT_S = 0.2
LONG_S = 5.0
KEY = "5bd1629a-323e-4edb-ac9b-327ef51e6136"


@asynccontextmanager
async def served(*script: Act) -> AsyncIterator[tuple[RawServer, HttpClient]]:
    async with RawServer(list(script)) as server:
        client = HttpClient(server.base_url)
        try:
            yield server, client
        finally:
            await client.aclose()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


# ── what goes out ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "code",
    [
        CODE,
        "+ /|!",
        "a b",
        "100%25",
        "a&b=c#d?e",
        "01\x1d21",
        "Müller",
        "票",
        "😀",
        "..%2f..",
        "'\"<>\\^`{}~",
        ";,:@$*()",
    ],
)
async def test_a_code_arrives_exactly_as_it_was_scanned(code: str) -> None:
    async with served(says_json([])) as (server, client):
        await client.ask("GET", "/redemption/lookup", within_s=LONG_S, query={"reference": code})
    path, _, query = server.received[0].target.partition("?")
    assert path == "/octo/redemption/lookup"
    assert unquote(query.removeprefix("reference=")) == code, "by the rule of RFC 3986"
    assert parse_qsl(query, strict_parsing=True) == [("reference", code)], "by the rule of forms"


async def test_json_and_forms_go_out_with_their_types() -> None:
    async with served(says_json({})) as (server, client):
        await client.ask("POST", "/a", within_s=LONG_S, json_body={"redemptionCode": ["a|b", "ü"]})
        await client.ask("POST", "/b", within_s=LONG_S, form={"grant_type": "password", "p": "a b&c"})
    as_json, as_form = server.received
    assert (as_json.headers["content-type"], as_json.body) == (
        "application/json",
        b'{"redemptionCode":["a|b","\\u00fc"]}',
    )
    assert as_form.headers["content-type"] == "application/x-www-form-urlencoded"
    assert as_form.body == b"grant_type=password&p=a%20b%26c"


async def test_connections_are_kept() -> None:
    async with served(says_json([])) as (server, client):
        for _ in range(3):
            await client.ask("GET", "/a", within_s=LONG_S)
    assert server.connections == 1


async def test_an_idle_connection_is_given_up_before_it_can_go_stale() -> None:
    async with RawServer([says_json([])]) as server:
        client = HttpClient(server.base_url, keepalive_s=0.0)
        await client.ask("GET", "/a", within_s=LONG_S)
        await client.ask("GET", "/a", within_s=LONG_S)
        await client.aclose()
    assert server.connections == 2


async def test_cookies_of_one_answer_do_not_travel_with_the_next_request() -> None:
    async with served(says(reply(Set_Cookie="session=one; Path=/"))) as (server, client):
        await client.ask("GET", "/a", within_s=LONG_S)
        await client.ask("GET", "/a", within_s=LONG_S)
    assert "cookie" not in server.received[1].headers


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    async with served(says_json([])) as (_, client):
        answer = await client.ask("GET", "/a", within_s=LONG_S)
    assert isinstance(answer, Answer)


# ── what comes back ─────────────────────────────────────────────────────────────────────────────────


async def test_an_answer_has_its_status_headers_and_body() -> None:
    async with served(says(reply(429, b"slow down", Retry_After="3", Octo_Env="test"))) as (_, client):
        answer = await client.ask("GET", "/a", within_s=LONG_S)
    assert isinstance(answer, Answer)
    assert (answer.status, answer.body) == (429, b"slow down")
    assert (answer.headers["retry-after"], answer.headers["octo-env"]) == ("3", "test")
    assert 0 < answer.elapsed_s < LONG_S


@pytest.mark.parametrize("location", ["/elsewhere", "http://127.0.0.1:1/", "http://[broken", "\x01"])
async def test_a_redirect_is_not_followed(location: str) -> None:
    async with served(says(reply(302, b"", Location=location)), says_json([])) as (server, client):
        answer = await client.ask("POST", "/a", within_s=LONG_S, json_body={})
    assert len(server.received) == 1
    assert isinstance(answer, NoAnswer) or answer.status == 302


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip"])
async def test_a_packed_body_is_unpacked(encoding: str) -> None:
    async with served(says(reply(body=gzip.compress(b"[1]"), Content_Encoding=encoding))) as (_, client):
        answer = await client.ask("GET", "/a", within_s=LONG_S)
    assert isinstance(answer, Answer)
    assert answer.body == b"[1]"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("gzip", b"not packed"), ("gzip", gzip.compress(b"x" * 99, mtime=0)[:-9]), ("br", b"?"), ("gzip, gzip", b"?")],
)
async def test_a_body_that_cannot_be_unpacked_is_no_answer(encoding: str, body: bytes) -> None:
    async with served(says(reply(body=body, Content_Encoding=encoding))) as (_, client):
        answer = await client.ask("POST", "/a", within_s=LONG_S)
    assert isinstance(answer, NoAnswer)
    assert (answer.trouble, answer.sent) == (Trouble.GARBLED, True)


async def test_a_flood_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LARGEST_BODY", 10_000)

    async def floods(line: Line) -> None:
        await line.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            await line.say(b"1000\r\n" + b"x" * 4096 + b"\r\n")

    async with served(floods) as (_, client):
        answer = await client.ask("GET", "/a", within_s=LONG_S)
    assert answer == NoAnswer(Trouble.TOO_LARGE, sent=True, detail="more than 10000 bytes")


async def test_a_small_body_that_unpacks_to_a_flood_is_cut_off() -> None:
    bomb = gzip.compress(bytes(http.LARGEST_BODY + 1))
    async with served(says(reply(body=bomb, Content_Encoding="gzip"))) as (_, client):
        answer = await client.ask("GET", "/a", within_s=LONG_S)
    assert isinstance(answer, NoAnswer)
    assert answer.trouble is Trouble.TOO_LARGE


# ── what may have left ──────────────────────────────────────────────────────────────────────────────


async def test_nobody_listening_means_not_sent() -> None:
    client = HttpClient(f"http://127.0.0.1:{free_port()}")
    answer = await client.ask("POST", "/a", within_s=LONG_S, json_body={})
    await client.aclose()
    assert answer == NoAnswer(Trouble.UNREACHABLE, sent=False, detail="nobody listens there")


async def test_an_unknown_name_means_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    client = HttpClient("https://office.invalid/octo")
    answer = await client.ask("POST", "/a", within_s=LONG_S, json_body={})
    await client.aclose()
    assert answer == NoAnswer(Trouble.UNREACHABLE, sent=False, detail="the name is not known")


@asynccontextmanager
async def listening(greeting: bytes = b"", tls: ssl.SSLContext | None = None) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A port that says a greeting and keeps what it hears."""
    heard: list[bytes] = []
    ended = asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        with contextlib.suppress(OSError):
            heard.append(await reader.read())
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        ended.set()

    server = await asyncio.start_server(listen, "127.0.0.1", 0, ssl=tls)
    yield server.sockets[0].getsockname()[1], heard
    if tls is None:
        await asyncio.wait_for(ended.wait(), LONG_S)
    server.close()


async def test_a_server_that_speaks_no_tls_gets_no_request() -> None:
    async with listening(b"220 mail.example ESMTP\r\n") as (port, heard):
        client = HttpClient(f"https://127.0.0.1:{port}")
        answer = await client.ask("POST", "/a", within_s=LONG_S, json_body={})
        await client.aclose()
    assert isinstance(answer, NoAnswer)
    assert (answer.trouble, answer.sent) == (Trouble.UNTRUSTED, False)
    assert b"POST" not in b"".join(heard)


async def test_a_tls_handshake_that_never_ends_means_not_sent_and_leaves_no_socket_open() -> None:
    async with listening() as (port, heard):
        client = HttpClient(f"https://127.0.0.1:{port}")
        answer = await client.ask("POST", "/a", within_s=SHORT_S, json_body={})
        await client.aclose()
    assert isinstance(answer, NoAnswer)
    assert (answer.trouble, answer.sent) == (Trouble.DEADLINE, False)
    assert b"POST" not in b"".join(heard)


@pytest.fixture
def own_certificate(tmp_path: Path) -> ssl.SSLContext:
    """A server's, vouched for by nobody but itself."""
    if shutil.which("openssl") is None:
        pytest.skip("certificates are made with the openssl command")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
    subprocess.run([*make.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


async def test_a_certificate_that_nobody_vouches_for_is_refused(own_certificate: ssl.SSLContext) -> None:
    async with listening(tls=own_certificate) as (port, heard):
        client = HttpClient(f"https://127.0.0.1:{port}")
        answer = await client.ask("POST", "/a", within_s=LONG_S, json_body={})
        await client.aclose()
    assert isinstance(answer, NoAnswer)
    assert (answer.trouble, answer.sent, heard) == (Trouble.UNTRUSTED, False, [])
    assert answer.detail.startswith("certificate: ")


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"


@pytest.mark.parametrize(
    "act",
    [
        hangs,
        says(HEAD[:20], *(HEAD[i : i + 1] for i in range(20, len(HEAD))), every_s=0.05),
        says(HEAD, *[b"x"] * 1000, every_s=0.01),
    ],
    ids=["never answers", "drips its headers", "drips its body"],
)
async def test_the_deadline_is_total(act: Act) -> None:
    async with served(act) as (server, client):
        answer = await client.ask("POST", "/a", within_s=SHORT_S, json_body={})
    assert isinstance(answer, NoAnswer)
    assert (answer.trouble, answer.sent) == (Trouble.DEADLINE, True)
    assert len(server.received) == 1


async def test_without_time_nothing_is_asked() -> None:
    async with served(says_json([])) as (server, client):
        answer = await client.ask("POST", "/a", within_s=0, json_body={})
    assert isinstance(answer, NoAnswer)
    assert (answer.sent, server.received) == (False, [])


DROPS = {
    "closes": closes,
    "half a head": says_and_closes(HEAD[:20]),
    "half a body": says_and_closes(HEAD + b"x" * 10),
    "not HTTP": says_and_closes(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "a broken length": says_and_closes(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"),
    "endless headers": says_and_closes(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000),
}


@pytest.mark.parametrize("drop", DROPS.values(), ids=DROPS)
async def test_a_dropped_write_is_never_repeated(drop: Act) -> None:
    async with served(drop) as (server, client):
        answer = await client.ask("POST", "/a", within_s=LONG_S, json_body={})
    assert isinstance(answer, NoAnswer)
    assert (answer.trouble, answer.sent, len(server.received)) == (Trouble.DROPPED, True, 1)


@pytest.mark.parametrize("drop", DROPS.values(), ids=DROPS)
async def test_a_dropped_read_is_asked_once_more(drop: Act) -> None:
    async with served(drop, says_json([])) as (server, client):
        assert isinstance(await client.ask("GET", "/a", within_s=LONG_S), Answer)
    assert len(server.received) == 2


async def test_a_read_is_not_asked_a_third_time() -> None:
    async with served(closes) as (server, client):
        assert isinstance(await client.ask("GET", "/a", within_s=LONG_S), NoAnswer)
    assert len(server.received) == 2


async def test_a_write_on_a_connection_that_was_just_closed_counts_as_sent() -> None:
    """The server answers, keeps the connection, and closes it as the next request comes in."""
    async with served(says_json([]), closes, says_json([])) as (server, client):
        await client.ask("GET", "/a", within_s=LONG_S)
        answer = await client.ask("POST", "/a", within_s=LONG_S, json_body={})
    assert isinstance(answer, NoAnswer)
    assert answer.sent
    assert [request.method for request in server.received] == ["GET", "POST"]


async def test_a_connection_that_the_server_closed_in_peace_is_replaced() -> None:
    async with served(says_and_closes(reply()), says_json([])) as (server, client):
        await client.ask("GET", "/a", within_s=LONG_S)
        await asyncio.sleep(0.05)  # its farewell arrives
        answer = await client.ask("POST", "/a", within_s=LONG_S, json_body={})
    assert isinstance(answer, Answer)
    assert server.connections == 2


# ── being let go ────────────────────────────────────────────────────────────────────────────────────


async def test_a_call_may_be_cancelled_and_the_next_one_works() -> None:
    async with served(hangs, says_json([])) as (server, client):
        call = asyncio.create_task(client.ask("GET", "/a", within_s=LONG_S))
        await server.arrived.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert isinstance(await client.ask("GET", "/a", within_s=LONG_S), Answer)


async def test_a_call_that_is_going_on_when_the_client_closes_ends_as_unanswered() -> None:
    async with served(hangs) as (server, client):
        call = asyncio.create_task(client.ask("POST", "/a", within_s=LONG_S, json_body={}))
        await server.arrived.wait()
        await client.aclose()
        answer = await call
    assert isinstance(answer, NoAnswer)
    assert answer.sent


async def test_an_address_too_long_to_be_asked_is_no_answer() -> None:
    async with served(says_json([])) as (server, client):
        answer = await client.ask("GET", "/a", within_s=LONG_S, query={"reference": "x" * 100_000})
    assert isinstance(answer, NoAnswer)
    assert (answer.sent, server.received) == (False, [])


async def test_a_closed_client_says_so_and_asks_nothing() -> None:
    async with served(says_json([])) as (server, client):
        await client.aclose()
        answer = await client.ask("GET", "/a", within_s=LONG_S)
    assert isinstance(answer, NoAnswer)
    assert (answer.sent, server.received) == (False, [])


@pytest.mark.parametrize("act", [says_json([]), closes, hangs], ids=["answers", "closes", "hangs"])
async def test_no_log_and_no_text_holds_the_code_or_the_key(act: Act, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("", "httpx", "httpcore", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    secret = "TICKET12345"
    async with served(act) as (_, client):
        answer = await client.ask(
            "GET", "/a", within_s=SHORT_S, query={"reference": secret}, headers={"Authorization": f"Bearer {KEY}"}
        )
    told = caplog.text + repr(answer) + repr(client)
    assert secret not in told
    assert KEY not in told
