"""The rules of the house that no linter knows: sizes, names, layers, silence of the library."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "detector").rglob("*.py"))
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 50
SHAPELESS = {"utils", "util", "common", "helpers", "helper", "misc", "others", "tools"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> list[tuple[str, int]]:
    """Return each function with its length in lines, docstring left out."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            doc = 0
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                doc = (first.end_lineno or 0) - first.lineno + 1
            found.append((node.name, (node.end_lineno or 0) - node.lineno + 1 - doc))
    return found


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_files_and_functions_stay_small(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MAX_FILE_LINES
    assert [(name, lines) for name, lines in functions(path) if lines > MAX_FUNCTION_LINES] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_say_what_they_are(path: Path) -> None:
    assert path.stem not in SHAPELESS
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree)
    if path.name == "__init__.py" and path.parent.name != "detector":
        assert len(tree.body) == 1, "a package's __init__ holds only its docstring"


@pytest.mark.parametrize("path", [path for path in MODULES if path.parent.name != "cli"], ids=name_of)
def test_library_neither_prints_nor_asserts_nor_exits(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    calls = [node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    assert {"print", "input", "exit", "quit"}.isdisjoint(calls)
    assert not any(isinstance(node, ast.Assert) for node in ast.walk(tree))
    if path.name != "__main__.py":
        assert "sys.exit" not in ast.unparse(tree)


def test_models_and_samples_hold_data_only() -> None:
    code = [name_of(path) for folder in ("models", "samples") for path in (ROOT / folder).rglob("*.py")]
    assert code == [], "a stray module would shadow the package in editable installs"


def test_nothing_is_left_to_do() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    assert [name_of(path) for path in MODULES if marks.search(path.read_text("utf-8"))] == []


def test_layers_are_kept() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
