"""Search over settings: many short trainings, judged on validation levels alone.

space   the settings that are searched, and their ranges
trial   one training, validated as it goes
search  which settings come next, what is kept on disk, and the best of it
"""
