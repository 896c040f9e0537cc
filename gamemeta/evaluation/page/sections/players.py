"""What players are called where people read, in the order they are drawn: the last on top."""

PLAYERS = {
    "par": "solver (par)",
    "random": "random",
    "revealed": "revealed",
    "fine_tuned": "fine-tuned",
    "reset_trained": "reset-trained",
    "redrawn": "rules redrawn",
    "swapped": "memory swapped",
    "wiped": "memory wiped",
    "agent": "agent",
}
CONTROLS = ("wiped", "swapped", "redrawn")
BASELINES = ("reset_trained", "fine_tuned", "revealed")
