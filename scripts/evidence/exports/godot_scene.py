"""Train in a running scene of Godot 4, export the agent, and play it in that scene without Python; writes
docs/results/godot.md.

The scene is godot_project/ with the plugin of Godot RL Agents, unchanged but for its class ONNXModel when the
exported agent plays: that one comes with the export.

    python scripts/evidence/exports/godot_scene.py PLUGIN [--godot PROGRAM] [--runs FOLDER] [--steps N]

PLUGIN is a copy of https://github.com/edbeeching/godot_rl_agents_plugin, the folder that has addons/ in it.
"""

import argparse
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from page import noted_machine

import gamemeta
from gamemeta.export.target import first_of
from gamemeta.export.targets.godot import PROGRAMS
from gamemeta.files import write_atomically
from gamemeta.games.outside.seed_levels.family import SEED, SeedLevels, family_name
from gamemeta_levels.family import generate_arrays

HERE = Path(__file__).resolve().parent
PROJECT, PAGE = HERE / "godot_project", HERE.parents[2] / "docs" / "results" / "godot.md"
WRAPPER = Path("addons/godot_rl_agents/onnx/wrapper/ONNX_wrapper.gd")
AGENTS, EPISODES, LEVELS = 64, 4, 512
TRAINING = [
    f"run.lanes={AGENTS}",
    "run.rollout_steps=32",
    "trial.credit=trial",
    "ppo.entropy=0.02",
    "game.par=1",
    "game.can_wait=true",
    "game.step_limit=100",
]
RUNNING = ["--headless", "--disable-render-loop"]
PLAYED = "addons/godot_rl_agents"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("plugin", nargs="?", type=Path, help="copy of the plugin, with addons/ in it")
    parser.add_argument("--godot", default=first_of(PROGRAMS), help="Godot 4")
    parser.add_argument(
        "--runs", type=Path, default=Path("runs/godot-scene"), help="where everything is kept"
    )
    parser.add_argument("--steps", type=int, default=300_000, help="steps of the training")
    arguments = parser.parse_args()
    missing = absent(arguments.godot, arguments.plugin)
    if missing:
        print(f"skipped: {missing}")
        return
    scene = Scene(arguments.godot, arguments.plugin, arguments.runs.resolve())
    seconds = scene.train(arguments.steps)
    table = scene.evaluate()
    scene.export()
    steps = scene.play()
    equal = compared(scene.run, steps)
    text = page(scene, arguments.steps, seconds, table, curve(steps), equal, len(steps))
    write_atomically(PAGE, text.encode())
    print(text)
    if equal != len(steps):
        raise SystemExit("some actions of the exported agent are not those of Python.")


def absent(godot: str, plugin: Path | None) -> str:
    """What is missing here, in words."""
    if shutil.which(godot) is None:
        return f"{godot} is not installed; give Godot 4 with --godot."
    if plugin is None or not (plugin / WRAPPER).is_file():
        return "give a copy of the Godot RL Agents plugin, the folder that has addons/ in it."
    return ""


class Scene:
    """The scene, in a folder for training and in one for the exported agent.

    Args:
        godot: the program.
        plugin: copy of the plugin.
        runs: where everything is kept.
    """

    def __init__(self, godot: str, plugin: Path, runs: Path) -> None:
        self.godot, self.plugin, self.runs = godot, plugin, runs
        self.run, self.exported = runs / "run", runs / "export"
        self.port = free_port()
        runs.mkdir(parents=True, exist_ok=True)

    def version(self) -> str:
        """Godot's."""
        return subprocess.run(
            [self.godot, "--version"], capture_output=True, text=True, check=True
        ).stdout.strip()

    def train(self, steps: int) -> float:
        """Train with the command that users have; seconds it took."""
        shutil.rmtree(self.run, ignore_errors=True)
        project, begun = self._project("training"), time.monotonic()
        settings = [word for setting in TRAINING for word in ("--set", setting)]
        command = ["train", self._game(), "--out", str(self.run), "--steps", str(steps), *settings]
        with self._scene_for(project, command) as output:
            for line in output:
                print(line, end="", flush=True)
        return time.monotonic() - begun

    def evaluate(self) -> dict[str, Any]:
        """Scores of the agent in the running scene, memory wiped and random play beside."""
        command = ["evaluate", str(self.run), "--levels", str(LEVELS), "--json", "--game", self._game()]
        with self._scene_for(self._project("training"), command) as output:
            table: dict[str, Any] = json.loads("".join(output))
        return table

    def export(self) -> None:
        """Export the agent to GDScript; its checker runs."""
        gamemeta_command(["export", str(self.run), "--to", "godot", "--out", str(self.exported)])

    def play(self) -> list[dict[str, Any]]:
        """Every step of the exported agent on the same levels, in the scene and in Godot alone."""
        project = self._project("playing")
        for name in ("gamemeta.gd", "agent.bin"):
            shutil.copy(self.exported / name, project / name)
        shutil.copy(self.exported / "plugin" / WRAPPER.name, project / WRAPPER)
        self._import(project)
        family = SeedLevels(family_name("godot"))
        levels = generate_arrays(family, range(LEVELS), "test")
        plan, log = project / "plan.json", project / "steps.jsonl"
        seeds = [int(family.unpack(levels, i).hidden[SEED][0]) for i in range(LEVELS)]
        plan.write_text(json.dumps(seeds), "utf-8")
        words = ["--model=res://agent.bin", f"--plan={plan}", f"--log={log}", "--agents=16"]
        command = self._command(project, [*words, f"--episodes={EPISODES}"])
        subprocess.run(command, check=True, timeout=600, stdout=subprocess.DEVNULL)
        return [json.loads(line) for line in log.read_text("utf-8").splitlines()]

    def _game(self) -> str:
        return f"godot:attach@{self.port}"

    def _project(self, name: str) -> Path:
        project = self.runs / name
        shutil.rmtree(project, ignore_errors=True)
        shutil.copytree(PROJECT, project)
        shutil.copytree(self.plugin / PLAYED, project / PLAYED)
        self._import(project)
        return project

    def _import(self, project: Path) -> None:
        command = [self.godot, "--headless", "--path", str(project), "--import"]
        subprocess.run(command, check=True, timeout=300, capture_output=True)

    def _command(self, project: Path, words: Sequence[str]) -> list[str]:
        pace = ["--action_repeat=1", "--speedup=8", "--fixed-fps", "480"]
        return [self.godot, *RUNNING, "--path", str(project), *pace, *words]

    @contextmanager
    def _scene_for(self, project: Path, command: Sequence[str]) -> Iterator[Iterator[str]]:
        """Lines of a command of gamemeta, to which the scene is started once it waits."""
        words = [sys.executable, "-m", "gamemeta_cli", *command]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as trainer:
            while trainer.poll() is None and not listens(self.port):
                time.sleep(0.2)
            scene = self._command(project, [f"--port={self.port}", f"--agents={AGENTS}"])
            with subprocess.Popen(scene, stdout=subprocess.DEVNULL) as engine:
                assert trainer.stdout is not None
                yield iter(trainer.stdout)
                if trainer.wait():
                    engine.terminate()
                    raise SystemExit(f"failed: gamemeta {' '.join(command)}")


