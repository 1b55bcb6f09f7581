"""Zones are read from the file when they are asked for, and the file is not trusted."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pytest

from detector.errors import ResultError
from detector.exports.signal_parquet import StoredSignal, read_signal, write_signal
from detector.exports.signal_values import content_digest
from detector.exports.stored_zones import StoredZones
from detector.motion import growing_zones
from detector.motion.growing_zones import GrowingZones, SpooledZones
from detector.records import zone_table
from detector.records.motion import PictureTrack, ZoneTrack
from detector.records.zone_table import ZoneTable, stretches_of
from tests.factories import make_recording, make_result

if TYPE_CHECKING:
    from pathlib import Path

    from detector.records.motion import MotionSignal


def stored(signal: MotionSignal, version: str = "0.1.0") -> StoredSignal:
    return StoredSignal(make_recording(), signal, "abc123", "1", version)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_signal(stored(make_result(n_jerks=36, hours=0.05).signal), tmp_path / "signal.parquet")
    return tmp_path / "signal.parquet"


def zones_in(path: Path) -> StoredZones:
    zones = read_signal(path).signal.zones
    assert isinstance(zones, StoredZones)
    return zones


def test_stretches_are_whole_zones_of_so_many_frames(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zones, written = zones_in(path), make_result(n_jerks=36, hours=0.05).signal.zones
    monkeypatch.setattr(zone_table, "ROWS_A_STRETCH", 2 * len(written[0]))
    tables = list(zones.stretches())
    assert len(tables) > 2
    assert sum(map(len, tables)) == len(zones) == len(written)
    for one, other in zip((zone for table in tables for zone in table), written, strict=True):
        assert one.number == other.number
        np.testing.assert_array_equal(one.away, other.away)


def test_a_zone_longer_than_a_stretch_is_a_stretch(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zones = zones_in(path)
    monkeypatch.setattr(zone_table, "ROWS_A_STRETCH", 1)
    assert [len(table) for table in zones.stretches()] == [1] * len(zones)


def test_one_zone_is_read_alone(path: Path) -> None:
    zones = zones_in(path)
    whole = list(zones)
    for i in (0, len(zones) // 2, -1):
        assert zones[i].number == whole[i].number
        np.testing.assert_array_equal(zones[i].along, whole[i].along)


def test_the_checksum_is_looked_at_in_the_end(path: Path) -> None:
    good = zones_in(path)
    wrong = replace(good, facts=good.facts | {"content_sha256": "0" * 64})
    with pytest.raises(ResultError, match="replaced while it was in use"):
        list(wrong.stretches())
    picture = PictureTrack(
        **{n: getattr(good.picture, n) for n in PictureTrack.columns()} | {"light": good.picture.change}
    )
    seen = []
    with pytest.raises(ResultError, match="do not fit their checksum"):
        seen.extend(replace(good, picture=picture).stretches())
    assert seen


def test_a_file_that_was_replaced_is_refused(path: Path) -> None:
    zones = zones_in(path)
    write_signal(stored(make_result(n_jerks=12, hours=0.05, seed=2).signal), path)
    with pytest.raises(ResultError, match="replaced while it was in use"):
        list(zones)
    path.unlink()
    with pytest.raises(ResultError, match="damaged"):
        zones[0]


def test_the_same_numbers_with_other_facts_are_the_same_zones(path: Path) -> None:
    zones = zones_in(path)
    write_signal(stored(make_result(n_jerks=36, hours=0.05).signal, version="0.2.0"), path)
    assert [zone.number for zone in zones] == zones.constants.number.tolist()


@pytest.mark.parametrize("rows", [1, 5000, 1_000_000])
def test_zones_that_are_kept_in_a_file_are_written_as_those_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    signal = make_result(n_jerks=36, hours=0.05).signal
    monkeypatch.setattr(growing_zones, "ROWS_IN_MEMORY", 1)
    monkeypatch.setattr(zone_table, "ROWS_A_STRETCH", rows)
    growing = GrowingZones()
    growing.add(ZoneTable.of(signal.zones), 0.0)
    kept = replace(signal, zones=growing.zones())
    assert isinstance(kept.zones, SpooledZones)
    (tmp_path / "it's [a]").mkdir()
    write_signal(stored(kept), tmp_path / "it's [a]" / "kept")
    write_signal(stored(replace(signal, zones=ZoneTable.of(kept.zones))), tmp_path / "memory")
    assert (tmp_path / "it's [a]" / "kept").read_bytes() == (tmp_path / "memory").read_bytes()
    assert [path.name for path in (tmp_path / "it's [a]").iterdir()] == ["kept"]


@pytest.mark.parametrize("version", ["0.1.0", "0.2.0"])
def test_a_stored_signal_is_written_again_as_from_memory(path: Path, tmp_path: Path, version: str) -> None:
    found = read_signal(path)
    in_memory = replace(found.signal, zones=tuple(found.signal.zones))
    write_signal(stored(found.signal, version), tmp_path / "again")
    write_signal(stored(in_memory, version), tmp_path / "anew")
    assert (tmp_path / "again").read_bytes() == (tmp_path / "anew").read_bytes()
    write_signal(stored(found.signal, version), path)
    assert path.read_bytes() == (tmp_path / "anew").read_bytes()
    assert sorted(place.name for place in tmp_path.iterdir()) == ["again", "anew", "signal.parquet"]


def test_another_picture_with_stored_zones_is_written_with_its_own_checksum(path: Path, tmp_path: Path) -> None:
    found = read_signal(path).signal
    columns = {name: getattr(found.picture, name) for name in PictureTrack.columns()}
    darker = replace(found, picture=PictureTrack(**columns | {"brightness": found.picture.brightness / 2}))
    write_signal(stored(darker), tmp_path / "darker")
    again = read_signal(tmp_path / "darker").signal
    assert len(list(again.zones)) == len(found.zones)
    np.testing.assert_array_equal(again.picture.brightness, darker.picture.brightness)


@pytest.mark.parametrize("plain", [True, False])
def test_the_checksum_is_that_of_each_zones_arrays_one_after_the_other(
    plain: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if plain:
        monkeypatch.setattr("detector.exports.signal_values.load_kernel", lambda: None)
    signal = make_result(n_jerks=36, hours=0.05).signal
    blank = ZoneTrack(7, *[float("nan")] * 9, *[np.empty(0)] * 7)
    odd = ZoneTrack(8, *[0.5] * 9, *[np.array([1.0, -float("nan"), -0.0])] * 7)
    zones = (*signal.zones, blank, odd)
    columns = [getattr(signal.picture, name) for name in PictureTrack.columns()]
    for zone in zones:
        columns += [getattr(zone, name) for name in ZoneTrack.columns()]
        columns.append(np.array([zone.number, *(getattr(zone, name) for name in ZoneTrack.constants())], np.float64))
    plain = [np.where(np.isnan(column), column.dtype.type(np.nan), column).tobytes() for column in columns]
    assert content_digest(signal.picture, zones) == hashlib.sha256(b"".join(plain)).hexdigest()
    assert len(list(stretches_of(zones))) == 1


@pytest.mark.parametrize(("where", "message"), [("zone <> 2", "rows expected"), ("time_s < 1", "rows expected")])
def test_rows_that_are_not_there_are_missed(path: Path, tmp_path: Path, where: str, message: str) -> None:
    rewrite(path, tmp_path / "other", f"SELECT * FROM '{path}' WHERE {where}")
    with pytest.raises(ResultError, match=message):
        read_signal(tmp_path / "other")


def test_values_that_are_not_there_are_missed(path: Path, tmp_path: Path) -> None:
    rewrite(path, tmp_path / "other", f"SELECT * REPLACE (nullif(along, along) AS along) FROM '{path}'")
    with pytest.raises(ResultError, match="values are missing"):
        list(read_signal(tmp_path / "other").signal.zones)


def rewrite(path: Path, target: Path, rows: str) -> None:
    with duckdb.connect() as database:
        found = database.execute("SELECT value FROM parquet_kv_metadata(?) WHERE key = 'sleepjerk'", [str(path)])
        facts = bytes(found.fetchall()[0][0]).decode().replace("'", "''")
        database.execute(f"COPY ({rows}) TO '{target}' (FORMAT parquet, KV_METADATA {{'sleepjerk': '{facts}'}})")
