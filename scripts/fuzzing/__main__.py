"""The command `scripts/fuzz`."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from scripts.fuzzing.pool import Findings, outcome, run
from scripts.fuzzing.registry import names, targets
from scripts.fuzzing.target import Target

EXAMPLES = 3
"""Inputs that are kept of each kind of finding."""
WITHOUT_END = 10**12


def main() -> int:
    arguments = _arguments()
    chosen = targets(arguments.target) if arguments.target else []
    if not chosen:
        print("targets, each by its name or by what it begins with:", *names(), "all", sep="\n  ")
        return 2
    found = 0
    for target in chosen:
        seeds = target.seeds()
        with tempfile.TemporaryDirectory() as folder:
            for good in seeds:  # also loads everything, so that processes start with it
                outcome(target, good, Path(folder))
            if arguments.input is not None:
                data = target.input(seeds, arguments.seed, arguments.input)
                sys.stdout.buffer.write(data + b"\n")
                print(*outcome(target, data, Path(folder)), sep="\n")
                continue
        found += _fuzz(target, seeds, arguments, len(chosen))
    return 1 if found else 0


def _fuzz(target: Target, seeds: object, arguments: argparse.Namespace, share: int) -> int:
    """Fuzz one target and say what came of it; the number of findings."""
    begun = time.monotonic()
    until = begun + 60 * arguments.minutes / share if arguments.minutes else begun + WITHOUT_END
    inputs = arguments.inputs or (WITHOUT_END if arguments.minutes else 1000)
    findings = run(target, seeds, arguments.seed, inputs=inputs, until=until, workers=arguments.workers)
    total, took_s = sum(findings.counts.values()), time.monotonic() - begun
    good, refused, found = (findings.counts[name] for name in ("good", "refused", "found"))
    print(
        f"{target.name}: {total} inputs in {took_s:.0f} s ({total / max(took_s, 1e-9):.0f}/s): {good} good, "
        f"{refused} refused, {found} found; slowest {findings.slowest_s:.2f} s",
        flush=True,
    )
    _keep(target, seeds, arguments, findings)
    return found


def _keep(target: Target, seeds: object, arguments: argparse.Namespace, findings: Findings) -> None:
    """Write some inputs of each kind of finding, with a report beside each."""
    for kind, examples in findings.kinds.items():
        print(f"  {len(examples)} x {kind}")
        for number, report in examples[:EXAMPLES]:
            name = f"{target.name.replace('/', '_')}-{arguments.seed}-{number}"
            arguments.out.mkdir(parents=True, exist_ok=True)
            (arguments.out / name).write_bytes(target.input(seeds, arguments.seed, number))
            (arguments.out / f"{name}.report").write_text(f"{kind}\n{report}\n")
            print(
                f"    {arguments.out / name}; again: "
                f"scripts/fuzz {target.name} --seed {arguments.seed} --input {number}",
                flush=True,
            )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("target", nargs="?", help="a target, or the beginning of several; without: a list")
    parser.add_argument("--minutes", type=float, default=0.0, help="how long, all targets together")
    parser.add_argument("--inputs", type=int, default=0, help="how many a target; 1000 without --minutes")
    parser.add_argument("--seed", type=int, default=0, help="inputs depend on target, seed and number alone")
    parser.add_argument("--input", type=int, help="show one input by its number and what comes of it")
    parser.add_argument("--workers", type=int, default=1, help="processes at a time")
    parser.add_argument("--out", type=Path, default=Path("fuzz-findings"), help="folder for what is found")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
