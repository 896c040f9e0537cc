"""Other libraries beside this one, in the same run: same view, hidden size, batch, epochs and threads.

Every peer runs in a virtual environment of its own under the user's cache folder, made when it is first asked
for. It is given what is in its favour: environments that cost nothing where its training is measured, and no
checks of what it is shown where its decisions are.
"""
