"""Row counts: the same number whatever the chunks are, and none where lines cannot be told apart."""

from __future__ import annotations

import csv
import io
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whence_emitters.rows import LineCounter, counter_for, rows_in_header


def count(text: bytes, chunk: int, *, quoted: bool, header: int) -> int | None:
    counter = LineCounter(quoted=quoted, header=header)
    for start in range(0, len(text), chunk):
        counter.feed(text[start : start + chunk])
    return counter.finish()


@pytest.mark.parametrize("chunk", [1, 2, 3, 1000])
@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (b"", 0),
        (b"a,b\n", 0),
        (b"a,b\n1,2", 1),
        (b"a,b\r\n1,2\r\n3,4\r\n", 2),
        (b'a,b\n"1\n1",2\n3,"4 ""x"" \n"\n', 2),
        (b"a\n\n1\n\n\n2\n\n", 2),
        (b'\n\na\n""\n', 1),
        (b'a\n"open\n1\n', None),
    ],
)
def test_csv_records(text: bytes, rows: int | None, chunk: int) -> None:
    assert count(text, chunk, quoted=True, header=1) == rows


@given(
    st.lists(st.lists(st.text(st.sampled_from('a,"\n '), max_size=4), min_size=2, max_size=3), max_size=8),
    st.integers(1, 7),
)
def test_csv_records_as_the_csv_module_reads_them(table: list[list[str]], chunk: int) -> None:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(table)
    read = [row for row in csv.reader(io.StringIO(file.getvalue(), newline="")) if row]
    assert count(file.getvalue().encode(), chunk, quoted=True, header=0) == len(read)


def test_json_lines_know_no_quotes() -> None:
    assert count(b'{"a": "\\""}\n\n{}\n{"b"', 4, quoted=False, header=0) == 3


def test_only_known_formats_are_counted() -> None:
    assert counter_for(Path("a.TSV"))
    assert counter_for(Path("a.bin")) is None


def test_npy_says_its_rows_in_the_header(tmp_path: Path) -> None:
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (12, 3), }\n"
    path = tmp_path / "a.npy"
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header)
    assert rows_in_header(path) == 12
    path.write_bytes(b"no array")
    with pytest.raises(ValueError, match="npy"):
        rows_in_header(path)


def test_npy_as_numpy_writes_it(tmp_path: Path) -> None:
    import numpy

    numpy.save(tmp_path / "a.npy", numpy.zeros((5, 2)))
    assert rows_in_header(tmp_path / "a.npy") == 5
