"""`gamemeta evaluate`: is the agent good, and is it its memory that makes it so?"""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

AgentPath = Annotated[Path, typer.Argument(help="Agent file, or the directory of a run.")]
Split = Annotated[
    str, typer.Option(help="Which unseen levels: test, validation or far (train for comparison).")
]
Levels = Annotated[int, typer.Option(help="How many levels of the split.", min=1)]
Episodes = Annotated[int | None, typer.Option(help="Episodes on each level. Default: as trained.", min=1)]
Seed = Annotated[int, typer.Option(help="Seed of the agent's draws.", min=0)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


def evaluate(
    agent: AgentPath,
    split: Split = "test",
    levels: Levels = 1024,
    episodes: Episodes = None,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Play unseen levels as the agent, its controls, at random, and as the solver would."""
    from gamemeta.agent.file import read_agent
    from gamemeta.evaluation.evaluation import evaluate as run
    from gamemeta.learners.memory_learner import MemoryLearner
    from gamemeta.networks.restore import policy_of
    from gamemeta_cli.chart import draw_curve
    from gamemeta_cli.tables import adaptation_table

    file = read_agent(agent / "agent.safetensors" if agent.is_dir() else agent)
    learner = MemoryLearner(policy_of(file), clear_at_episodes=file.memory == "episode")
    result = run(
        learner,
        file.game,
        file.game_config,
        file.level_parameters,
        split=split,
        levels=levels,
        episodes=episodes or file.episodes,
        seed=seed,
    )
    console = Console(highlight=False)
    if as_json:
        typer.echo(json.dumps(result.to_json(), indent=1))
        return
    console.print(*adaptation_table(result))
    console.print(draw_curve(result.curves, ascii_only=console.options.ascii_only))
    console.print(result.verdict())
