"""Each check of the doctor finds its fault and names the fix."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from detector.cli import checks
from detector.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

LIBGL = "libGL.so.1: cannot open shared object file: No such file or directory"


def found(name: str, out: Path) -> checks.Check:
    return next(check for check in checks.run_checks(out) if check.name == name)


def broken_import(fault: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    real = checks.import_module

    def fake(name: str) -> object:
        if name in fault:
            raise ImportError(fault[name])
        return real(name)

    monkeypatch.setattr(checks, "import_module", fake)


def test_missing_system_library_names_the_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken_import({"cv2": LIBGL}, monkeypatch)
    monkeypatch.setattr(sys, "platform", "linux")
    check = found("opencv-python", tmp_path)
    assert check.state == "fail"
    assert "apt-get install libgl1 libglib2.0-0" in check.fix
    assert "opencv-python-headless" in check.fix


def test_missing_library_names_pip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken_import({"scipy": "No module named 'scipy'"}, monkeypatch)
    check = found("scipy", tmp_path)
    assert (check.state, check.fix) == ("fail", "pip install --force-reinstall scipy")


def test_two_opencvs_are_one_too_many(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(checks, "installed_version", lambda _name, _otherwise="": "5.0")
    check = found("one opencv", tmp_path)
    assert check.state == "warn"
    assert "pip uninstall opencv-python-headless" in check.fix


@pytest.mark.parametrize(("codec", "state"), [("h264 decoder", "fail"), ("hevc decoder", "warn")])
def test_missing_codec(codec: str, state: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def no_codec(name: str, _mode: str) -> None:
        raise ValueError(name)

    broken = SimpleNamespace(codec=SimpleNamespace(Codec=no_codec))
    monkeypatch.setattr(checks, "import_module", lambda _name: broken)
    assert found(codec, tmp_path).state == state


def test_place_is_looked_at_but_not_made(tmp_path: Path) -> None:
    check = found("results folder", tmp_path / "not" / "yet")
    assert check.state == "ok"
    assert str(tmp_path) in check.found
    assert list(tmp_path.iterdir()) == []


def test_place_that_is_a_file_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert found("results folder", tmp_path / "file" / "results").state == "fail"


def test_full_disk_is_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=1000))
    assert found("results folder", tmp_path).state == "warn"


def test_old_python_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(checks.sys, "version_info", (3, 10, 0))
    assert found("python", tmp_path).state == "fail"


@pytest.mark.parametrize(("where", "state"), [("/usr/bin/chromium", "ok"), (None, "info")])
def test_browser_is_only_good_to_have(
    where: str | None, state: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(checks.shutil, "which", lambda _name: where)
    assert found("browser", tmp_path).state == state


def test_a_lack_is_exit_code_1_with_its_fix(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken_import({"cv2": LIBGL}, monkeypatch)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(["doctor"]) == 1
    shown = capsys.readouterr().out
    assert "\033[31mfail \033[0m opencv-python" in shown
    assert " -> apt-get install libgl1" in shown
    assert shown.endswith("not ready: 1 problem\n")
