"""What docs/other-libraries.md shows is run."""

import re
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "other-libraries.md"
(CODE,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_page_runs_as_it_stands():
    names = {}
    exec(CODE, names)
    assert names["rewards"].shape == (64,)
    assert names["rewards_of"].keys() == {"guard_0", "guard_1", "runner_0"}
    assert "previous_action" in names["anybody"].observation_space.spaces
