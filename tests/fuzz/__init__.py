"""What looks for input that breaks the readers, longer than a test may take.

reading.py  the search: each family of readers in turn
guided.py   one process that mutates, guided by which lines of the readers are reached
seeds.py    what it begins with: the samples and the inputs of the tests, by family of readers
check.py    what must hold of any bytes, and how a mutated archive is packed again
"""
