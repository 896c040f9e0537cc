"""Where numba cannot work, NumPy acts; whoever asked for numba is told why it cannot."""

import subprocess
import sys
from pathlib import Path

import pytest

from gamemeta.agent import backend
from gamemeta.agent.runtime import Agent
from gamemeta.errors import ConfigError
from tests.helpers.agents import tiny_agent

ROOT = Path(__file__).parents[3]
AGENT = ROOT / "assets" / "agents" / "maze.safetensors"
LOAD = f"""
import sys
import gamemeta
{{before}}
agent = gamemeta.load({str(AGENT)!r})
assert "gymnasium" not in sys.modules and "torch" not in sys.modules
print(agent.backend)
"""
BROKEN = {
    "absent": "sys.modules['numba'] = None",
    "raises": "sys.path.insert(0, {folder!r})",
    "disabled": "import os; os.environ['NUMBA_DISABLE_JIT'] = '1'",
}


@pytest.mark.parametrize("way", BROKEN)
def test_numpy_acts_where_numba_cannot(way, tmp_path):
    (tmp_path / "numba.py").write_text("raise ImportError('Numba needs NumPy 2.2 or less')")
    program = LOAD.format(before=BROKEN[way].format(folder=str(tmp_path)))
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout.split() == ["numpy"], done.stderr


def test_who_asks_for_numba_is_told_why_it_cannot_work(monkeypatch):
    def broken(network):
        return None, "numba does not work here (OSError: no space)"

    monkeypatch.setattr(backend, "_compiled", broken)
    assert Agent(tiny_agent()).backend == "numpy"
    with pytest.raises(ConfigError, match=r"backend = 'numba': .*no space.*Use 'auto' or 'numpy'"):
        Agent(tiny_agent(), backend="numba")


def test_an_error_in_compiling_falls_back(monkeypatch):
    import gamemeta.agent.compiled.network as compiled

    def fails(network):
        raise AttributeError("'Dispatcher' object has no attribute '_cache'")

    monkeypatch.setattr(compiled, "CompiledNetwork", fails)
    assert Agent(tiny_agent()).backend == "numpy"
