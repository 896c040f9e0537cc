"""The task learner of an agent file, by the learner that the file names."""

from gamemeta.agent.file import AgentFile
from gamemeta.errors import AgentFileError, UnknownName
from gamemeta.learners.registry import LearnerKind, learner_kind
from gamemeta.trials.task_learner import TaskLearner


def learner_of(file: AgentFile) -> TaskLearner:
    """The task learner of an agent file, ready to be evaluated.

    Raises:
        AgentFileError: its learner is not known here, or its weights do not fit.
    """
    return kind_of(file).restore(file)


def kind_of(file: AgentFile) -> LearnerKind:
    """The learner that trained an agent file.

    Raises:
        AgentFileError: it is not known here.
    """
    try:
        return learner_kind(file.learner)
    except UnknownName as error:
        raise AgentFileError(
            f"this agent was trained by a learner that is not known here: {error} Install the release or the "
            "package that it comes from."
        ) from error
