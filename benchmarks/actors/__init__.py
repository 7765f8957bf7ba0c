"""How fast is an actor: what is measured, by whom, and who is measured.

`figures` says what the columns are and how much work goes into them; `subject` is one way to have
an actor; `measure` drives a subject and is the same for all; `ours`, `floor` and the modules of
`benchmarks.peers` are the subjects; `line_up` runs each in a process of its own; `targets` judges.

`multitude` and `cycles` are what `benchmarks/endurance.py` asks of the runtime alone.

The modules that a peer's process needs (`figures`, `subject`, `measure`) import nothing but the
standard library, so that they run in the peers' environments too.
"""
