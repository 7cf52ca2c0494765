"""Which articles are in an export of a news database?

Researchers hold their corpora as databases gave them out: up to five hundred articles in a
file, in layouts made for printing.

nexis.py          Nexis until 2018: text and HTML
nexis_uni.py      Nexis Uni, Lexis Advance, Lexis+: documents
nexis_parts.py    what both write in the same way
factiva.py        Factiva as HTML and XML
factiva_text.py   its layout without names of fields
factiva_tags.py   its layout with tags
europresse.py     Europresse and Eureka.cc
proquest.py       ProQuest: text, HTML
proquest_mail.py  the page in a mail from ProQuest
newsbank.py       NewsBank's Access World News
gale.py           Gale OneFile and others
japanese.py       lists of the archives of Japanese newspapers
signs.py          which of them is a file?
html_blocks.py    HTML as paragraphs
labels.py         what labels mean, in the languages of interfaces
languages.py      what languages are called in others
export_dates.py   dates as databases write them
records.py        an article from what was found, and whether all were found

Labels are told by their shape and place, since they are in the language of the interface;
what they mean is looked up in tables of the languages that interfaces have.
"""
