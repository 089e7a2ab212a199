"""The real app in a process of its own, started the way the README says."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 180
STOP_SECONDS = 30


def free_port() -> int:
    """None of those that systems give to outgoing connections: one could take it before the server does."""
    for port in random.SystemRandom().sample(range(20_000, 32_000), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("There is no free port.")


@dataclass
class RunningApp:
    """One server over one data folder; it can be stopped, killed and started again on the same port.

    folder: where the process works and writes its log; outside the repository, so that it reads no `.env`.
    """

    folder: Path
    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "app.log").read_text(encoding="utf-8", errors="replace")

    def start(self) -> None:
        """Start the server and return once it is healthy. Raises RuntimeError with its log when it is not."""
        secrets = self.folder / "secrets.toml"
        secrets.touch()
        command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
        options = {"server.port": self.port, "server.address": "127.0.0.1", "server.headless": "true"}
        options |= {"secrets.files": secrets, "browser.gatherUsageStats": "false"}
        command += [part for name, value in options.items() for part in (f"--{name}", str(value))]
        with (self.folder / "app.log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait_until_healthy(self.process)

    def stop(self) -> None:
        """Ask the server to end, as a service manager would; kill it when it does not."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the server without a chance to tidy up, as a power cut would."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(STOP_SECONDS)
        self.process = None

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        self.process = None

    def _wait_until_healthy(self, process: subprocess.Popen[bytes]) -> None:
        with httpx.Client(base_url=self.url, timeout=2, trust_env=False) as client:
            for _ in range(START_SECONDS * 10):
                if _is_healthy(client):
                    return
                try:
                    process.wait(0.1)
                except subprocess.TimeoutExpired:
                    continue
                break
        self.kill()
        raise RuntimeError(f"The app did not become healthy. Its log:\n{self.log}")


def _is_healthy(client: httpx.Client) -> bool:
    try:
        return client.get("/_stcore/health").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
