"""The two agents that an agent is compared with, trained with its own network and budget, or reused.

A baseline is named by a digest of everything that decides its weights, so none is trained twice.
"""

import json
from hashlib import blake2b
from pathlib import Path
from typing import Any

from gamemeta.agent.file import AgentFile, read_agent
from gamemeta.errors import ConfigError
from gamemeta.interrupts import Interrupted
from gamemeta.training.config import TrainConfig, from_saved
from gamemeta.training.observer import Observer
from gamemeta.training.run_directory import RunDirectory
from gamemeta.training.session import begin, resume, train
from gamemeta_levels.families.level_set import LevelSet

RESET_TRAINED, REVEALED = "reset-trained", "revealed"
CHANGES: dict[str, tuple[str, str, Any]] = {
    RESET_TRAINED: ("trial", "memory", "episode"),
    REVEALED: ("game", "revealed", True),
}
"""Section, setting and value that make each baseline out of the agent's own settings."""


def baseline_config(agent: AgentFile, kind: str) -> TrainConfig:
    """The agent's own settings, with the one change of this baseline.

    The schedules are the agent's own, too: that of an agent which stopped early is not made shorter.

    Raises:
        ConfigError: the agent file does not say how it was trained, or its game cannot reveal.
    """
    values = agent.training.get("config")
    if not isinstance(values, dict):
        raise ConfigError("this agent file does not say how it was trained, so no baseline can be trained.")
    section, name, value = CHANGES[kind]
    if name not in values.get(section, {}):
        raise ConfigError(f"the game {agent.game!r} has no setting {section}.{name}: no {kind} agent.")
    changed = {k: dict(v) for k, v in values.items()}
    changed[section][name] = value
    return from_saved(agent.game, changed)


def can_reveal(agent: AgentFile) -> bool:
    """Whether the game of an agent can show what is hidden; taken for granted where the file does not say."""
    if not isinstance(agent.training.get("config"), dict):
        return True
    try:
        baseline_config(agent, REVEALED)
    except ConfigError:
        return False
    return True


def trained_steps(agent: AgentFile, config: TrainConfig) -> int:
    """Steps that the agent was trained for, and its baselines are."""
    return int(agent.training.get("steps", config.run.steps))


def baseline(
    agent: AgentFile,
    kind: str,
    cache: Path,
    observer: Observer,
    level_set: LevelSet | None = None,
    *,
    test_levels: int | None = None,
) -> AgentFile:
    """A baseline of this agent: read from the cache, gone on with, or trained.

    Args:
        agent: what is compared.
        kind: `RESET_TRAINED` or `REVEALED`.
        cache: directory with a run for each baseline.
        observer: follows the trainings.
        level_set: the levels that the agent was trained on, where they were not generated.
        test_levels: as `train` has it.
    Raises:
        ConfigError: as `baseline_config`.
        TrainingError: as `train`.
        Interrupted: it was stopped before its end.
    """
    config = baseline_config(agent, kind)
    steps = trained_steps(agent, config)
    name = f"{agent.game}-{kind}-{_digest(config, steps)}"
    directory = RunDirectory(cache / (f"{name}-{level_set.digest}" if level_set else name))
    if not directory.table.exists():
        started = directory.checkpoint.exists()
        new = (config, directory.path, None, level_set)
        training, directory = resume(directory.path) if started else begin(*new)
        training.until = steps
        outcome = train(training, directory, observer, test_levels=test_levels)
        if outcome.signal:
            raise Interrupted(outcome.signal)
    return read_agent(directory.agent)


def _digest(config: TrainConfig, steps: int) -> str:
    values = config.to_json() | {"until": steps}
    decisive = ("steps", "seed", "lanes", "rollout_steps", "shards", "learner")
    values["run"] = {k: v for k, v in values["run"].items() if k in decisive}
    return blake2b(json.dumps(values, sort_keys=True).encode(), digest_size=8).hexdigest()
