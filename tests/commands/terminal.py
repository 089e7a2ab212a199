"""A person, or a program, at a terminal: commands of ours in this process, or in one of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from click.testing import CliRunner

from cleanlist_core.__main__ import main


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> dict[str, Any]:
        """The JSON object that is the last line of standard output."""
        found = json.loads(self.out.splitlines()[-1])
        assert isinstance(found, dict)
        return found

    @property
    def error(self) -> dict[str, str]:
        """What went wrong, as told to a program; nothing else is told then."""
        assert self.answer.keys() == {"error"}
        assert self.answer["error"].keys() == {"code", "message"}
        return dict(self.answer["error"])


@dataclass(frozen=True)
class Terminal:
    """Where commands are typed. environment: of commands in a process of their own."""

    environment: Mapping[str, str]
    folder: Path

    def run(self, *arguments: str | Path, **settings: str) -> Done:
        """A command in this process, which is fast."""
        result = CliRunner().invoke(main, [str(one) for one in arguments], env=_named(settings))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return _sound(Done(result.exit_code, result.stdout, result.stderr), settings)

    def run_apart(self, *arguments: str | Path, **settings: str) -> Done:
        """A command in a process of its own, as a schedule would start it."""
        done = subprocess.run(
            _command(arguments),
            cwd=self.folder,
            env={**self.environment, **_named(settings)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        return _sound(Done(done.returncode, done.stdout, done.stderr), settings)

    def start(self, *arguments: str | Path, **settings: str) -> Running:
        """A command in a process of its own that goes on while the test does."""
        return Running(_command(arguments), self.folder, {**self.environment, **_named(settings)}, settings)


class Running:
    """A command under way; both its outputs can be read while it is."""

    def __init__(
        self, command: list[str], folder: Path, environment: dict[str, str], settings: dict[str, str]
    ) -> None:
        self._settings = settings
        self._lines: list[str] = []
        self._news = threading.Condition()
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        assert self._process.stdout is not None
        self._reader = threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        self._reader.start()

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            with self._news:
                self._lines.append(line)
                self._news.notify_all()
        with self._news:
            self._lines.append("")
            self._news.notify_all()

    def wait_for(self, wanted: Callable[[str], bool], seconds: float = 60) -> str:
        """The first line of which that is true."""
        with self._news:
            arrived = self._news.wait_for(
                lambda: any(wanted(line) for line in self._lines) or "" in self._lines, seconds
            )
            found = next((line for line in self._lines if wanted(line)), None)
        assert arrived, f"no such line in {seconds} s: {self._lines}"
        assert found is not None, f"ended without such a line: {self._lines}"
        return found

    def end(self, number: int, seconds: float = 15) -> Done:
        """Send a signal and wait for the end."""
        self._process.send_signal(number)
        code = self._process.wait(seconds)
        self._reader.join(seconds)
        return _sound(Done(code, "", "".join(self._lines)), self._settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(60)
        self._reader.join(60)
        assert self._process.stdout is not None
        self._process.stdout.close()


def _command(arguments: tuple[str | Path, ...]) -> list[str]:
    return [sys.executable, "-m", "cleanlist_core", *(os.fspath(one) for one in arguments)]


def _named(settings: Mapping[str, str]) -> dict[str, str]:
    return {f"CLEANLIST_{name.upper()}": value for name, value in settings.items()}


def _sound(done: Done, settings: Mapping[str, str]) -> Done:
    """No command ever shows a traceback, or a key it was given."""
    for text in (done.out, done.err):
        assert "Traceback" not in text
        assert not (settings.get("api_key") and settings["api_key"] in text)
    return done
