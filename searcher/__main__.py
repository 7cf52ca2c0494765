"""How is Searcher run without its script?  `python -m searcher`."""

from __future__ import annotations

from searcher.cli import main

if __name__ == "__main__":
    main()
