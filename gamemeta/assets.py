"""Files that come with gamemeta: tiles, shipped agents, what PyInstaller reads."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
ROOTS = (_PACKAGE / "assets", _PACKAGE.parent / "assets")
"""Where assets lie: inside the package in a wheel, beside it in a checkout."""


def asset(name: str) -> Path:
    """Path of a file of assets/, such as `tiles/wall.png`.

    Raises:
        FileNotFoundError: it is missing; the path is that of a checkout.
    """
    path = find_asset(name)
    if path is None:
        raise FileNotFoundError(
            2, "this file of gamemeta is missing; install gamemeta again", str(ROOTS[-1] / name)
        )
    return path


def shipped_agents() -> list[str]:
    """The games that an agent comes with gamemeta for."""
    return sorted({file.stem for root in ROOTS for file in (root / "agents").glob("*.safetensors")})


def pyinstaller_hooks() -> list[str]:
    """The folder of what PyInstaller reads about gamemeta; it asks for it by an entry point."""
    return [str(asset("pyinstaller/hook-gamemeta.py").parent)]


def find_asset(name: str) -> Path | None:
    """As `asset`, None where it is missing."""
    return next((root / name for root in ROOTS if (root / name).is_file()), None)


def asset_files(folder: str) -> list[Path]:
    """The files of a folder of assets/, by name; none where there is no such folder."""
    places = [root / folder for root in ROOTS if (root / folder).is_dir()]
    return sorted(path for path in places[0].iterdir() if path.is_file()) if places else []
