"""The page of trainings on XLand-MiniGrid as Markdown, made of records alone."""

from collections.abc import Iterator, Mapping

from gamemeta.reproduction.shared.kept import Record

TITLE = "# Results: agents of XLand-MiniGrid"
HOW = """Mean scores on test rulesets by episode of a trial, one room of 9 x 9; 0 is random play, 1 the plans
of a bounded search that knows goal and rules. Goal and rules stay for a trial, layouts are drawn anew. ± is
half a 95% interval, over levels, and over training seeds where there are several. Every player was trained on
trivial rulesets first. Reset-trained: memory is cleared before every episode, in training, too. Revealed: it
sees what part each tile in view has. Room is what the revealed agent earns in the last episode beyond the
mean of the reset-trained one's episodes, and the index the agent's share of it."""
NAMES = {
    "agent": "**agent**",
    "wiped": "… memory cleared before every episode",
    "swapped": "… memory of another level",
    "reset_trained": "reset-trained",
    "revealed": "revealed",
}


def page(made: Mapping[str, Record]) -> str:
    """The page of some records by task set, in their order."""
    lines = [TITLE, "", HOW, "", rows(made), "", *_rooms(made), "## How it was made", ""]
    return "\n".join([*lines, *_made(made)]) + "\n"


def rows(made: Mapping[str, Record]) -> str:
    """The table of some records."""
    episodes = max((one["result"]["episodes"] for one in made.values()), default=1)
    columns = "".join(f" episode {k + 1} |" for k in range(episodes))
    lines = [f"| task set | player |{columns} success, last |", "|---|---|" + "---|" * (episodes + 1)]
    for name, one in made.items():
        lines += _rows(name, one["result"])
    return "\n".join(lines)


def _rows(name: str, result: Record) -> Iterator[str]:
    for player, title in NAMES.items():
        if player in result:
            curve = result[player]
            spans = zip(curve["score"], curve["score_low"], curve["score_high"], strict=True)
            scores = " | ".join(f"{value:.3f} ±{(high - low) / 2:.3f}" for value, low, high in spans)
            yield f"| {name} | {title} | {scores} | {curve['success'][-1]:.0%} |"


def _rooms(made: Mapping[str, Record]) -> Iterator[str]:
    """Room and index of each task set, and what is built in."""
    for name, one in made.items():
        adaptation = one["result"].get("adaptation")
        if adaptation is not None:
            room, index = adaptation["room"], adaptation["index"]
            yield f"- {name}: room {_interval(room)}, adaptation index {_interval(index)}."
    yield ""
    for built_in in dict.fromkeys(one["built_in"] for one in made.values()):
        yield f"Built into the memory: {built_in}. In training it is told what part the tile in front has."
        yield ""


def _interval(estimate: Record) -> str:
    if estimate["value"] is None:
        return "undefined"
    text = f"{estimate['value']:.3f}"
    low, high = estimate["low"], estimate["high"]
    return text if low is None or high is None else f"{text} ({low:.3f} to {high:.3f})"


def _made(made: Mapping[str, Record]) -> Iterator[str]:
    for name, one in made.items():
        versions = one["versions"]
        steps = ", ".join(f"{count:,}" for count in one["steps"])
        yield (
            f"- {name}: {one['seeds']} training seed(s) of {steps} steps, {one['levels']:,} test rulesets; "
            f"`{one['command']}`, {one['machine']}, Python {versions['python']}, torch {versions['torch']}, "
            f"gamemeta {versions['gamemeta']} {versions['commit'][:12]}"
        )
