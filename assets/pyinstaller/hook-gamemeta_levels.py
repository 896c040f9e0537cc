"""PyInstaller reads this: numba would come along with compiled code that the runtime does without."""

from gamemeta_levels.packages import TRAIN

excludedimports = list(TRAIN)
