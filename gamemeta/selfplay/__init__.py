"""Learning against frozen earlier selves, in games of several seats.

pool    the earlier selves, how often each wins, and how likely each is drawn
others  who plays which seat of a trial: the learner, or one member of the pool
"""
