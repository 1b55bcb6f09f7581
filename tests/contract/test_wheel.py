"""What gets installed: one top-level package, with models and samples inside."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_wheel_installs_one_name_with_its_data(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, ROOT],
        check=True,
        timeout=300,
    )
    (wheel,) = tmp_path.glob("sleepjerk-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    top = {name.split("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {"detector"}
    for folder in ("models", "samples"):
        shipped = {path.relative_to(ROOT / folder).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
        packed = {name.removeprefix(f"detector/_data/{folder}/") for name in names if f"_data/{folder}/" in name}
        assert packed == shipped
    assert "detector/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
