"""How well and how fast are web pages read, beside the peers?

run.py      the measurement: every extractor reads every page in turn
many_records.py  whether memory grows with the records of one file
worker.py   one extractor in a process of its own
gold.py     pages with what is known of them, from the public sets or any folder
scores.py   how an answer is scored
"""
