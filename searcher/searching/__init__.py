"""Which articles, in which order, shown how?

pool.py            which commit is read, and by whom
view.py            what one commit answers
snapshot.py        one commit of an index, opened
executor.py        what an executor is; choice.py says which one answers
plain.py           the plain executor: a whole query tree in obvious Python, the definition
native.py          the native executor: the same in one call of the core
native_plans.py    what the core is told of a query
native_tally.py    the half of it that counts; plain_tally.py: that of the plain one
native_folding.py  the part of it that folds by texts; plain_folding.py: that of the plain one
term_postings.py   the posting lists of what a word of a query stands for
occurrences.py     where the positional parts of a query occur
closeness.py       which words of a query are worth more where they stand close
values.py          which documents have a value
word_weights.py    which words stand in some articles, and how weighty they are
recency.py         how much recent articles go before older ones
hidden.py          which articles no answer shows
budget.py          what a query may cost; interruption.py: whether its answer is still wanted
axes.py            by what articles can be counted; periods.py: by which time
tally.py           how many of some articles have each value, and which were first
unit_counts.py     the same of texts and stories
spelling.py        how values are written that the index has folded
copies.py          which of the articles that match are copies, and one hit for each text
grouped.py         which articles a query means that names groups of them
stories.py         which texts are about the event of an article
facets.py          how the articles that match are spread over sources, names, years
timeline.py        when they were published, and when the archive is silent
first.py           who wrote of it first, and who never
coverage.py        which time an archive covers
nothing.py         why a query found nothing
results.py         hits and results, as they are handed on
scan.py            all articles that match, one after another
hits.py            what is shown of an article that matched
key_words.py       which of the words of some articles could stand in a query
feedback.py        which words of its best answers a query gets
related.py         which articles are the background of one
snippets.py        where it matched, in a few words
marks.py           where it matched, in the whole article
quoting.py         whether the articles have the words of a quotation, and which had them first
quoted_words.py    which words a quotation has, and which queries find it
token_runs.py      where given words stand side by side
quotations.py      what an answer about a quotation holds
verifying.py       whether an article says these words, and no others
quote_folding.py   whether two texts are the same words, set in other type
quote_checks.py    what an answer about that holds
citations.py       what a citation of words is
passage_alignment.py  how quoted words stand in a text
attribution.py     who is said to have said it
lines.py           where it matched in all articles, a line for each place
silent_edits.py    which articles were changed after they were published
suggesting.py      which word was probably meant instead of one that no article has
slips.py           how likely one word is typed for another
names.py           how else the archive spells a name
name_costs.py      how far apart two spellings of a name are
romanizing.py      how a word of another script is written in Latin letters
capitals.py        whether the archive writes a word as a name
expanding.py       which words the names in a query stand for
explain.py         what each part of a query finds
statistics.py      what an index holds
"""
