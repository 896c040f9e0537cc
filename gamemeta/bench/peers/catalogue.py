"""The peers: what is installed, what is run, and what of ours it stands beside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gamemeta.errors import UnknownName

SCRIPTS = Path(__file__).parent / "scripts"
VIEW, HIDDEN, ENVIRONMENTS, ROLLOUT_STEPS, BATCH, EPOCHS = 11, 128, 64, 128, 2048, 4
"""What both sides have: side of the view in tiles, units, environments, steps, rows of a batch, passes."""


@dataclass(frozen=True, kw_only=True)
class Peer:
    """Another library, and how it is measured.

    Args:
        name: of the library.
        packages: what pip installs.
        script: a file of `scripts/`, run with the virtual environment's Python.
        beside: what of ours stands beside it (`sim`, `train`, `default` or `act`), and in words what is
            compared.
    """

    name: str
    packages: tuple[str, ...]
    script: str
    beside: Mapping[str, str]

    @property
    def path(self) -> Path:
        """The script."""
        return SCRIPTS / self.script


PEERS = (
    Peer(
        name="sb3-contrib",
        packages=("sb3-contrib>=2.7,<3",),
        script="recurrent_ppo.py",
        beside={
            "train": "RecurrentPPO with an LSTM, on random observations that cost nothing, against ours",
            "default": "the same RecurrentPPO, against the default training, `gamemeta train maze`",
        },
    ),
    Peer(
        name="onnxruntime",
        packages=("onnxruntime>=1.20", "onnx>=1.17"),
        script="onnx_act.py",
        beside={"act": "one decision of the shipped maze agent, the same weights; checks and draws left out"},
    ),
    Peer(
        name="xland-minigrid",
        packages=("xminigrid>=0.9", "jax[cpu]"),
        script="xland_steps.py",
        beside={"sim": "XLand-MiniGrid-R1-9x9 with its trivial rules, compiled by JAX, against the maze"},
    ),
    Peer(
        name="envpool",
        packages=("envpool>=1.1",),
        script="envpool_steps.py",
        beside={"sim": "MiniGrid-DoorKey-8x8 in C++, against the maze"},
    ),
    Peer(
        name="minigrid",
        packages=("minigrid>=3,<4",),
        script="minigrid_steps.py",
        beside={"sim": "MiniGrid-DoorKey-8x8 in Python, against the maze"},
    ),
)


def chosen(names: Sequence[str]) -> list[Peer]:
    """The peers of these names; all of them if none is named.

    Raises:
        UnknownName: with the names that exist.
    """
    known = {peer.name: peer for peer in PEERS}
    for name in names:
        if name not in known:
            raise UnknownName(f"no peer called {name!r}. Choose among: {', '.join(known)}.")
    return [known[name] for name in names] if names else list(PEERS)
