"""Region files: read as they were written, refused in words where they are odd."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from detector.config import Region, RegionSettings
from detector.errors import SettingsError
from detector.results.drift import reference_of
from detector.results.region_file import read_regions
from tests.region_files import regions_text

REGIONS = RegionSettings(named=(Region(name="annas_corner", points=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))),))


def test_region_file_reads_as_it_was_written(tmp_path):
    reference = reference_of(np.random.default_rng(1).integers(0, 255, (90, 160, 3), dtype=np.uint8))
    mirrored = REGIONS.model_copy(update={"mirrored": True})
    (tmp_path / "regions.toml").write_text(regions_text(mirrored, reference), "utf-8")
    read = read_regions(tmp_path / "regions.toml")
    assert read.regions == mirrored
    assert (read.reference.edges == reference.edges).all()
    assert read.reference.aspect == pytest.approx(reference.aspect, abs=1e-4)


def test_a_byte_order_mark_is_no_part_of_a_region_file(tmp_path):
    (tmp_path / "regions.toml").write_text("\ufeff" + regions_text(REGIONS, None), "utf-8")
    assert read_regions(tmp_path / "regions.toml").regions == REGIONS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("regions = [", "cannot be read"),
        ("[regions]\nmirrored = true", "names no region"),
        ("[other]\nx = 1\n[[regions.named]]\nname='arm'\npoints=[[0,0],[1,0],[1,1]]", "unknown table 'other'"),
        ("[reference]\nedges = '!!'\n", "is damaged"),
        (f"[reference]\naspect = 0.0\nedges = '{base64.b64encode(bytes(64 * 36)).decode()}'\n", "is damaged"),
        ("a = " + 5000 * "[", "cannot be read"),
        (
            "[[regions.named]]\nname='Left Arm'\npoints=[[0,0],[1,0],[1,1]]",
            r"regions.toml: region 1 \('Left Arm'\): name = 'Left Arm': small letters a-z, digits and _ are expected",
        ),
        (
            "[[regions.named]]\nname='arm'\npoints=[[0,0],[640,0],[640,360]]",
            r"regions.toml: region 1 \('arm'\): points.1.0 = 640: 3 to 64 corners .* from 0 to 1, [^;]*; divide [^;]*$",
        ),
        ("[[regions.named]]\nname='arm'\npoints=[[0,0],[1,1]]", r"points = \[\[0, 0\], \[1, 1\]\]: 3 to 64 corners"),
        ("[[regions.named]]\nself=1", r"region 1 \(None\): .*field required.*unknown setting 'self'"),
        ("[regions]\nnamed = [3]", r"region 1 \(None\): .*valid dictionary"),
        ("[regions]\nmirored = true", "regions.toml: unknown setting 'regions.mirored'"),
    ],
)
def test_odd_region_files_are_refused_in_words(tmp_path, text, words):
    file = tmp_path / "regions.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=words):
        read_regions(file)
