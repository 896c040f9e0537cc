"""What is said at the end of a training."""

import pytest

from gamemeta.training.session import Outcome
from gamemeta_cli.terminal.screen import show_outcome


@pytest.mark.parametrize(
    ("step", "said", "unsaid"), [(0, "Nothing was trained", "Watch it"), (512, "Watch it", "Nothing")]
)
def test_an_agent_of_no_step_is_not_offered_to_watch(tmp_path, capsys, step, said, unsaid):
    show_outcome(Outcome(tmp_path, step, "minutes", None, 60.0), 1000)
    printed = capsys.readouterr().out
    assert said in printed
    assert unsaid not in printed
    assert "--resume" in printed
