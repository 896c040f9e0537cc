"""Heads of beliefs in a file of their own, for the agents that come with gamemeta: these stay as they are."""

from dataclasses import replace

from gamemeta.agent.file import AgentFile
from gamemeta.assets import find_asset
from gamemeta.errors import AgentFileError
from gamemeta.facts import facts_from_json
from gamemeta.tensor_file import parse_tensor_file, tensor_file
from gamemeta_levels.files.reading import read_bounded

FORMAT = "gamemeta-beliefs"
ADVICE = "Install gamemeta again: heads of beliefs come with its agents."
HEADS = "belief_heads."
"""Prefix of the names of their weights."""
MOST_BYTES = 64_000_000


def belief_bytes(agent: AgentFile) -> bytes:
    """The heads of an agent as a file; equal heads give equal bytes."""
    heads = {name: array for name, array in agent.weights.items() if name.startswith(HEADS)}
    facts = [[name, fact.to_json()] for name, fact in agent.facts.items()]
    about = {"agent": without_beliefs(agent).digest, "facts": facts, "steps": agent.training.get("steps")}
    return tensor_file(FORMAT, about, heads)


def without_beliefs(agent: AgentFile) -> AgentFile:
    """The agent without heads."""
    weights = {name: array for name, array in agent.weights.items() if not name.startswith(HEADS)}
    return replace(agent, weights=weights, facts={})


def with_beliefs(agent: AgentFile) -> AgentFile:
    """The agent with its own heads, else with those that come with gamemeta for it; else as it is.

    Raises:
        AgentFileError: the file of the heads is damaged.
    """
    path = None if agent.facts else find_asset(f"beliefs/{agent.game}.safetensors")
    if path is None:
        return agent
    about, heads = parse_tensor_file(read_bounded(path, MOST_BYTES), str(path), FORMAT, advice=ADVICE)
    if about.get("agent") != agent.digest:
        return agent
    try:
        facts = facts_from_json(dict(about["facts"]))
    except (LookupError, TypeError, ValueError) as error:
        raise AgentFileError(f"{path}: this file is damaged ({error}). Install gamemeta again.") from error
    return replace(agent, weights={**agent.weights, **heads}, facts=facts)
