"""PyInstaller reads this: numba would come along with compiled code that the runtime does without."""

from pathlib import Path

import gamemeta_levels
from gamemeta_levels.packages import TRAIN

excludedimports = list(TRAIN)
datas = [(str(Path(gamemeta_levels.__file__).parent / "formats" / "tiles.png"), "gamemeta_levels/formats")]
