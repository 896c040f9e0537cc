"""Runtimes of exported agents answer damaged input in words; the fuzzer finds what does not."""

import sys
import time
from contextlib import contextmanager

import pytest

from gamemeta.export.registry import targets as exports
from scripts.fuzzing import driver, pool
from scripts.fuzzing.cases import parsed, text
from scripts.fuzzing.registry import targets

unix = pytest.mark.skipif(sys.platform == "win32", reason="the processes are forked")


@contextmanager
def saying(words):
    """A process that answers every case with these words."""
    code = f"import sys\nfor line in sys.stdin:\n  if line == 'end\\n': print({words!r}, flush=True)"
    process = driver.Driver([sys.executable, "-c", code])
    yield process
    process.close()


def test_words_are_an_answer_and_anything_else_is_found():
    with saying("good") as process:
        process.play(text({"n": 1}))
        process.play(text({"n": 1}))
    with saying("refused: no agent") as process, pytest.raises(driver.Refused, match=r"^no agent$"):
        process.play(text({"n": 1}))
    with saying("TypeError: x") as process, pytest.raises(driver.Foreign, match="TypeError"):
        process.play(text({"n": 1}))


def test_a_process_that_ends_is_found_and_begun_again():
    ending = driver.Driver([sys.executable, "-c", "input(); raise SystemExit(3)"])
    for _ in range(2):
        with pytest.raises(driver.Foreign, match="ended: 3"):
            ending.play(text({"n": 1}))


def test_a_case_is_read_as_it_is_written():
    case = {"agent": bytes(range(256)), "memory": b"", "n": 2, "seed": 2**64 - 1, "odd": -1}
    assert parsed(text(case)) == case


@unix
@pytest.mark.parametrize("name", ["js", "luajit21", "json"])
def test_damaged_input_is_refused_in_words(name):
    language = "lua" if name == "luajit21" else name
    if exports()[language].missing():
        pytest.skip("the language is not installed")
    (target,) = targets(f"exports/{name}")
    seeds = target.seeds()
    found = pool.run(target, seeds, 1, inputs=30, until=time.monotonic() + 100, workers=1)
    assert not found.kinds and sum(found.counts.values()) == 30
    assert min(found.counts["good"], found.counts["refused"]) > 5
