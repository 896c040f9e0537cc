"""What players are called where people read, in the order they are drawn: the last on top."""

PLAYERS = {
    "par": "solver (par)",
    "random": "random",
    "revealed": "revealed",
    "fine_tuned": "fine-tuned",
    "reset_trained": "reset-trained",
    "swapped": "memory swapped",
    "wiped": "memory wiped",
    "agent": "agent",
}
CONTROLS = ("wiped", "swapped")
BASELINES = ("reset_trained", "fine_tuned", "revealed")
