"""The clips that the classifier learned from can be rendered again by one command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.other_scenes.renderers import RENDERERS
from benchmarks.training import all_clips
from detector.classify.model_file import load_model

ROOT = Path(__file__).resolve().parents[3]


def test_every_renderer_has_a_folder() -> None:
    assert set(all_clips.OTHERS) == set(RENDERERS)


def test_the_folders_are_those_of_the_model(tmp_path: Path) -> None:
    written = json.loads((ROOT / "models" / load_model().name / "training.json").read_text(encoding="utf-8"))
    command = all_clips.training_command(tmp_path)
    folders = [Path(word).relative_to(tmp_path).as_posix() for word in command.split()[2:] if word != "--copies"]
    assert sorted(written["clips"]) == sorted(folders)


@pytest.mark.parametrize("words", all_clips.commands(Path("clips"), 1), ids=lambda words: Path(words[1]).name)
def test_what_is_run_understands_its_words(words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, *words, "--help"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert all(word.split("=")[0] in done.stdout for word in words if word.startswith("--"))


def test_all_are_run_in_turn_and_the_way_on_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[str] = []
    monkeypatch.setattr(all_clips, "NEEDED", {"json": "json"})
    monkeypatch.setattr(sys, "argv", ["all_clips.py", str(tmp_path)])
    monkeypatch.setattr(all_clips.subprocess, "run", lambda words, **_: ran.append(" ".join(words[1:])))
    assert all_clips.main() == 0
    assert len(ran) == len(all_clips.OURS) + len(all_clips.OTHERS) + len(all_clips.COPIES)
    assert (
        f"benchmarks/training/recode_clips.py {tmp_path / 'simulated'} {tmp_path / 'copies'} --every 6 --workers 2"
        in ran
    )
    assert "--every 2 --workers 2" in ran[-1]
    assert capsys.readouterr().out == f"{all_clips.training_command(tmp_path)}\n"


def test_what_is_missing_is_told_before_anything_is_rendered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(all_clips, "NEEDED", {"json": "json", "no_such_module": "no-such-package"})
    monkeypatch.setattr(sys, "argv", ["all_clips.py", str(tmp_path)])
    monkeypatch.setattr(all_clips.subprocess, "run", lambda *_, **__: pytest.fail("something was rendered"))
    with pytest.raises(SystemExit):
        all_clips.main()
    assert "pip install no-such-package" in capsys.readouterr().err
