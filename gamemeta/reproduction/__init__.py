"""Problems whose optimum is known, trained and measured beside published figures and classic players.

It composes training, evaluation and calibration for `gamemeta reproduce`; nothing else imports it.

cells       the problems and their sizes
recipes     the settings of every training, as plain data
instances   the unseen levels that everybody plays
classics    the classic players on them
jobs        the interface of all work: it reports its progress and can be stopped
trainings   one training in its directory, then the agent on the instances
rates       how many steps a network makes in a second, for comparisons at equal time
workers     jobs in processes of their own
measured    what players reached, kept in files
statistics  means, shares of the optimum, and their errors
record      all figures of a cell as JSON
aims        what is to be reached, and whether it was
sheets      the tables, made of nothing but that JSON; pages has them in Markdown
reproduce   all of it, in order
"""
