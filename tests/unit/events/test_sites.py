"""Sites and sides: named regions, excluded ones, mirrored pictures, proposed zones."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.config import Region, RegionSettings, Settings
from detector.errors import SettingsError
from detector.events.sites import assign_sites, inside, site_and_side, spots
from detector.records.events import Kind, Pattern, Reason
from tests.factories import make_movement

LEFT = ((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0))
RIGHT = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
CLOCK = ((0.9, 0.0), (1.0, 0.0), (1.0, 0.1), (0.9, 0.1))


def regions(*, mirrored=False, **named):
    return RegionSettings(mirrored=mirrored, named=tuple(Region(name=n, points=p) for n, p in named.items()))


def placed(*movements, given, centres=None):
    return assign_sites(movements, centres or {}, given, width=640, height=360)


def test_a_named_region_gives_site_and_side():
    both = regions(left_arm=LEFT, right_leg=RIGHT)
    one, other = placed(make_movement(1, 1.0, x=0.7, y=0.5), make_movement(2, 2.0, x=0.2, y=0.5), given=both)
    assert (one.site, one.side) == ("arm", "left")
    assert (other.site, other.side) == ("leg", "right")


def test_in_a_mirror_image_the_infants_sides_are_swapped():
    (one,) = placed(make_movement(1, 1.0, x=0.7, y=0.5), given=regions(mirrored=True, left_arm=LEFT))
    assert (one.site, one.side) == ("arm", "right")
    assert site_and_side("face", mirrored=True) == ("face", "n/a")
    assert site_and_side("left", mirrored=False) == ("left", "n/a")


def test_an_excluded_region_refuses_with_its_reason_and_goes_before_all_others():
    movements = [make_movement(1, 1.0, x=0.95, y=0.05), make_movement(2, 2.0, x=0.7, y=0.5)]
    clock, arm = placed(*movements, given=regions(left_arm=LEFT, exclude_clock=CLOCK))
    assert (clock.kind, clock.reason, clock.id) == (Kind.REJECTED, Reason.EXCLUDED, "rejected-0001")
    assert (arm.kind, arm.id) == (Kind.JERK, "jerk-0001")


def test_a_movement_of_both_sides_at_once_is_of_both():
    both = make_movement(1, 1.0, x=0.7, y=0.5, pattern=Pattern.BILATERAL, zones=(1, 2))
    (one,) = placed(both, given=regions(left_arm=LEFT, right_arm=RIGHT), centres={1: (0.7, 0.5), 2: (0.2, 0.5)})
    assert (one.site, one.side) == ("arm", "both")


def test_outside_every_region_the_site_is_not_known():
    (one,) = placed(make_movement(1, 1.0, x=0.2, y=0.5), given=regions(left_arm=LEFT))
    assert (one.site, one.side) == ("n/a", "n/a")
    (lost,) = placed(make_movement(1, 1.0, x=math.nan, y=0.5), given=regions(left_arm=LEFT))
    assert lost.site == "n/a"


def test_without_regions_zones_are_proposed_by_number_of_jerks():
    rng = np.random.default_rng(3)
    centres = [(0.2, 0.3)] * 5 + [(0.8, 0.7)] * 12
    points = np.array(centres) + rng.normal(0, 0.01, (17, 2))
    movements = [make_movement(i, float(i), x=float(x), y=float(y)) for i, (x, y) in enumerate(points, start=1)]
    gross = make_movement(18, 18.0, kind=Kind.GROSS)
    found = placed(*movements, gross, given=RegionSettings())
    assert {m.site for m in found[:5]} == {"zone-2"}
    assert {m.site for m in found[5:17]} == {"zone-1"}
    assert found[17].site == "n/a"


def test_no_points_no_spots():
    assert spots(np.zeros((0, 2))).tolist() == []


@given(x=st.floats(0, 1), y=st.floats(0, 1))
def test_two_halves_share_the_picture_without_overlap(x, y):
    assert inside(x, y, LEFT) + inside(x, y, RIGHT) <= 1
    if 0 < x < 1 and 0 < y < 1 and abs(x - 0.5) > 1e-9:
        assert inside(x, y, LEFT) == (x > 0.5)


@pytest.mark.parametrize(
    "region",
    [
        {"name": "Anna", "points": LEFT},
        {"name": "arm", "points": LEFT[:2]},
        {"name": "arm", "points": [[0, 0], [2, 0], [1, 1]]},
    ],
)
def test_odd_regions_are_refused(region):
    with pytest.raises(SettingsError, match=r"regions\.named\.0"):
        Settings.from_mapping({"regions": {"named": [region]}})
