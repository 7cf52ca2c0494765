"""What does the page look like?  `make picture` makes the picture of the README.

    python -m tests.serving.browser.picture docs/page.png

The sample corpus is served and Chromium takes the picture, so that it shows what is there.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from searcher import Archive
from tests.serving.browser.conftest import NAMES
from tests.serving.conftest import CORPUS, serving

ASKED = "/search?q=port+harbour+-strike"


def main(target: str) -> None:
    """Write the picture to `target`."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        sys.exit("picture: there is no chromium; try: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        with Archive.create(index) as archive:
            archive.index(CORPUS)
        state = str(Path(folder) / "state")
        with serving(index, state=state) as served, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1120, "height": 760})
            page.goto(served.url + ASKED)
            page.screenshot(path=target)
            browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
