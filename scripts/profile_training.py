"""Where the time of a training goes: rollouts, gradients, weight updates, and the game within the rollouts.

    python scripts/profile_training.py [GAME] [--threads 1] [--iterations 10] [--set section.name=value ...]

Run it with nothing else on the machine. With one thread the parts add up; with several they overlap.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from gamemeta.training.config import load_config
from gamemeta.training.loop import Training


class Clock:
    """Seconds and calls of wrapped methods, by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.calls: dict[str, int] = defaultdict(int)

    def wrap(self, owner: Any, method: str, name: str) -> None:
        inner: Callable[..., Any] = getattr(owner, method)

        def timed(*arguments: Any, **named: Any) -> Any:
            began = time.perf_counter()
            answer = inner(*arguments, **named)
            self.seconds[name] += time.perf_counter() - began
            self.calls[name] += 1
            return answer

        setattr(owner, method, timed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("game", nargs="?", default="maze")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--iterations", type=int, default=10)
    parser.add_argument("--set", action="append", default=[], metavar="SECTION.NAME=VALUE")
    arguments = parser.parse_args()
    training = Training(
        load_config(arguments.game, overrides=[*arguments.set, f"run.threads={arguments.threads}"])
    )
    run = training.run()
    next(run)  # compiles
    clock = Clock()
    for shard in training.shards:
        clock.wrap(shard, "collect", "rollouts")
        clock.wrap(shard.trials.game, "step", "of these, game steps")
        clock.wrap(shard.trials.family, "fill", "of these, level generation")
    clock.wrap(training.learner, "loss_and_grads", "gradients")
    clock.wrap(training.learner, "apply", "weight updates")
    began = time.perf_counter()
    for _ in range(arguments.iterations):
        next(run)
    elapsed = time.perf_counter() - began
    steps = arguments.iterations * training.steps_per_iteration
    print(f"{steps / elapsed:,.0f} steps/s with {arguments.threads} thread(s)")
    for name, seconds in clock.seconds.items():
        each = 1e3 * seconds / clock.calls[name]
        print(
            f"{name:28s} {seconds / elapsed:6.1%} of the time, {clock.calls[name]:6d} calls of {each:8.3f} ms"
        )


if __name__ == "__main__":
    main()
