"""`gamemeta evaluate --baselines`: room and adaptation index, for the terminal."""

from collections.abc import Callable, Sequence
from itertools import product
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from gamemeta_cli.terminal.tables import score_cell
from gamemeta_cli.terminal.whole_table import WholeTable

if TYPE_CHECKING:
    from gamemeta.agent.file import AgentFile
    from gamemeta.evaluation.baselines import Baselines, Trainer
    from gamemeta.evaluation.evaluation import Evaluation
    from gamemeta.evaluation.statistics.adaptation import Adaptation
    from gamemeta_levels.families.level_set import LevelSet

EXIT_CODES = {"adapts": 0, "too small to matter": 3, "nothing learned": 3, "cannot say": 4}
"""What `--assert adapted` exits with, by verdict."""

PLAYERS = {
    "agent": "agent",
    "reset_trained": "reset-trained",
    "fine_tuned": "fine-tuned",
    "revealed": "revealed",
}


def trainer(
    agents: Sequence["AgentFile"],
    cache: Path,
    level_set: "LevelSet | None" = None,
    before: Callable[[], None] = lambda: None,
) -> "Trainer":
    """Trains an agent's baselines with a screen, or takes them from the cache.

    Args:
        agents: whose.
        cache: where they are kept.
        level_set: the levels that the agents are evaluated on, where they are not generated.
        before: called before each training, which has a screen of its own.
    Raises:
        ConfigError: now rather than after the first training, if one of these agents can have no baselines.
    """
    from gamemeta.evaluation.baselines import Baselines, check_comparable
    from gamemeta.evaluation.level_set import check_baselines, trained_on
    from gamemeta.training.baselines import RESET_TRAINED, REVEALED, baseline, baseline_config, can_reveal
    from gamemeta_cli.terminal.console import show_note
    from gamemeta_cli.terminal.screen import make_screen

    check_comparable(agents)
    check_baselines(agents, level_set)
    kinds = [RESET_TRAINED, *([REVEALED] if can_reveal(agents[0]) else [])]
    for agent, kind in product(agents, kinds):
        baseline_config(agent, kind)
    if REVEALED not in kinds:
        show_note(
            f"the game {agents[0].game!r} cannot show what is hidden (it has no setting `revealed`, or "
            "nothing but the reset seed differs), so there is no revealed agent, and neither room nor "
            "adaptation index"
        )

    def train(agent: "AgentFile") -> "Baselines":
        agents_of = []
        before()
        for kind in kinds:
            with make_screen(tensorboard=False, to_stderr=True) as screen:
                agents_of.append(
                    baseline(agent, kind, cache, screen, level_set if trained_on(agent) else None)
                )
        return Baselines(*agents_of)

    return train


def baselines_table(result: "Evaluation") -> WholeTable:
    """Scores, or returns, of the agent and of its baselines by episode."""
    from gamemeta.learners.fine_tuning import settings_in_words

    title = f"{result.measure} beside the baselines"
    if result.fine_tuning:
        tuned = result.arms["fine_tuned"].returns.shape[-2]
        title += f"; fine-tuned on the first {tuned} levels:\n{settings_in_words(result.fine_tuning)}"
    players = [name for name in PLAYERS if name in result.curves]
    table = WholeTable(["episode", *(PLAYERS[name] for name in players)], title=title)
    for k in range(result.episodes):
        table.add_row(str(k + 1), *(score_cell(result.curves[name], k, result.scored) for name in players))
    return table


def summary(adaptation: "Adaptation") -> str:
    """Room and index in two lines."""
    return (
        f"room              {adaptation.room}: revealed {adaptation.revealed.value:.3f} minus reset-trained "
        f"{adaptation.reset_trained.value:.3f}\n"
        f"adaptation index  {adaptation.index}: {_meaning(adaptation)}"
    )


def _meaning(adaptation: "Adaptation") -> str:
    if isfinite(adaptation.index.value):
        return "0 has not adapted, 1 is as good as revealed"
    return "the interval of room does not lie above 0"
