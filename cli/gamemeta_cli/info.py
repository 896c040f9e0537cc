"""`gamemeta info`: what an agent file holds."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gamemeta_cli.options import Json
from gamemeta_cli.terminal.console import PlainConsole
from gamemeta_cli.terminal.listing import Listing

if TYPE_CHECKING:
    from gamemeta.games.description import Part

LEFT_TO_CLASS = ("step_limit", "processes")
"""Settings of games of other people that say nothing where they are 0."""
AgentName = Annotated[
    Path | None,
    typer.Argument(
        metavar="AGENT",
        help="Agent file, the directory of a run, or a game: its newest run below ./runs, else the agent "
        "that is included for it (maze, dungeon, tag, forage, duel). Without it: the newest run.",
        show_default=False,
    ),
]


def info(agent: AgentName = None, as_json: Json = False) -> None:
    """Show the observations and actions of an agent, its training and its scores."""
    from gamemeta.agent.file import read_agent
    from gamemeta.playing.choose import choose_agent

    file = read_agent(choose_agent(agent))
    metadata = {**file.metadata(), "digest": file.digest}
    metadata["parameters"] = int(sum(w.size for w in file.weights.values()))
    if as_json:
        typer.echo(json.dumps(metadata, indent=1))
        return
    PlainConsole().print(Listing(f"agent {metadata['digest']}", _lines(metadata)))


def _lines(metadata: dict[str, Any]) -> list[tuple[str, str]]:
    from gamemeta.games.description import action_parts, observation_part
    from gamemeta.spec import Spec

    training, spec = metadata["training"], Spec.from_json(metadata["spec"])
    network = f"{_words(metadata['network'])}, {metadata['parameters']:,} parameters"
    lines = [
        ("game", f"{metadata['game']}  {_words(_chosen(metadata['game_config']))}".rstrip()),
        ("levels", _words(metadata["level_parameters"])),
        ("observations", "\n".join(_part(observation_part(buffer)) for buffer in spec.obs)),
        ("actions", "\n".join(_part(part) for part in action_parts(spec.action))),
        ("network", network),
        ("trial", f"{metadata['episodes']} episodes, memory cleared between {metadata['memory']}s"),
        ("training", _words({k: v for k, v in training.items() if k != "config"})),
        ("seed", _seed(training)),
    ]
    for split, result in metadata["scores"].items():
        try:
            curve = " ".join(f"{s:.3f}" for s in result["agent"]["score"])
            lines.append((f"{result.get('measure', 'score')}, {split}", f"{curve}  ({_levels(result)})"))
            lines += [("note", str(note)) for note in result.get("notes", ())]
            lines.append((f"verdict, {split}", _verdict(result)))
        except (KeyError, TypeError, ValueError):
            lines.append((f"score, {split}", json.dumps(result)))
    return lines


def _chosen(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings of a game without those that leave the choice to its class or environment."""
    return {k: v for k, v in settings.items() if v is not None and (k not in LEFT_TO_CLASS or v)}


def _verdict(result: dict[str, Any]) -> str:
    """The sentence that the evaluation ended with."""
    verdict = result.get("verdict")
    if not isinstance(verdict, dict):
        return "not in this file, which an earlier release wrote; gamemeta evaluate finds it"
    return str(verdict.get("sentence"))


def _levels(result: dict[str, Any]) -> str:
    """Such as `128 levels, 30 of them different`."""
    from gamemeta.evaluation.alike import kinds_in_words

    kinds = kinds_in_words(result["levels"], result.get("different_levels"), result.get("drawings"))
    return f"{result['levels']:,} levels{kinds}"


def _part(part: "Part") -> str:
    return f"{part.name}  {part.words}"


def _seed(training: dict[str, Any]) -> str:
    try:
        return str(training["config"]["run"]["seed"])
    except (KeyError, TypeError):
        return "unknown"


def _words(values: dict[str, Any]) -> str:
    from gamemeta.config import show_value

    return ", ".join(f"{k} {show_value(v)}" for k, v in values.items() if v != "")
