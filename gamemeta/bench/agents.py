"""Whose decisions are timed: a given agent file, the agent that comes with a game, or a fresh network."""

from collections.abc import Sequence
from pathlib import Path

from gamemeta.agent.file import AgentFile, read_agent
from gamemeta.assets import find_asset
from gamemeta.bench.subject import subject
from gamemeta.training.learner import new_learner


def agent_for(word: str, view: int | None = None, settings: Sequence[str] = ()) -> tuple[str, AgentFile]:
    """The agent that a word names, with what to call it.

    Args:
        word: an agent file, the directory of a run, or the name of a game. A game's own agent is taken, or a
            fresh one with the network that a training of these settings would have.
        view: side of the square that a fresh agent sees, tiles.
        settings: texts such as `network.cell=gru`, for a fresh agent.
    Raises:
        AgentFileError, UnknownName, ConfigError: no such file, game or setting.
    """
    if Path(word).exists():
        return word, read_agent(word)
    shipped = find_asset(f"agents/{word}.safetensors")
    if shipped is not None and view is None and not settings:
        return f"the {word} agent that comes with gamemeta", read_agent(shipped)
    return f"a fresh agent for {word}", fresh_agent(word, view, settings)


def fresh_agent(game: str, view: int | None = None, settings: Sequence[str] = ()) -> AgentFile:
    """An agent with random weights. Raises: as `gamemeta.bench.subject.subject`."""
    config = subject(game, view, settings)
    one = config.setup.game()
    learner = new_learner(config, one)
    return AgentFile(
        game=game,
        game_config=vars(config.game).copy(),
        level_parameters=vars(config.levels).copy(),
        spec=one.spec,
        network=config.network.shape(),
        episodes=config.trial.episodes,
        memory=config.trial.memory,
        weights=learner.weights(),
        learner=config.run.learner,
        task_learner=learner.task_learner.kind,
    )
