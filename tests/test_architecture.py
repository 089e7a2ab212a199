"""The house keeps its shape: who may import whom, what is pinned, and what must never be published."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
UI = {"streamlit", "pages", "app"}
OURS = {"app", "pages", "cleanlist_core", "tests", "benchmarks"}

MAY_IMPORT = {
    "cleanlist_core.domain": (),
    "cleanlist_core.errors": (),
    "cleanlist_core.pricing": ("domain",),
    "cleanlist_core.settings": ("errors",),
    "cleanlist_core.api": ("domain", "errors"),
    "cleanlist_core.intake": ("domain", "errors"),
    "cleanlist_core.sandbox": (),
    "cleanlist_core.store": ("domain", "errors", "pricing"),
    "cleanlist_core.results": ("domain", "errors", "pricing", "store", "api.answers"),
}
"""Part of the core → the other parts it may know. The rest (runs, workspace, commands) puts them together."""

MAY_IMPORT_RUNS = (
    "app",
    "pages",
    "cleanlist_core.__main__",
    "cleanlist_core.commands",
    "cleanlist_core.runs",
)
MAY_IMPORT_RUNS_TOO = (
    "cleanlist_core.ordering",
    "cleanlist_core.workspace",
    "cleanlist_core.workspaces",
    "cleanlist_core.practice",
)

TYPES_OF_ROWS = {"sqlalchemy.Row", "sqlalchemy.RowMapping"}
"""What the store hands out may be named elsewhere; a statement may not be written there."""

DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "shared"}

PINNED_WITHOUT_IMPORT: dict[str, str] = {"psycopg-binary": "the client library that psycopg loads"}
"""Requirement of the app that no module imports → why it is needed all the same."""

TOOLS_OF_THE_CHECKS = {
    "mypy": "run by tests/test_code_checks.py",
    "ruff": "run by tests/test_code_checks.py",
    "pandas-stubs": "the types of pandas, for mypy",
    "pytest-timeout": "ends a test that hangs",
    "pytest-xdist": "runs the tests on every core",
}
"""Requirement of the tests that no test imports → why it is needed all the same."""

NOT_FIT_TO_PUBLISH = re.compile(
    r"/wor[k]/|/far[m]/|/roo[t]/|/tm[p]/|/hom[e]/\w|/User[s]/\w|C:\\User[s]"
    r"|index-ur[l]|registry[=]|\.\./share[d]|\bsub-?agen[t]s?\b|\bthe brie[f]\b"
)
"""Paths of somebody's machine, addresses of registries, and talk about anything but the project."""

NOT_OURS = {"__pycache__", "node_modules", "data", "screenshots", "dist", "venv"}
KEPT_DOT_FOLDERS = {".ci", ".streamlit", ".github"}


