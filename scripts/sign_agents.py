"""Write agent files anew in the present format, which has a checksum: `python scripts/sign_agents.py`.

Weights, and what else the files hold, stay as they are. Without names, the included agents are written.
"""

import sys
from pathlib import Path

from gamemeta.agent.file import read_agent, write_agent

AGENTS = Path(__file__).parents[1] / "assets" / "agents"


def main(words: list[str]) -> None:
    """Write these files anew, or those that are included."""
    for path in [Path(word) for word in words] or sorted(AGENTS.glob("*.safetensors")):
        agent = read_agent(path)
        write_agent(agent, path)
        again = read_agent(path)
        same = again.digest == agent.digest and again.metadata() == agent.metadata()
        print(f"{path}: agent {again.digest}{'' if same else ' CHANGED'}")


if __name__ == "__main__":
    main(sys.argv[1:])
