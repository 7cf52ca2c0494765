"""Which articles does a feed hold?

signs.py       which file is a feed, or an export in the form of one?
cut.py         where are its records, however broken the XML around them?
items.py       which article is one record?
rss.py         a feed of RSS or Atom, Blogger's export too
scrapy.py      a dump of Scrapy in XML
json_feed.py   a JSON Feed
"""
