"""Which saved queries does what is new answer?

    alerts.py      the front: add, list, try, run, remove
    saved.py       which alerts there are, and how far each has come, as one file
    folder.py      the folder beside the index that this lies in, one process at a time
    sealing.py     was it this user who said where they go?
    desk.py        what is asked of the archive, whatever it is
    arrivals.py    which articles have ever arrived, in their order
    fresh.py       which articles are new, and which of them answer
    folding.py     which of those are copies of one text
    rehearsal.py   how often would it have rung?

What is done with what they find:
    ringing.py     one delivery, and the report of a run
    forms.py       it as text, JSON, Atom or a letter
    delivery.py    it as a file, once, whatever is killed
    commands.py    it told to a program
"""
