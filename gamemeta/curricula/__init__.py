"""Choosing what to train on: the level of every trial, by one small protocol.

uniform  a new level for every trial
plr      prioritised level replay: levels with much left to learn come back (Jiang et al. 2021)
accel    and small changes of them join in (Parker-Holder et al. 2022)
"""
