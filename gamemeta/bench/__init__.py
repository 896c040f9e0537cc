"""Benchmarks: how fast games, levels, training and acting are here, and what share of the hardware's limit.

Every measurement is warmed up untimed, then repeated, and reported as median, least and most of its repeats,
together with the machine, the versions, the sizes, and how much of the processor it really got.
"""
