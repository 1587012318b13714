"""Letters in one file come out as they went in."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letters.docx.archive import archive_of, letter_in
from letters.errors import LetterFault


@given(st.lists(st.binary(max_size=200) | st.integers(0, 200_000).map(lambda n: b"x" * n), max_size=6))
def test_what_goes_in_comes_out_whatever_its_size(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]
) -> None:
    letters = {f"L-{n:08d}.docx": content for n, content in enumerate(contents)}
    path = tmp_path_factory.mktemp("archive") / "page.zip"
    path.write_bytes(archive_of(letters))
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == list(letters)
    assert {name: letter_in(path, name) for name in letters} == letters


def test_the_same_letters_are_the_same_bytes() -> None:
    assert archive_of({"a": b"1", "b": b"2"}) == archive_of({"a": b"1", "b": b"2"})


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18])
def test_a_letter_that_is_not_there_is_said_with_its_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "page.zip").write_bytes(content)
    with pytest.raises(LetterFault, match=r"page\.zip: letter L-00000001\.docx cannot be read"):
        letter_in(tmp_path / "page.zip", "L-00000001.docx")
