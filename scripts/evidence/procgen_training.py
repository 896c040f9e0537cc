"""How fast a training on Procgen is beside Stable-Baselines3's PPO with the same image encoder, batch and
epochs, and how much of the time convolutions take.

Both train in turns of one iteration, a rollout and its epochs, so that whatever else the machine does slows
both; run it with nothing else on the machine all the same. With several threads, the share of convolutions is
too low for Stable-Baselines3: its operations use threads whose time is not told apart. It needs `pip install
stable-baselines3`.

    python scripts/evidence/procgen_training.py [--game maze] [--encoders small impala] [--turns 3]
    [--threads 1]
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator

import numpy as np
from evidence import machine
from procgen_sb3 import make_ppo, torch_threads
from torch._C._profiler import _ExperimentalConfig
from torch.profiler import ProfilerActivity, profile

from gamemeta.games.outside.procgen.facts import EASY, GAMES, PREFIX
from gamemeta.networks.precision import BFLOAT16, FLOAT32, can_multiply
from gamemeta.training.config import load_config
from gamemeta.training.loop import Iteration, Training

CONVOLUTIONS = ("aten::mkldnn_convolution", "aten::convolution_backward", "aten::slow_conv2d_forward")
"""What torch calls the work of convolutions on a processor."""
RIVAL = "Stable-Baselines3"
Turn = Callable[[], object]


def main() -> None:
    """Print a line for each way of training."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    words.add_argument("--game", choices=tuple(GAMES), default="maze")
    words.add_argument("--encoders", nargs="+", choices=("small", "impala"), default=["small", "impala"])
    words.add_argument("--turns", type=int, default=3, help="turns of each; the median counts")
    words.add_argument("--threads", type=int, default=0, help="0: as many as there are cores")
    words.add_argument("--set", action="append", default=[], help="one setting of both")
    given = words.parse_args()
    given.threads = given.threads or os.cpu_count() or 1
    print(f"{machine()}; {given.threads} threads; procgen/{given.game}")
    print("| encoder | who | steps/s | of the rival's | convolutions |\n|---|---|---:|---:|---:|")
    for encoder in given.encoders:
        compare(given, encoder)


def compare(given: argparse.Namespace, encoder: str) -> None:
    """Train in turns with one encoder, and print what came of it."""
    settings = [f"network.image_encoder={encoder}", f"run.threads={given.threads}", *given.set]
    precisions = [p for p in (FLOAT32, BFLOAT16) if can_multiply(p)]
    config = load_config(PREFIX + given.game, None, settings)
    steps = config.run.lanes * config.run.rollout_steps
    rival = make_ppo(given.game, EASY, config)

    def learn() -> None:
        with torch_threads(given.threads):
            rival.learn(steps, reset_num_timesteps=False)

    turns: dict[str, Turn] = {RIVAL: learn}
    for precision in precisions:
        own = load_config(PREFIX + given.game, None, [*settings, f"run.precision={precision}"])
        turns[f"ours, {precision}"] = iterate(Training(own).run())
    for turn in turns.values():
        turn()  # warms up
    shares = {who: convolutions(turn) for who, turn in turns.items()}
    seconds: dict[str, list[float]] = {who: [] for who in turns}
    for _ in range(given.turns):
        for who, turn in turns.items():
            seconds[who].append(timed(turn))
    rates = {who: steps / float(np.median(took)) for who, took in seconds.items()}
    for who, rate in rates.items():
        ratios = np.array(seconds[RIVAL]) / np.array(seconds[who])
        spread = f"{np.median(ratios):.2f} ({ratios.min():.2f} to {ratios.max():.2f})"
        print(f"| {encoder} | {who} | {rate:,.0f} | {spread} | {shares[who]:.0%} |", flush=True)


def iterate(iterations: Iterator[Iteration]) -> Turn:
    """A turn of ours."""
    return lambda: next(iterations)


def timed(turn: Turn) -> float:
    """Seconds of a turn."""
    begun = time.perf_counter()
    turn()
    return time.perf_counter() - begun


def convolutions(turn: Turn) -> float:
    """The share of a turn's processor time in torch and outside that convolutions take, forwards and back."""
    everywhere = _ExperimentalConfig(profile_all_threads=True)
    before = time.process_time()
    with profile(activities=[ProfilerActivity.CPU], experimental_config=everywhere) as found:
        turn()
        spent = time.process_time() - before
    convolving = sum(e.self_cpu_time_total for e in found.key_averages() if e.key in CONVOLUTIONS)
    return convolving / 1e6 / spent


if __name__ == "__main__":
    main()