def modules(*tops: str) -> dict[str, Path]:
    """Module name → file, for the packages and single modules named."""
    found = {}
    for top in tops:
        for path in [ROOT / f"{top}.py", *(ROOT / top).rglob("*.py")]:
            if path.is_file():
                parts = path.relative_to(ROOT).with_suffix("").parts
                found[".".join(parts).removesuffix(".__init__")] = path
    return found


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports_of(name: str, path: Path) -> Iterator[str]:
    """Every module an import statement of the file names, wherever it stands; relative ones made absolute."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def inside(module: str, part: str) -> bool:
    return module == part or module.startswith(f"{part}.")


def published_files() -> Iterator[Path]:
    """Every file of the repository but what is built, recorded or private."""
    folders = [ROOT]
    while folders:
        for path in sorted(folders.pop().iterdir()):
            at_the_top = path.parent == ROOT
            if path.is_dir():
                hidden = path.name.startswith(".") and path.name not in KEPT_DOT_FOLDERS
                if not hidden and not (path.name in NOT_OURS and (at_the_top or path.name == "__pycache__")):
                    folders.append(path)
            elif path.name not in {".env", "secrets.toml"} and not (at_the_top and path.name == ".git"):
                yield path


def pinned(file_name: str) -> set[str]:
    """The canonical names of the requirements in the file itself, not in those it includes."""
    lines = (ROOT / file_name).read_text(encoding="utf-8").splitlines()
    wanted = [line.split("#")[0].strip() for line in lines]
    return {canonicalize_name(Requirement(line).name) for line in wanted if line and not line.startswith("-")}


def distributions_imported_by(*tops: str) -> set[str]:
    """The canonical names of the packages that the modules import directly."""
    names = {
        top for module in modules(*tops).items() for top in (i.split(".")[0] for i in imports_of(*module))
    }
    outside = names - OURS - set(sys.stdlib_module_names)
    known = packages_distributions()
    return {canonicalize_name(known.get(name, [name])[0]) for name in outside}


CORE = modules("cleanlist_core")
CODE = modules("app", "pages", "cleanlist_core", "benchmarks")
EVERYTHING = {**CODE, **modules("tests")}


def test_the_core_never_imports_the_ui() -> None:
    ui = [(name, i) for name in CORE for i in imports_of(name, CORE[name]) if i.split(".")[0] in UI]
    assert not ui


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_a_part_of_the_core_knows_only_the_parts_below_it(part: str) -> None:
    allowed = (part, *(f"cleanlist_core.{other}" for other in MAY_IMPORT[part]))
    wrong = [
        f"{name} imports {imported}"
        for name, path in CORE.items()
        if inside(name, part)
        for imported in imports_of(name, path)
        if inside(imported, "cleanlist_core") and not any(inside(imported, other) for other in allowed)
    ]
    assert not wrong


def test_only_the_app_and_the_commands_import_runs() -> None:
    allowed = (*MAY_IMPORT_RUNS, *MAY_IMPORT_RUNS_TOO, "benchmarks")
    wrong = [
        f"{name} imports {imported}"
        for name, path in CODE.items()
        if not any(inside(name, part) for part in allowed)
        for imported in imports_of(name, path)
        if inside(imported, "cleanlist_core.runs")
    ]
    assert not wrong


def test_the_app_imports_no_tests() -> None:
    wrong = [n for n, path in CODE.items() for i in imports_of(n, path) if i.split(".")[0] == "tests"]
    assert not wrong


def test_every_sql_statement_lives_in_the_store() -> None:
    homes = ("cleanlist_core.store", "benchmarks")
    wrong = [
        f"{name} imports {imported}"
        for name, path in CODE.items()
        if not any(inside(name, home) for home in homes)
        for imported in imports_of(name, path)
        if inside(imported, "sqlalchemy") and imported not in TYPES_OF_ROWS
    ]
    assert not wrong


@pytest.mark.parametrize("name", EVERYTHING)
def test_no_module_is_a_drawer(name: str) -> None:
    assert not DRAWERS.intersection(name.split("."))


@pytest.mark.parametrize("name", CODE)
def test_every_module_says_what_it_is_for(name: str) -> None:
    tree = tree_of(CODE[name])
    assert not tree.body or ast.get_docstring(tree)


def test_the_app_pins_what_it_imports_and_nothing_else() -> None:
    imported = distributions_imported_by("app", "pages", "cleanlist_core")
    assert pinned("requirements.txt") == imported | PINNED_WITHOUT_IMPORT.keys()


def test_the_tests_pin_what_they_import_besides_and_nothing_else() -> None:
    imported = distributions_imported_by("tests", "benchmarks") - pinned("requirements.txt")
    assert pinned("requirements-dev.txt") == imported | TOOLS_OF_THE_CHECKS.keys()


@pytest.mark.parametrize("file_name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_to_one_version(file_name: str) -> None:
    lines = (ROOT / file_name).read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    loose = [
        line
        for line in wanted
        if not re.fullmatch(r"-r requirements\.txt|[A-Za-z0-9_.-]+==[0-9][\w.]*", line)
    ]
    assert not loose


def test_nothing_unfit_to_publish_is_in_the_repository() -> None:
    found = []
    for path in published_files():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        place = path.relative_to(ROOT)
        found += [
            f"{place}:{n}: {line.strip()}"
            for n, line in enumerate(lines, 1)
            if NOT_FIT_TO_PUBLISH.search(line)
        ]
    assert not found


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("/" + "work/main/app.py", id="a machine's path"),
        pytest.param("--extra-index" + "-url https://example.com", id="a registry's address"),
        pytest.param(".." + "/shared/design.md", id="a neighbour's folder"),
    ],
)
def test_the_search_for_unfit_words_finds(line: str) -> None:
    assert NOT_FIT_TO_PUBLISH.search(line)
