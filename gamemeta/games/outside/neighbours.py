"""Classes of neighbouring libraries, recognised by the names of their bases; none is imported."""

from importlib.util import find_spec

GYMNASIUM, OLD_GYM, PETTINGZOO = "gymnasium", "gym", "pettingzoo"
BASES = {
    ("gymnasium", "Env"): GYMNASIUM,
    ("gym", "Env"): OLD_GYM,
    ("pettingzoo", "ParallelEnv"): PETTINGZOO,
    ("pettingzoo", "AECEnv"): PETTINGZOO,
}
"""Library and base class that make a class an environment."""


def library_of(cls: type) -> str:
    """The library whose environments a class is one of; empty for any other class."""
    for base in cls.__mro__:
        library = BASES.get((base.__module__.partition(".")[0], base.__name__))
        if library is not None:
            return library
    return ""


def advice_for(library: str, name: str) -> str:
    """What to do with an environment class that is not played as it stands.

    Args:
        library: as `library_of` gives it.
        name: of the game, `file.py:Class`.
    """
    file, _, cls = name.partition(":")
    module = file.removesuffix(".py")
    if library == PETTINGZOO:
        return (
            f"{cls} is an environment of PettingZoo. Name it as one, where {file} can be imported: `gamemeta "
            f"train pettingzoo/{module}:{cls}`."
        )
    return (
        f"{cls} is an environment of the older gym, which is not maintained. Write `import gymnasium as gym` "
        f"in {file}; `reset` then takes `seed` and gives (obs, info), and `step` gives (obs, reward, "
        "terminated, truncated, info)."
    )


def is_nowhere(module: str) -> bool:
    """Whether a module is neither installed nor in a folder that modules are looked for in."""
    return find_spec(module.partition(".")[0]) is None


def cure(module: str) -> str:
    """What to do about a module that is nowhere."""
    first = module.partition(".")[0]
    return (
        f"no module {first!r} is installed or lies beside you. Run gamemeta in the folder where {first}.py "
        f"lies, or install the package that has {first}."
    )
