"""Published figures of the games of POPGym, with their mark.

Morad et al. (2023) trained each of 13 memories for 15,000,000 steps by PPO, three trials, and report the
largest mean episode return of an iteration, averaged over the trials (MMER). Their table was not at hand. The
figures here are "found": read in bryjudy/fly-critic (`flycritic/popgym/results.py`), which says that it
copied them from Table 3 of the paper's appendix. Concentration, battleship and minesweeper are not in it.
"""

from dataclasses import dataclass

from gamemeta_levels.families.popgym.tasks import DIFFICULTIES, Size

SOURCE = "bryjudy/fly-critic, flycritic/popgym/results.py, which names Table 3 of the paper's appendix"
MARK = "found"
_TABLE = """
autoencode        -0.283 0.029 GRU     -0.283
autoencode        -0.425 0.018 IndRNN  -0.420
autoencode        -0.456 0.009 IndRNN  -0.448
count_recall       0.177 0.005 LSTM     0.509
count_recall      -0.528 0.001 MLP     -0.519
count_recall      -0.475 0.006 several -0.470
higher_lower       0.529 0.002 GRU      0.529
higher_lower       0.511 0.002 IndRNN   0.513
higher_lower       0.506 0.001 IndRNN   0.509
multiarmed_bandit  0.619 0.007 Elman    0.631
multiarmed_bandit  0.538 0.036 TCN      0.598
multiarmed_bandit  0.516 0.083 TCN      0.574
repeat_previous    1.000 0.000 several  1.000
repeat_previous   -0.315 0.017 LMU      0.789
repeat_previous   -0.428 0.002 LMU      0.191
"""
"""Of easy, medium and hard in turn: task, MMER of the GRU, its standard deviation, the best memory, its MMER.
MLP is the one that is told the step."""


@dataclass(frozen=True)
class Published:
    """Figures of one task at one difficulty.

    Args:
        gru: MMER of the GRU, the memory with the best mean over all environments.
        gru_deviation: standard deviation over its three trials.
        best: the highest MMER of the 13 memories.
        memory: which one has it.
    """

    gru: float
    gru_deviation: float
    best: float
    memory: str


def published(size: Size) -> Published | None:
    """The figures of a task at a difficulty; None where none were found."""
    return _figures().get(size.name)


def _figures() -> dict[str, Published]:
    """All figures by the name of the task and difficulty."""
    figures = {}
    for k, line in enumerate(_TABLE.strip().splitlines()):
        task, gru, deviation, memory, best = line.split()
        name = f"{task}-{DIFFICULTIES[k % len(DIFFICULTIES)]}"
        figures[name] = Published(float(gru), float(deviation), float(best), memory)
    return figures
