"""A training in several processes, on one machine or more: the same agent, bit for bit, as in one.

Every process plays some of the shards. Whatever one shard needs of the others is gathered in the order of the
shards, and every process computes the same new weights from it. Process 0 has the files, the screen, the
validations and the last word; the others do what it orders.

messages  values as bytes
store     where the processes find each other
pulse     who is still alive
link      values from process to process
group     the shards of all processes, as a learner sees them
company   the other processes, as process 0 sees them
member    any other process
start     how processes are started, or found
"""