def gamemeta_command(words: Sequence[str]) -> None:
    """Run a command of gamemeta."""
    subprocess.run([sys.executable, "-m", "gamemeta_cli", *words], check=True)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Whether something listens there, without a connection to it."""
    with socket.socket() as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # connections that have ended do not count
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def curve(steps: list[dict[str, Any]]) -> list[float]:
    """Share of the levels whose door was open in the end, by episode."""
    ended = [step for step in steps if step["ends"]]
    return [float(np.mean([s["open"] for s in ended if s["episode"] == k])) for k in range(EPISODES)]


def compared(run: Path, steps: list[dict[str, Any]]) -> int:
    """How many actions Python's runtime takes, too, shown what the exported agent was shown."""
    agent, equal = gamemeta.load(run, backend="numpy"), 0
    for number in sorted({step["agent"] for step in steps}):
        mind, fresh = agent.begin(1, seed=number), True
        for step in (s for s in steps if s["agent"] == number):
            if fresh:
                mind.forget()
            action = mind.act({"obs": step["obs"]}, step["reward"], step["done"])
            equal += int(action["lever"]) == step["move"]
            fresh = step["last"]
    return equal


def page(
    scene: Scene,
    steps: int,
    seconds: float,
    table: dict[str, Any],
    alone: list[float],
    equal: int,
    decisions: int,
) -> str:
    """The page as Markdown."""
    head = subprocess.run(
        ["git", "-C", str(scene.plugin), "rev-parse", "HEAD"], capture_output=True, text=True, check=False
    )
    commit = head.stdout.strip() if head.returncode == 0 else "unknown"
    wide = max(1.96 * (share * (1 - share) / LEVELS) ** 0.5 for share in alone)

    def row(name: str, shares: Sequence[float]) -> str:
        return f"| {name} | " + " | ".join(f"{100 * share:.1f}%" for share in shares) + " |"

    return f"""# Results: a running scene of Godot 4

Made by `python scripts/evidence/exports/godot_scene.py PLUGIN` on {date.today():%Y-%m-%d}: Godot
{scene.version()}, the plugin of Godot RL Agents at commit {commit[:7]}, {noted_machine()["machine"]}.

The scene (`scripts/evidence/exports/godot_project`) has {AGENTS} walls of five levers, one of which opens a
door: which one, the seed of the level decides, and nothing shows it. An episode ends when the door opens, or
after two pulls; a trial is {EPISODES} episodes on one level. Who knows nothing opens 40% of the doors with
two pulls. There are five different levels, so this shows that an agent learns the level that it is on, not
that it copes with new kinds of levels.

`gamemeta train --attach` trained in the running scene, headless, for {steps:,} steps in {seconds:.0f} s,
tests included. The plugin was not changed. Then the agent was exported (`--to godot`), and played the same
{LEVELS} test levels in that scene, in Godot alone: the Sync node in its mode ONNX_INFERENCE, with the class
`ONNXModel` of the export and 16 agents.

| doors opened in episode | {" | ".join(str(k + 1) for k in range(EPISODES))} |
|---|{"---|" * EPISODES}
{row("agent, Python plays the running scene", table["agent"]["success"])}
{row("**exported agent, Godot alone**", alone)}
{row("memory wiped", table["wiped"]["success"])}
{row("random", table["random"]["success"])}

95% intervals are at most ±{100 * wide:.1f} points. Shown what the exported agent was shown, Python's
runtime takes {equal:,} of its {decisions:,} actions.
"""


if __name__ == "__main__":
    main()
