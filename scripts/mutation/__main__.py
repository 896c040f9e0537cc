"""A sample of mutants, each tried against the tests of its module."""

import argparse
import json
import random
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

from scripts.mutation.mutants import Mutant, digest, mutants
from scripts.mutation.targets import modules, tests_of
from scripts.mutation.trial import CAUGHT, SURVIVED, Copy

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "build" / "mutations.jsonl"


def main() -> None:
    options = _options()
    sources = {name: (ROOT / name).read_text(encoding="utf-8") for name in modules(ROOT)}
    everything = [m for name, source in sources.items() for m in mutants(name, source)]
    chosen = [m for m in everything if options.only in m.file]
    random.Random(options.seed).shuffle(chosen)
    chosen = chosen[: options.sample]
    print(f"{len(chosen)} of {len(everything)} mutants in {len(sources)} files", flush=True)
    tried = _tried()
    names = {m: f"{digest(sources[m.file])} {m.key}" for m in chosen}
    _try([m for m in chosen if names[m] not in tried], names, options)
    _report(chosen, names, _tried())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/mutate", description=__doc__)
    parser.add_argument("--sample", type=int, default=300, help="how many are tried")
    parser.add_argument("--seed", type=int, default=0, help="which are drawn")
    parser.add_argument("--only", default="", help="only files with this in their path")
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time")
    parser.add_argument("--timeout-s", type=float, default=600.0, help="a mutant that takes longer is caught")
    return parser.parse_args()


def _try(chosen: list[Mutant], names: dict[Mutant, str], options: argparse.Namespace) -> None:
    """Try each and note what came of it."""
    if not chosen:
        return
    RESULTS.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mutation") as folder, ThreadPoolExecutor(options.jobs) as pool:
        copies: Queue[Copy] = Queue()
        for k in range(options.jobs):
            copies.put(Copy(ROOT, Path(folder) / str(k)))
        _check_that_tests_pass(copies, chosen, options.timeout_s)

        def one(mutant: Mutant) -> None:
            copy = copies.get()
            try:
                outcome, took_s = copy.outcome(mutant, options.timeout_s)
            finally:
                copies.put(copy)
            with RESULTS.open("a") as file:
                file.write(json.dumps({"mutant": names[mutant], "outcome": outcome}) + "\n")
            print(f"{outcome:14} {took_s:5.0f} s  {mutant}", flush=True)

        list(pool.map(one, chosen))


def _check_that_tests_pass(copies: "Queue[Copy]", chosen: list[Mutant], timeout_s: float) -> None:
    copy = copies.get()
    tests = sorted({test for m in chosen for test in tests_of(m.file)})
    outcome, took_s = copy.tested(tests, 4 * timeout_s)
    if outcome != SURVIVED:
        raise SystemExit(f"the tests fail without any change ({outcome}): {' '.join(tests)}")
    print(f"all tests pass without a change, in {took_s:.0f} s", flush=True)
    copies.put(copy)


def _tried() -> dict[str, str]:
    if not RESULTS.exists():
        return {}
    lines = [json.loads(line) for line in RESULTS.read_text().splitlines()]
    return {one["mutant"]: one["outcome"] for one in lines}


def _report(chosen: list[Mutant], names: dict[Mutant, str], tried: dict[str, str]) -> None:
    outcomes = {m: tried[names[m]] for m in chosen}
    survivors = [m for m, outcome in outcomes.items() if outcome == SURVIVED]
    caught = sum(outcome.startswith(CAUGHT) for outcome in outcomes.values())
    print(f"\n{caught} of {len(chosen)} caught: {100 * caught / max(1, len(chosen)):.1f}%")
    for mutant in sorted(survivors, key=str):
        print(f"survived: {mutant}")


if __name__ == "__main__":
    main()
