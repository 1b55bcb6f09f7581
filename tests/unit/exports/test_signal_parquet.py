from __future__ import annotations

import contextlib
import math
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from detector.errors import ResultError
from detector.exports.signal_parquet import StoredSignal, read_signal, write_signal
from detector.records.motion import MotionSignal, PictureTrack, ZoneTrack
from detector.records.recording import QualityFlag, Severity
from detector.records.zone_table import ZoneTable
from tests.factories import make_recording, make_result

ODD_FLOATS = st.floats(width=32, allow_nan=True, allow_infinity=True, allow_subnormal=True)


def _stored(signal: MotionSignal) -> StoredSignal:
    return StoredSignal(make_recording(), signal, "abc123", "1", "0.1.0")


def _same(one: object, other: object, names: tuple[str, ...]) -> None:
    for name in names:
        first, second = getattr(one, name), getattr(other, name)
        np.testing.assert_array_equal(first, second, strict=True)
        np.testing.assert_array_equal(np.signbit(first)[first == 0], np.signbit(second)[second == 0])


def _same_signal(one: MotionSignal, other: MotionSignal) -> None:
    assert (one.width, one.height, len(one.zones)) == (other.width, other.height, len(other.zones))
    _same(one.picture, other.picture, PictureTrack.columns())
    for zone, again in zip(one.zones, other.zones, strict=True):
        assert zone.number == again.number
        _same(zone, again, ZoneTrack.columns())
        constants = [[getattr(track, name) for name in ZoneTrack.constants()] for track in (zone, again)]
        np.testing.assert_array_equal(constants[0], constants[1])


def _empty() -> MotionSignal:
    return MotionSignal(640, 360, PictureTrack(*[np.empty(0)] * 8, judged=np.empty(0, bool)), ())


@st.composite
def signals(draw: st.DrawFn) -> MotionSignal:
    n = draw(st.integers(0, 12))
    times = np.cumsum(draw(arrays(np.float64, n, elements=st.floats(1e-3, 1e3))))
    columns = draw(arrays(np.float32, (7, n), elements=ODD_FLOATS))
    picture = PictureTrack(times, *columns, judged=draw(arrays(np.bool_, n)))
    zones = []
    for number in range(1, draw(st.integers(0, 3)) + 1):
        m = draw(st.integers(1, 5))
        tracks = draw(arrays(np.float32, (6, m), elements=ODD_FLOATS))
        constants = draw(st.lists(st.floats(), min_size=9, max_size=9))
        zones.append(ZoneTrack(number, *constants, np.arange(m) / 30, *tracks))
    return MotionSignal(640, 360, picture, tuple(zones))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(signals())
def test_every_signal_comes_back_bit_for_bit(tmp_path: Path, signal: MotionSignal) -> None:
    write_signal(_stored(signal), tmp_path / "signal.parquet")
    _same_signal(signal, read_signal(tmp_path / "signal.parquet").signal)


def test_a_night_comes_back_with_its_recording(tmp_path: Path) -> None:
    result = make_result(hours=0.5)
    path = tmp_path / "signal.parquet"
    write_signal(StoredSignal(result.recording, result.signal, "abc", "7", "0.1.0"), path)
    found = read_signal(path)
    _same_signal(result.signal, found.signal)
    assert replace(found.recording, flags=()) == replace(result.recording, path="night-01.mp4", flags=())
    assert [flag.code for flag in found.recording.flags] == ["fps_low", "no_claim"]
    assert math.isnan(found.recording.flags[1].value)
    assert (found.motion_fingerprint, found.algorithm, found.version) == ("abc", "7", "0.1.0")
    assert not found.signal.picture.time_s.flags.writeable
    assert not found.signal.zones[0].along.flags.writeable
    assert len(found.signal.zones.part(0, 0)) == 0


