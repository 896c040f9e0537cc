"""README.md of an export: what to show the agent, what it answers, and the game loop of its language."""

from string import Template

from gamemeta.assets import find_asset
from gamemeta.export.manifest import parts
from gamemeta.export.target import Export, Target

README = "README.md"


def readme(export: Export, target: Target) -> bytes:
    """The page; that of assets/runtimes/NAME stands in its midst, with `$name` replaced."""
    agent = export.description.agent
    page = find_asset(f"runtimes/{target.name}/{README}")
    loop = Template(page.read_text("utf-8")).safe_substitute(name=export.name) if page else ""
    about = export.trace.about()
    return f"""# {export.name}, an agent of gamemeta

It plays {agent.game}, learns about a level within some episodes, and was exported to `{target.name}`:
{target.about}.

{loop.strip()}

## What it is shown

| part | kind | first | numbers | values |
|---|---|---|---|---|
{_parts(export)}

All parts of a kind lie side by side, each with its rows one after the other; `first` is where a part begins.

## What it answers

{_actions(export)}

## Save games

Keep the bytes of its memory, and the reward and done that its last action led to: the next act needs them.
They are the same bytes in every language: Python's `agent.resume` reads them, too.

## Is it right?

`gamemeta export check FOLDER` replays the golden trace of {about["steps"]} steps, {about["decisions"]:,}
decisions. The formats of all files are written down in docs/exporting.md of gamemeta.
""".encode()


def _parts(export: Export) -> str:
    rows = []
    for part in parts(export.description):
        shape = "x".join(map(str, part["shape"])) or "1"
        values = (
            f"0..{part['codes'] - 1}" if "codes" in part else "0..255" if part["kind"] == "images" else "real"
        )
        rows.append(f"| {part['name']} | {part['kind']} | {part['first']} | {shape} | {values} |")
    return "\n".join(rows)


def _actions(export: Export) -> str:
    action = export.description.agent.spec.action
    names = [*action.names, *[()] * (len(action.heads) - len(action.names))]
    lines = [
        f"- number {k}: one of {choices} choices"
        + (f", 0 to {choices - 1}: {', '.join(head)}" if head else "")
        for k, (choices, head) in enumerate(zip(action.heads, names, strict=False))
    ]
    bounds = enumerate(zip(action.low, action.high, strict=True), len(action.heads))
    return "\n".join(
        lines + [f"- number {k}: a real number from {low:g} to {high:g}" for k, (low, high) in bounds]
    )
