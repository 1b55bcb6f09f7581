"""Renders the shipped samples anew from ``samples/recipes.toml``: clips, truth, manifest and table.

Run as ``python -m benchmarks.samples.make_samples``. The same recipes give the same bytes with the same versions of
the libraries; the manifest names those versions. `--check` renders nothing and compares truth and digests with what
the recipes say.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import shutil
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import av

from detector.resources import samples_folder
from detector.synthetic.encode import write_clip
from detector.synthetic.recipe import Recipe
from detector.synthetic.truth import clip_truth

LARGEST_BYTES = 5_500_000
LIBRARIES = ("av", "numpy", "opencv-python", "sleepjerk")


def read_recipes(folder: Path) -> dict[str, tuple[Recipe, str]]:
    """Return recipe and description of each sample, in the order of the file."""
    tables = tomllib.loads((folder / "recipes.toml").read_text("utf-8"))
    found = {}
    for name, table in tables.items():
        description = str(table.pop("description"))
        found[name] = (Recipe.model_validate({**table, "condition": name}), description)
    return found


def make(folder: Path) -> int:
    """Render every sample into `folder` and write the manifest; return the bytes of all clips together."""
    entries = []
    for sub in ("clips", "truth"):
        (folder / sub).mkdir(exist_ok=True)
    recipes = read_recipes(folder)
    for stale in [*(folder / "clips").iterdir(), *(folder / "truth").iterdir()]:
        if stale.stem not in recipes:
            stale.unlink()
    for name, (recipe, description) in recipes.items():
        entries.append(make_one(folder, name, recipe, description))
        print(f"{name:<16}{entries[-1]['bytes']:>9} bytes", flush=True)
    versions = {library: importlib.metadata.version(library) for library in LIBRARIES}
    manifest = {"format": 1, "licence": "Apache-2.0", "made_with": versions, "samples": entries}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8", newline="\n")
    readme = folder / "README.md"
    text = readme.read_text("utf-8")
    readme.write_text(text.replace(shown_table(text), table(entries)), "utf-8", newline="\n")
    return sum(int(entry["bytes"]) for entry in entries)


def make_one(folder: Path, name: str, recipe: Recipe, description: str) -> dict[str, Any]:
    """Render one sample and return its entry of the manifest."""
    clip, truth_file = folder / "clips" / f"{name}.mp4", folder / "truth" / f"{name}.tsv"
    with tempfile.TemporaryDirectory() as scratch:
        truth = write_clip(recipe, Path(scratch, clip.name))
        shutil.copyfile(Path(scratch, clip.name), clip)
    truth.save(truth_file)
    content = clip.read_bytes()
    return {
        "name": name,
        "file": f"clips/{clip.name}",
        "truth": f"truth/{truth_file.name}",
        "recipe": name,
        "description": description,
        "jerks": sum(event.kind == "jerk" for event in truth.events),
        "duration_s": recipe.camera.duration_s,
        "fps": mean_rate_hz(clip),
        "width": recipe.camera.width,
        "height": recipe.camera.height,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def table(entries: list[dict[str, Any]]) -> str:
    """Return the table of the samples that their README shows."""
    lines = ["| Name | What it shows | Jerks | Length | Picture | Size |", "| --- | --- | ---: | ---: | --- | ---: |"]
    lines += [
        f"| `{entry['name']}` | {entry['description']} | {entry['jerks']} | {entry['duration_s']:g} s "
        f"| {entry['width']}x{entry['height']}, {entry['fps']:.4g} Hz | {entry['bytes'] / 1000:.0f} kB |"
        for entry in entries
    ]
    return "\n".join(lines)


def shown_table(text: str) -> str:
    """Return the table that stands in the text of a README: its first lines that begin with a bar."""
    start = text.index("| Name ")
    return text[start : text.index("\n\n", start)]


def mean_rate_hz(clip: Path) -> float:
    """Return the frames per second of a clip, from the time stamps of all of its frames."""
    with av.open(str(clip)) as file:
        stream = file.streams.video[0]
        times = sorted(packet.pts * packet.time_base for packet in file.demux(stream) if packet.pts is not None)
    return round(float((len(times) - 1) / (times[-1] - times[0])), 3)


def check(folder: Path) -> list[str]:
    """Return what in `folder` does not agree with its recipes; nothing is rendered."""
    recipes = read_recipes(folder)
    entries = {entry["name"]: entry for entry in json.loads((folder / "manifest.json").read_text("utf-8"))["samples"]}
    faults = [] if list(entries) == list(recipes) else ["the manifest and recipes.toml name different samples"]
    for name in entries.keys() & recipes.keys():
        entry = entries[name]
        content = (folder / entry["file"]).read_bytes()
        if (len(content), hashlib.sha256(content).hexdigest()) != (entry["bytes"], entry["sha256"]):
            faults.append(f"{entry['file']}: other bytes than the manifest says")
        if (folder / entry["truth"]).read_text("utf-8") != clip_truth(recipes[name][0]).to_tsv():
            faults.append(f"{entry['truth']}: not what the recipe gives")
    if table(list(entries.values())) not in (folder / "README.md").read_text("utf-8"):
        faults.append("README.md: its table is not what the manifest says")
    total = sum(int(entry["bytes"]) for entry in entries.values())
    if total > LARGEST_BYTES:
        faults.append(f"the clips have {total} bytes together, at most {LARGEST_BYTES} are allowed")
    return faults


def main() -> int:
    """Render or check the samples of this checkout."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare what is there with the recipes; render nothing")
    folder = samples_folder()
    if not parser.parse_args().check:
        print(f"{'together':<16}{make(folder):>9} bytes")
    faults = check(folder)
    print("\n".join(faults) or "the samples agree with their recipes")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
