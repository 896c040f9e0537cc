"""Level files in the playground of a real browser: opened alone or several at once, dropped, and saved."""

import json
import tempfile
from pathlib import Path

from browser import Browser, wait_for


def files(page: Browser, out: Path) -> None:
    """A file is opened by the page's own control, and one of each format is saved."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mine.txt"
        path.write_text("######\n#S..G#\n######\n")
        choose(page, "#file", path)
        page.wait("get('verdict-par').textContent.startsWith('par 3 ')")
        several(page, Path(folder))
        page.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=folder)
        for suffix in (".json", ".tmx", ".ldtk"):
            page.ask(f"get('suffix').value = '{suffix}'")
            page.click("#level-save")
            wait_for(Path(folder) / f"my_level{suffix}")
        page.click("#png")
        wait_for(Path(folder) / "gamemeta.png")
        (out / "saved.png").write_bytes((Path(folder) / "gamemeta.png").read_bytes())


def choose(page: Browser, selector: str, *paths: Path) -> None:
    """Choose files in a control of the page."""
    page.call("DOM.enable")
    root = page.call("DOM.getDocument")["root"]["nodeId"]
    node = page.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
    page.call("DOM.setFileInputFiles", nodeId=node, files=[str(path) for path in paths])


def several(page: Browser, folder: Path) -> None:
    """A map and its tileset: together, then one after the other, then dropped with a second map."""
    words = ("wall", "floor", "spawn", "goal")
    tiles = "".join(f'<tile id="{k}" type="{word}"/>' for k, word in enumerate(words))
    size = 'width="6" height="3"'
    texts = {
        "walls.tsx": f'<tileset name="w" tilewidth="16" tileheight="16">{tiles}</tileset>',
        "map.tmx": f'<map orientation="orthogonal" {size} tilewidth="16" tileheight="16">'
        f'<tileset firstgid="1" source="../art/walls.tsx"/><layer name="a" {size}><data encoding="csv">'
        "1,1,1,1,1,1,1,3,2,2,4,1,1,1,1,1,1,1</data></layer></map>",
    }
    paths = {name: folder / name for name in texts}
    for name, path in paths.items():
        path.write_text(texts[name])
    solved = "get('verdict-par').textContent.startsWith('par 3 ')"

    def anew() -> None:
        page.ask("get('level-word').value = 'test:0'; get('level-bar').requestSubmit()")
        page.wait("get('verdict-par').textContent.startsWith('par 6 ')")

    anew()
    choose(page, "#file", *paths.values())
    page.wait(solved)
    anew()
    choose(page, "#file", paths["map.tmx"])
    page.wait("get('parts').open && get('parts-list').textContent.includes('Add walls.tsx')")
    choose(page, "#file-more", paths["walls.tsx"])
    page.wait(solved)
    anew()
    files = json.dumps({**texts, "b.tmx": texts["map.tmx"]})
    page.ask(
        f"""const dataTransfer = new DataTransfer();
        for (const [name, text] of Object.entries({files})) dataTransfer.items.add(new File([text], name));
        document.dispatchEvent(new DragEvent("drop", {{ dataTransfer, bubbles: true, cancelable: true }}))"""
    )
    page.wait("get('parts').open && get('parts-list').textContent === 'map.tmxb.tmx'")
    page.click("#parts-list button:last-child")
    page.wait(solved)
