"""Formats in which agencies send news to newsrooms.

    signs.py      which of them is it, by its head?
    tree.py       what stands where in XML that bends its standard?
    story.py      what have the stories of all wires in common?
    nitf.py       NITF, alone or inside the others
    newsml.py     NewsML 1.x
    newsml_g2.py  NewsML-G2
    ninjs.py      ninjs and newsinjson
    wire_text.py  IPTC 7901 and ANPA 1312

Every reader fills in a `Story`, which makes the article.
"""
