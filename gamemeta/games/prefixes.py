"""How the names of games of other libraries begin."""

GYMNASIUM = "gymnasium/"
"""How the names of Gymnasium environments begin; the id follows, or MODULE:ID."""


METAWORLD = "metaworld/"
"""How the names of Meta-World's benchmarks begin."""


PROCGEN = "procgen/"
"""How the names of Procgen's games begin."""


PETTINGZOO = "pettingzoo/"
"""How the names of PettingZoo environments begin; family and name follow, or MODULE:FUNCTION."""
