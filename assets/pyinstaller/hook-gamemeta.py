"""PyInstaller reads this: a game takes the runtime along, and nothing that trains."""

from gamemeta_levels.packages import TRAIN

hiddenimports = ["gamemeta.agent.runtime", "gamemeta_levels.packages"]
excludedimports = [*TRAIN, "gamemeta.authoring", "gamemeta.games"]
