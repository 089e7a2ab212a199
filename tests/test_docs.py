"""What the documents promise is what the program does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pydantic import SecretStr

from cleanlist_core.__main__ import main
from cleanlist_core.settings import RateLimit, Settings

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def as_written(default: Any) -> str:
    """A default as a person would write it in the environment; "" when there is none."""
    if default is None:
        return ""
    if isinstance(default, RateLimit):
        return f"{default.requests}/{default.seconds:g}"
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    return f"{default:g}" if isinstance(default, float) else str(default)


def settings_and_defaults() -> dict[str, str]:
    fields = Settings.model_fields.items()
    return {f"CLEANLIST_{name.upper()}": as_written(field.default) for name, field in fields}


def fenced_blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def commands_in_the_readme() -> dict[str, set[str]]:
    """Each command of the README's table → the options its line names."""
    rows = re.findall(r"^\| `([a-z]+)[^|`]*` \|.*$", text_of("README.md"), re.MULTILINE)
    lines = {
        name: line
        for line in text_of("README.md").splitlines()
        for name in rows
        if line.startswith(f"| `{name}")
    }
    return {name: set(re.findall(r"--[a-z-]+", line)) for name, line in lines.items()}


def help_of(*command: str) -> str:
    told = CliRunner().invoke(main, [*command, "--help"])
    assert told.exit_code == 0, told.output
    return str(told.output)


def test_the_readme_lists_every_setting_with_its_default() -> None:
    rows = re.findall(r"^\| `(CLEANLIST_\w+)` \| (?:`([^`]*)`)? ?\|", text_of("README.md"), re.MULTILINE)
    assert dict(rows) == settings_and_defaults()


def test_the_example_of_an_env_file_lists_every_setting_with_its_default() -> None:
    lines = re.findall(r"^# (CLEANLIST_\w+)=(.*)$", text_of(".env.example"), re.MULTILINE)
    assert dict(lines) == settings_and_defaults()


def test_the_example_of_an_env_file_changes_nothing_when_every_line_is_used(
    tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.delenv("CLEANLIST_DATA_DIR")
    used = tmp_path / ".env"
    used.write_text(
        re.sub(r"^# (?=CLEANLIST_)", "", text_of(".env.example"), flags=re.MULTILINE), encoding="utf-8"
    )
    assert Settings(_env_file=used) == Settings()


@pytest.mark.parametrize("name", ["docs/deploy.md", "docs/compose.yaml", "docs/Dockerfile"])
def test_what_is_set_for_a_team_are_settings_there_are(name: str) -> None:
    named = set(re.findall(r"\bCLEANLIST_[A-Z_]+", text_of(name)))
    assert named
    assert named <= settings_and_defaults().keys()


def test_the_image_holds_all_that_the_app_needs() -> None:
    copied = set(re.findall(r"^COPY (\S+)", text_of("docs/Dockerfile"), re.MULTILINE))
    assert {"requirements.txt", "app.py", "pages", "cleanlist_core", ".streamlit/config.toml"} == copied


def test_the_first_command_of_the_readme_starts_the_app() -> None:
    first = fenced_blocks(text_of("README.md"), "bash")[0]
    assert first.count("\n") == 1
    assert first.rstrip().endswith("streamlit run app.py")
    assert (ROOT / "app.py").is_file()


def test_the_command_that_is_checked_in_ci_is_the_second_of_the_readme() -> None:
    setting_up = [block for block in fenced_blocks(text_of("README.md"), "bash") if "venv .venv" in block]
    marked = re.search(r"<!-- test command -->\n```bash\n(.*?)```", text_of("README.md"), re.DOTALL)
    assert marked is not None
    assert setting_up[1] == marked[1]
    assert marked[1].count("\n") == 1
    assert "<!-- test command -->" in text_of(".ci/run")


def test_windows_has_a_line_for_each_command_that_sets_up() -> None:
    posix = [block for block in fenced_blocks(text_of("README.md"), "bash") if "venv .venv" in block]
    windows = fenced_blocks(text_of("README.md"), "powershell")
    translated = [
        block.replace("python3 -m venv", "py -m venv")
        .replace(" && ", "; ")
        .replace(".venv/bin/", ".venv\\Scripts\\")
        for block in posix
    ]
    assert windows == translated


def test_the_readme_names_every_command_there_is() -> None:
    listed = help_of().partition("Commands:")[2]
    assert set(re.findall(r"^  ([a-z]+)\b", listed, re.MULTILINE)) == commands_in_the_readme().keys()


@pytest.mark.parametrize("command", commands_in_the_readme())
def test_a_command_has_the_options_the_readme_names(command: str) -> None:
    options = re.findall(r"--[a-z-]+", help_of(command))
    assert commands_in_the_readme()[command] <= set(options)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_to_a_file_leads_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8"))
    local = [target.partition("#")[0] for target in targets if not re.match(r"[a-z]+:|#", target)]
    assert not [target for target in local if not (document.parent / target).exists()]


def test_every_dependency_is_explained_and_nothing_else() -> None:
    lines = (text_of("requirements.txt") + text_of("requirements-dev.txt")).splitlines()
    wanted = {canonicalize_name(Requirement(line).name) for line in lines if re.match(r"\w", line)}
    explained = re.findall(r"^\| `([^`]+)` \|", text_of("docs/dependencies.md"), re.MULTILINE)
    assert len(explained) == len(set(explained))
    assert {canonicalize_name(name) for name in explained} == wanted


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert len(text_of("README.md").splitlines()) <= 150
