"""All targets by name. A module of targets has a function `targets` that gives them."""

from importlib import import_module

from scripts.fuzzing.target import Target

MODULES = {
    name: f"scripts.fuzzing.targets.{name}"
    for name in ("levels", "saves", "files", "settings", "engine", "classes", "exports", "demonstrations")
}
"""Word that the names of its targets begin with -> the module."""


def targets(name: str) -> list[Target]:
    """The target of this name, or all whose names begin with it and `/`; all there are for `all`."""
    group = name.partition("/")[0]
    modules = MODULES.values() if name == "all" else [MODULES[group]] if group in MODULES else []
    every = [target for module in modules for target in import_module(module).targets()]
    return [one for one in every if name in ("all", one.name) or one.name.startswith(f"{name}/")]


def names() -> list[str]:
    """Names of all targets."""
    return [target.name for target in targets("all")]
