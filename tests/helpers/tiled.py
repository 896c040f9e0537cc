"""A small map of Tiled with its tileset in a file of its own."""

TILES = """<tileset name="walls" tilewidth="16" tileheight="16" tilecount="4" columns="4">
<tile id="0" type="wall"/><tile id="1" type="floor"/><tile id="2" type="spawn"/><tile id="3" type="goal"/>
</tileset>"""


def tiled_map(*tilesets):
    """A map of one row of four tiles."""
    named = "".join(f'<tileset firstgid="{4 * k + 1}" source="{name}"/>' for k, name in enumerate(tilesets))
    return (
        f'<map orientation="orthogonal" width="3" height="3" tilewidth="16" tileheight="16">{named}<layer '
        'name="a" width="3" height="3"><data encoding="csv">1,1,1,3,2,4,1,1,1</data></layer></map>'
    )
