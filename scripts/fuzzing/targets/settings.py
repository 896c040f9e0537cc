"""Settings: TOML files, and words of the command line."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from gamemeta.training.config import load_config, to_toml
from scripts.fuzzing import mutations as m
from scripts.fuzzing.target import Target

GAMES = (
    "maze",
    "dungeon",
    "tag",
    "bandit",
    "mdp",
    "grid",
    "darkroom",
    "keydoor",
    "navigation",
    "corridor",
    "popgym/concentration",
    "alchemy",
    "xland",
    "forage",
    "duel",
)
OVERRIDES = (
    *("ppo.clip=0.1", "levels.width=5..9", "network.cell=gru+table", "network.keys=place", "game.view=7"),
    *("selfplay.pool=recent", "curriculum.kind=plr", "trial.memory=step", "run.steps=1000", "game.par=none"),
)


def targets() -> Iterator[Target]:
    """A target for files and one for words."""
    changes = (*m.TEXT_CHANGES * 2, *m.BYTE_CHANGES)
    yield Target(name="settings/toml", seeds=_files, play=_play_file, mutate=m.mutated_by(*changes))
    yield Target(name="settings/words", seeds=_words, play=_play_words, mutate=m.mutated_by(*changes))


def _files() -> Sequence[bytes]:
    files = [to_toml(load_config(game)).encode() for game in GAMES]
    return [
        *files,
        b'game_name = "maze"\nppo.clip = 0.2\nlevels = {width = [5, 9]}\n["trial"]\nepisodes = 4\n',
    ]


def _play_file(data: bytes, folder: Path) -> None:
    """What `train --config` does before it begins."""
    path = folder / "config.toml"
    path.write_bytes(data)
    config = load_config(None, path)
    path.write_text(to_toml(config), encoding="utf-8")
    assert load_config(None, path) == config


def _words() -> Sequence[bytes]:
    return ["\n".join(OVERRIDES[k : k + 2]).encode() for k in range(len(OVERRIDES) - 1)]


def _play_words(data: bytes, folder: Path) -> None:
    """What `train --set` does before it begins; a line is a setting."""
    words = data.decode("utf-8", "surrogateescape").split("\n")
    config = load_config("maze", overrides=words)
    path = folder / "config.toml"
    path.write_text(to_toml(config), encoding="utf-8")
    assert load_config(None, path) == config
