"""How is an archive used over HTTP: by people in a browser, by programs, by assistants?

This room stands beside `cli` on `Archive`, and nothing left of it knows HTTP.  It needs what
`searcher[serve]` brings; `searcher[mcp]` for assistants.

    settings.py      what the server was told
    tokens.py        who may come in
    service.py       with what every route works: how a page gets at the archive, admission and
                     settings
    admission.py     when a search runs
    answers.py       what the archive says to each question: the API and pages call the same
    saved.py         where saved searches are
    export.py        how a whole set gets to a client
    visits.py        what is known of one request while it is answered
    straight.py      which requests need no look through the routes
    threads.py       in which threads searches run
    turns.py         which of those that take long runs now
    memory.py        what is given back to the system
    guard.py         may a request come in, and which headers go out
    proxies.py       who asks, where a proxy asks for others
    links.py         which URL is which page
    shapes.py        the form of each answer
    parameters.py    what may be asked of an endpoint
    misfits.py       what is wrong with what was sent, in our words
    api/             the endpoints
    caching.py       whether a client has an answer already
    cursors.py       how a client goes on beyond 10,000 hits
    problems.py      what went wrong, said to a program
    answering.py     how an answer gets onto the wire
    pages/           what a person sees; templates/ and static/ are theirs
    timeline.py      which marks on paper show when articles were published
    dates.py         how days and times are written on a page
    assistant.py     how an assistant speaks with the archive (MCP)
    tools.py         what it may call
    assistant_answers.py  what the archive says to each of its questions
    assistant_shapes.py   the form of these, and of what is asked
    assistant_text.py     how text of an article reaches it, and which sentence is cited
    briefing.py      what it is told before it asks
    login.py         how a person comes in
    logs.py          what is written down of each request
    metrics.py       what is counted
    openapi.py       how the API is written down
    protocol.py      how much comes before there is a request
    listening.py     on which address it listens
    running.py       how a server runs and ends
    app.py           which routes there are, and the order of the guards

How a page is added: a room beside these has `routes(service)`, and `app.py` asks it.  Each page
and each endpoint asks the archive in a thread, `await service.run(...)`, and makes every URL
with `service.links`.  Errors are raised, not answered: `app.py` makes problems of them.
"""
