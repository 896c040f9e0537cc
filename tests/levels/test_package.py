import subprocess
import sys

import gamemeta_levels


def test_importing_the_package_and_reading_files_loads_no_numba():
    code = (
        "import sys, gamemeta_levels; assert 'numpy' not in sys.modules; "
        "from gamemeta_levels import read_level, resolve, Level; assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_name_of_the_export_list_is_there():
    for name in gamemeta_levels.__all__:
        assert getattr(gamemeta_levels, name).__module__.startswith("gamemeta_levels.")


def test_the_export_list_is_sorted_and_is_what_dir_shows():
    assert dir(gamemeta_levels) == gamemeta_levels.__all__ == sorted(gamemeta_levels.__all__)


def test_an_unknown_name_is_an_attribute_error():
    assert not hasattr(gamemeta_levels, "Labyrinth")
