"""Runs check.lua by the Python package lupa: python check.py RUNTIME agent.bin trace.bin [--time].

RUNTIME is luajit21, luajit20, lua51, lua52, lua53, lua54 or lua55. SPDX-License-Identifier: MIT
"""

import sys
from importlib import import_module
from pathlib import Path


def main(words):
    here = Path(__file__).resolve().parent
    lua = import_module(f"lupa.{words[0]}").LuaRuntime(encoding="latin-1")
    lua.globals().arg = lua.table_from({0: str(here / "check.lua")} | dict(enumerate(words[1:], 1)))
    lua.execute((here / "check.lua").read_text("utf-8"))


if __name__ == "__main__":
    main(sys.argv[1:])
