"""Origin of everything on the page."""

import platform
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import numpy as np

from gamemeta.agent.file import AgentFile
from gamemeta.command_line import command_word
from gamemeta.curricula.different_levels import MOST
from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.evaluation.page.sections.cells import Cell, Table, code, words
from gamemeta.evaluation.study import Member, Study
from gamemeta.games.registry import typed_word

COMMIT_DIGITS = 12


def section(study: Study) -> dict[str, Any]:
    """Agents, trainings and levels that the page is made of."""
    several = len(study.members) > 1
    files = "agent files" if several else "agent file"
    return {
        "note": f"The same command on the same {files} makes the same page.",
        "entries": [*(() if several else _of_one(study)), *_shared(study.members[0]), *_evaluated(study)],
        "agents": _agents(study) if several else None,
    }


def _of_one(study: Study) -> Iterator[tuple[str, str]]:
    (member,) = study.members
    yield "agent digest", member.agent.digest
    yield "commit", _commit(member.agent)
    yield "trained by", _release(member.agent)
    yield "training seed", "unknown" if member.seed is None else str(member.seed)
    if member.baselines:
        for name, file in member.baselines.files().items():
            yield f"{name.replace('_', '-')} agent", f"{file.digest}, commit {_short_commit(file)}"


def _agents(study: Study) -> Table:
    """A row for every agent file that was played."""
    rows: list[list[str | Cell]] = []
    for member in study.members:
        files = {"agent": member.agent, **(member.baselines.files() if member.baselines else {})}
        for name, file in files.items():
            kind = f"{name.replace('_', '-')}, seed {member.seed}"
            rows.append([kind, *map(code, (file.digest, _short_commit(file), _release(file)))])
    return Table(["", "digest", "commit", "trained by"], rows)


def _shared(member: Member) -> Iterator[tuple[str, str]]:
    """Settings that agents of several training seeds share."""
    agent = member.agent
    steps = agent.training.get("steps", 0)
    yield "training steps", f"{steps:,}" if isinstance(steps, int) else str(steps)
    different = agent.training.get("different_levels")
    if isinstance(different, int):
        yield "different levels met", f"{'at least ' * (different >= MOST)}{different:,}"
    yield "memory cleared", f"between {agent.memory}s"
    yield (
        "network",
        f"{words(agent.network)}; {sum(w.size for w in agent.weights.values()):,} parameters",
    )
    if member.built_in:
        yield "built into its memory", member.built_in
    yield "game", f"{agent.game}: {words(agent.game_config)}"
    yield "trained on", words(agent.level_parameters) or "the family's default levels"


def _evaluated(study: Study) -> Iterator[tuple[str, str]]:
    result = study.evaluation
    yield "evaluated on", f"{result.levels_in_words()}, seeds 0 to {result.levels - 1:,}"
    for note in result.notes:
        yield "note", note
    yield "episodes of a trial", str(result.episodes)
    yield "seed of the draws", str(result.seed)
    yield "evaluated by", f"gamemeta {version('gamemeta')}"
    yield "beside", f"Python {platform.python_version()}, NumPy {np.__version__}, torch {version('torch')}"
    yield "command", _command(result, len(study.members))


def _command(result: Evaluation, agents: int) -> str:
    names = " ".join(["AGENT"] * agents)
    typed = typed_word(result.game)
    game = f" --game {command_word(typed)}" if typed else ""
    baselines = " --baselines" if "reset_trained" in result.arms else ""
    return (
        f"gamemeta evaluate {names}{game} --split {result.split} --levels {result.levels} --episodes "
        f"{result.episodes} --seed {result.seed}{baselines} --report FILE.html"
    )


def _commit(file: AgentFile) -> str:
    return str(file.training.get("commit") or "unknown")


def _short_commit(file: AgentFile) -> str:
    commit = _commit(file)
    changed = "+changes" if commit.endswith("+changes") else ""
    return f"{commit.removesuffix(changed)[:COMMIT_DIGITS]}{changed}"


def _release(file: AgentFile) -> str:
    return f"gamemeta {file.training.get('version', 'unknown')}"
