from __future__ import annotations

import ast
import gc
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import httpx
import pytest

import cleanlist_core.sandbox as package
from cleanlist_core.sandbox import Sandbox, serve
from cleanlist_core.sandbox.serving import listening

ROOT = Path(__file__).parents[3]
SOURCES = sorted(Path(package.__file__).parent.glob("*.py"))
FOREVER = """
from cleanlist_core.sandbox import Sandbox, run_forever
run_forever(Sandbox(), port={port})
print("ended")
"""


def test_it_stops_with_the_block_and_leaves_no_thread(sandbox: Sandbox) -> None:
    before = set(threading.enumerate())
    with serve(sandbox) as running:
        address = running.base_url
        assert f":{running.port}/api/v1/public" in address
        assert httpx.get(f"{address}/credits/balance").status_code == 401
    left = set(threading.enumerate()) - before
    assert not [thread for thread in left if thread.name == "cleanlist-sandbox"]
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/credits/balance")


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        pytest.param(b"", False, id="that said nothing"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\n", False, id="in the middle of its question"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", True, id="that stays after its answer"),
        pytest.param(
            b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 400,
            True,
            id="that reads no more of its answers",
        ),
    ],
)
def test_it_lets_go_of_a_connection(sandbox: Sandbox, sent: bytes, answered: bool) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with socket.socket() as client, serve(sandbox) as running:
            client.settimeout(10)
            client.connect(("127.0.0.1", running.port))
            client.sendall(sent)
            assert not answered or client.recv(12) == b"HTTP/1.1 200"
        gc.collect()
    assert [str(one.message) for one in told if one.category is ResourceWarning] == []


def test_two_sandboxes_run_side_by_side(sandbox: Sandbox) -> None:
    with serve(sandbox) as one, Sandbox() as second, serve(second) as other:
        assert one.port != other.port


def test_answers_on_an_open_connection_do_not_wait_for_more_to_send() -> None:
    # asyncio switches the delay of small packets off only where the socket names its protocol.
    with listening("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_nothing_is_logged_about_the_sandbox_and_others_still_log(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "uvicorn.error"), serve(sandbox) as running:
        httpx.get(f"{running.base_url}/credits/balance")
        logging.getLogger("uvicorn.error").info("the web server's own news")
    assert [record.message for record in caplog.records if record.name.startswith("uvicorn")] == [
        "the web server's own news"
    ]


@pytest.mark.parametrize("interruption", [signal.SIGINT, signal.SIGTERM])
def test_a_sandbox_of_its_own_runs_until_it_is_interrupted(interruption: signal.Signals) -> None:
    with serve(Sandbox()) as taken:
        port = taken.port
    command = [sys.executable, "-W", "error", "-c", FOREVER.format(port=port)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        transport = httpx.HTTPTransport(retries=8)
        with httpx.Client(transport=transport) as client:
            assert client.get(f"http://127.0.0.1:{port}/api/v1/public/credits/balance").status_code == 401
        os.kill(process.pid, interruption)
        output, errors = process.communicate(timeout=60)
    assert errors == ""
    assert output.strip() == ("ended" if interruption == signal.SIGINT else "")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_the_sandbox_imports_nothing_of_the_rest(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where a name comes from"
            names = [node.module or ""]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            assert not name.startswith("streamlit")
            assert not name.startswith("cleanlist_core") or name.startswith("cleanlist_core.sandbox")
