"""Files that others name are read when they are regular and of bounded size, and nothing else is."""

import errno
import os
import socket
import sys
from pathlib import Path

import pytest

from gamemeta_levels.files.reading import check_regular, is_regular, read_bounded

unix = pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices are files on Unix alone")


def test_a_file_of_just_that_many_bytes_is_read(tmp_path: Path):
    file = tmp_path / "a"
    file.write_bytes(b"12345")
    assert read_bounded(file, 5) == b"12345"
    assert is_regular(file)


def test_a_larger_file_is_refused_before_it_is_read(tmp_path: Path):
    file = tmp_path / "a"
    with file.open("wb") as hole:
        hole.truncate(2**40)  # takes no room on the disk
    with pytest.raises(OSError, match="larger than 1 MiB") as caught:
        read_bounded(file, 1024**2)
    assert caught.value.errno == errno.EFBIG


@unix
def test_a_pipe_that_nobody_writes_to_is_refused_at_once(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    for look in (read_bounded, check_regular):
        with pytest.raises(OSError, match="a pipe"):
            look(tmp_path / "pipe", 100)
    assert not is_regular(tmp_path / "pipe")


@unix
def test_devices_and_sockets_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(OSError, match="a device"):
        read_bounded("/dev/zero", 100)
    monkeypatch.chdir(tmp_path)  # names of sockets are short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        with pytest.raises(OSError, match="a socket"):
            read_bounded("socket", 100)


@unix
def test_a_file_that_tells_no_size_is_read_no_further_than_allowed():
    if not Path("/proc/self/maps").exists():
        pytest.skip("there is no /proc")
    with pytest.raises(OSError, match="larger than 3 bytes"):
        read_bounded("/proc/self/maps", 3)


def test_folders_and_missing_files_keep_their_own_errors(tmp_path: Path):
    with pytest.raises(IsADirectoryError):
        read_bounded(tmp_path, 100)
    with pytest.raises(FileNotFoundError):
        read_bounded(tmp_path / "none", 100)
    with pytest.raises(ValueError, match="null"):
        read_bounded("a\0b", 100)
    assert not is_regular(tmp_path) and not is_regular("a\0b")
