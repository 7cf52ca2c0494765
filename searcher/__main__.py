"""How is Searcher run without its script?  `python -m searcher`.

Python puts the current folder first on its path for this, and loads parts of itself that
way before the first line here runs; from then on nothing comes from that folder.  In a
folder that somebody else filled, use the script `searcher`, or `python -P -m searcher`.
"""

# Nothing is imported before the path is clean, not even `__future__`.
from searcher.importing import off_current_folder

if __name__ == "__main__":
    off_current_folder()
    from searcher.cli import main

    main()
