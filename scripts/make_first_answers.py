"""Write what pages of a playground are answered first, before Python has loaded the agents.

python scripts/make_first_answers.py
"""

import json
from pathlib import Path
from typing import Any

from gamemeta.assets import ROOTS
from gamemeta.playground.first_answers import FILE, LEVEL
from gamemeta.playground.hello import hello
from gamemeta.playground.offers import Offers
from gamemeta.playground.tab import Tab


def first_answers() -> dict[str, Any]:
    """The greeting, and for each included agent what is said about it, and its first level."""
    offers = Offers()
    agents = {}
    for name in offers.names:
        tab = Tab(offers)
        (about,) = tab.answer({"do": "agent", "name": name})
        (level,) = tab.answer({"do": "level", "word": LEVEL})
        agents[name] = {"agent": about, "level": level}
    return {"hello": hello(offers), "agents": agents}


def text_of(answers: dict[str, Any]) -> str:
    """The text of the file, one agent a line."""
    lines = [f"{json.dumps(name)}: {json.dumps(one)}" for name, one in answers["agents"].items()]
    return f'{{"hello": {json.dumps(answers["hello"])},\n"agents": {{\n' + ",\n".join(lines) + "\n}}\n"


if __name__ == "__main__":
    path = Path(ROOTS[-1], FILE)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text_of(first_answers()), "utf-8")
    print(path)
