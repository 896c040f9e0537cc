"""The greeting with which the server begins the connection of a page."""

from gamemeta.playground.frames import Plain
from gamemeta.playground.levels.values import plain_level
from gamemeta.playground.offers import Offers
from gamemeta_levels.formats import SUFFIXES
from gamemeta_levels.text import in_one_line


def hello(offers: Offers) -> Plain:
    """What a page must know before it asks for anything."""
    return {
        "type": "hello",
        "agents": offers.names,
        "first": offers.first,
        "suffixes": list(SUFFIXES),
        "beside": offers.beside,
        "levels": [{"name": in_one_line(one.name), "level": plain_level(one.level)} for one in offers.levels],
        "training": offers.training is not None,
    }
