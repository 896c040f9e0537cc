"""The check that agents differ in their training seed alone, so that they are evaluated as one."""

import json
from collections.abc import Sequence

from gamemeta.agent.file import AgentFile
from gamemeta.errors import ConfigError

WITHOUT_EFFECT = ("run.seed", "run.validations", "run.validation_levels")
"""Settings in which they may differ: the seed itself, and what an agent does not depend on."""

MOST_NAMED, MOST_SHOWN = 4, 40
"""Most differences that an error names, and the longest value that it quotes."""


def training_seed(file: AgentFile) -> int | None:
    """Seed that an agent was trained with; None where its file has none."""
    config = file.training.get("config")
    run = config.get("run") if isinstance(config, dict) else None
    seed = run.get("seed") if isinstance(run, dict) else None
    return seed if isinstance(seed, int) else None


def check_training_seeds(files: Sequence[AgentFile], names: Sequence[str]) -> None:
    """Compare several agents with the first.

    Args:
        files: one agent is always fine.
        names: what to call them.
    Raises:
        ConfigError: naming two agents and what differs between them, or that their seed does not.
    """
    if not files:
        raise ConfigError("give at least one agent.")
    if len(files) == 1:
        return
    seen: dict[int, str] = {}
    for file, name in zip(files, names, strict=True):
        seed = training_seed(file)
        if seed is None:
            raise ConfigError(
                f"{name} holds no training seed, so it cannot be evaluated together with "
                "others. Evaluate it alone."
            )
        different = _differences(_settings(files[0]), _settings(file))
        if different:
            more = f" and {len(different) - MOST_NAMED} more" if len(different) > MOST_NAMED else ""
            raise ConfigError(
                f"{name} differs from {names[0]} in {', '.join(different[:MOST_NAMED])}{more}. Agents that "
                "are evaluated together may differ in training seed alone; evaluate others one by one."
            )
        if seed in seen:
            raise ConfigError(
                f"{name} was trained with seed {seed}, and so was {seen[seed]}. Give agents of different "
                "training seeds (`gamemeta train --seed N`)."
            )
        seen[seed] = name


def _settings(file: AgentFile) -> dict[str, str]:
    """All settings that an agent depends on, by name, as JSON."""
    sections = {
        "game": file.game_config,
        "levels": file.level_parameters,
        "network": file.network,
        "trial": {"episodes": file.episodes, "memory": file.memory},
        **file.training.get("config", {}),
    }
    values = {
        f"{section}.{name}": value
        for section, named in sections.items()
        for name, value in (named.items() if isinstance(named, dict) else [("", named)])
    }
    values |= {
        "game": file.game,
        "steps trained": file.training.get("steps"),
        "having begun with another agent": "began_with" in file.training,
        "level files": file.training.get("given_levels"),
        "what it sees and does": file.spec.to_json(),
    }
    return {name: json.dumps(v, sort_keys=True) for name, v in values.items() if name not in WITHOUT_EFFECT}


def _differences(ours: dict[str, str], theirs: dict[str, str]) -> list[str]:
    """Names of settings that differ, with both values where they are short."""
    different = []
    for name in sorted(ours.keys() | theirs.keys()):
        first, other = ours.get(name, "not set"), theirs.get(name, "not set")
        if first != other:
            short = max(len(first), len(other)) <= MOST_SHOWN
            different.append(f"{name} ({other} instead of {first})" if short else name)
    return different