def test_the_same_signal_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_signal(_stored(make_result(hours=0.2).signal), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_no_folder_is_named(tmp_path: Path) -> None:
    write_signal(_stored(_empty()), tmp_path / "signal.parquet")
    content = (tmp_path / "signal.parquet").read_bytes()
    assert b"Anna" not in content
    assert str(tmp_path).encode() not in content


def test_not_defined_is_nan_and_not_applicable_is_null(tmp_path: Path) -> None:
    signal = make_result(n_jerks=6, hours=0.05).signal
    light = signal.picture.light.copy()
    light[3] = np.nan
    picture = PictureTrack(**{n: getattr(signal.picture, n) for n in PictureTrack.columns()} | {"light": light})
    path = tmp_path / "signal.parquet"
    write_signal(_stored(replace(signal, picture=picture)), path)
    with duckdb.connect() as database:
        kinds = database.execute("SELECT column_name, column_type FROM (DESCRIBE FROM read_parquet(?))", [str(path)])
        types = dict(kinds.fetchall())
        counted = database.execute(
            "SELECT count(*) FILTER (zone = 0 AND isnan(light)), count(*) FILTER (zone > 0 AND light IS NULL), "
            "count(*) FILTER (zone = 0 AND along IS NULL) FROM read_parquet(?)",
            [str(path)],
        ).fetchone()
    assert counted == (1, sum(len(zone) for zone in signal.zones), len(signal.picture))
    assert types == {"zone": "INTEGER"} | dict.fromkeys(PictureTrack.columns(), "FLOAT") | dict.fromkeys(
        ZoneTrack.columns(), "FLOAT"
    ) | dict.fromkeys(ZoneTrack.constants(), "DOUBLE") | {"time_s": "DOUBLE", "judged": "BOOLEAN"}


def test_zones_without_frames_are_left_out(tmp_path: Path) -> None:
    zone = ZoneTrack(1, *[0.0] * 9, *[np.empty(0)] * 7)
    for zones in ((zone,), ZoneTable.of((zone,))):
        write_signal(_stored(replace(_empty(), zones=zones)), tmp_path / "signal.parquet")
        assert list(read_signal(tmp_path / "signal.parquet").signal.zones) == []


def test_a_signal_in_which_nothing_ever_moved_is_written_again(tmp_path: Path) -> None:
    """Its stored zones count none, which is not nothing: a black film could not be analysed a second time."""
    signal = replace(make_result(hours=0.02).signal, zones=())
    write_signal(_stored(signal), tmp_path / "signal.parquet")
    write_signal(read_signal(tmp_path / "signal.parquet"), tmp_path / "again.parquet")
    _same_signal(signal, read_signal(tmp_path / "again.parquet").signal)


@pytest.mark.parametrize("name", ["it's [a] {b}", "zone=3", "naïve ✓ 夜", "a;b--c", "100%_x", "x[!1]"])
def test_odd_folder_names(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    signal = make_result(n_jerks=6, hours=0.02).signal
    write_signal(_stored(signal), folder / "signal.parquet")
    assert [path.name for path in folder.iterdir()] == ["signal.parquet"]
    _same_signal(signal, read_signal(folder / "signal.parquet").signal)


def test_odd_texts_in_the_recording(tmp_path: Path) -> None:
    flag = QualityFlag("x", Severity.INFO, "it's \"a\" \\ \n {'k': 'v'} \u202e 夜 \x00", 1.0)
    recording = replace(make_recording(), path="a/b'\udcff.mp4", flags=(flag,))
    write_signal(replace(_stored(_empty()), recording=recording), tmp_path / "signal.parquet")
    found = read_signal(tmp_path / "signal.parquet").recording
    assert found.flags == (flag,)
    assert found.flags[0].severity is Severity.INFO
    assert found.path == "b'\udcff.mp4"


def test_a_severity_that_is_none_of_the_list_is_damage(tmp_path: Path) -> None:
    recording = replace(make_recording(), flags=(QualityFlag("x", "grave", ""),))
    write_signal(replace(_stored(_empty()), recording=recording), tmp_path / "signal.parquet")
    with pytest.raises(ResultError, match="'grave' is not a valid Severity"):
        read_signal(tmp_path / "signal.parquet")


def test_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_signal(_stored(_empty()), Path("signal.parquet"))
    assert len(read_signal(Path("signal.parquet")).signal.picture) == 0


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="no such file"):
        read_signal(tmp_path / "signal.parquet")


def test_foreign_parquet(tmp_path: Path) -> None:
    path = tmp_path / "signal.parquet"
    duckdb.execute(f"COPY (SELECT 1 AS zone, 2.0 AS time_s) TO '{path}' (FORMAT parquet)")
    with pytest.raises(ResultError, match="not written by sleepjerk"):
        read_signal(path)


@pytest.mark.parametrize("facts", ['{"format": "99"}', "{}", "[]", "x", '{"format": "1"}'])
def test_foreign_facts(tmp_path: Path, facts: str) -> None:
    path = tmp_path / "signal.parquet"
    duckdb.execute(f"COPY (SELECT 0 AS zone) TO '{path}' (FORMAT parquet, KV_METADATA {{'sleepjerk': '{facts}'}})")
    with pytest.raises(ResultError, match=r"signal\.parquet: .*nalyse the video"):
        read_signal(path)


def test_damage_is_found_wherever_it_is(tmp_path: Path) -> None:
    path = tmp_path / "signal.parquet"
    write_signal(_stored(make_result(n_jerks=12, hours=0.02).signal), path)
    whole = path.read_bytes()
    good = read_signal(path).signal
    good_signal = replace(good, zones=tuple(good.zones))
    for place in np.linspace(0, len(whole) - 1, 60).astype(int):
        altered = bytearray(whole)
        altered[place] ^= 0xFF
        path.write_bytes(altered)
        with contextlib.suppress(ResultError):
            # a byte that says nothing, such as a statistic or the writer's name, may be read over
            # the checksum is looked at when all zones were read
            found = read_signal(path).signal
            _same_signal(good_signal, replace(found, zones=tuple(found.zones)))
    for length in (0, 4, 12, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(ResultError, match="damaged"):
            read_signal(path)


def test_nowhere_to_write(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="cannot be written"):
        write_signal(_stored(_empty()), tmp_path / "none" / "signal.parquet")
