"""Watching files: each save counts once, and a file that is being written is left alone."""

import os
from itertools import count, islice

from gamemeta_levels.files.saves import saves


def test_each_save_counts_once_and_only_when_the_file_rests(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("1")
    looks = count()
    seen = []

    def sleep():
        look = next(looks)
        if look == 1:
            two.write_text("22")
        elif look == 2:
            two.write_text("2222")  # goes on being written
        elif look == 5:
            one.unlink()
        elif look == 7:
            one.write_text("1")
        elif look == 9:
            os.utime(two, ns=(1, 1))
        seen.append(look)

    came = list(islice(saves(lambda: sorted(tmp_path.iterdir()), sleep), 4))
    assert came == [[one], [two], [one], [two]]
    assert seen[-1] == 10


def test_files_that_do_not_come_back_are_no_error(tmp_path):
    gone = tmp_path / "gone"
    there = tmp_path / "there"
    there.write_text("1")
    assert next(saves(lambda: [gone, there], lambda: None)) == [there]
