"""Which articles are in mail?

eml.py      a message in a file of its own
mbox.py     the messages of a mailbox
mhtml.py    the page that a browser saved as a message
message.py  the article that a message is, or the export of a database that it carries
parts.py    the parts of a message, without recursion and within bounds
headers.py  what a header field says: its text, its names, its instant
sender.py   whether a person wrote it, and for which outlet
letter.py   the text of a message in HTML, without what every newsletter has around it
form.py     the article in the answers to a form, which came as JSON
plain.py    the text of a message without markup, without its signature and list footer
signs.py    how to know these files by their first lines
"""
