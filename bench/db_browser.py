"""DB Browser for SQLite, worked on a screen of its own; called by bench.apart.

It is shown the file to be read only, in a window as large as the program's, with what it is set to
when it is installed; only its look for an update and its remote pane, which ask the network, are
off. A project of its own makes the columns so narrow that all of them are on the screen. Where it
asks whether what it reads should be given up (it does so by itself after opening the file), the
answer is no.

Its filter begins 0.2 s after the last letter, the program's 0.12 s; both are counted, since whoever
types waits for both.
"""

from __future__ import annotations

import os
from pathlib import Path
from xml.sax.saxutils import quoteattr

from bench.by_hand import Area, Point, Program, Screen, Worked, running, times, to

_SETTINGS = "[checkversion]\nenabled=false\n\n[remote]\nactive=false\n"
_COLUMNS = 28
_ID, _PRICE, _SEARCH_TEXT = 1, 14, 26
_WIDTHS = {_ID: 70, _PRICE: 70}
_OTHER_WIDTH = 30
# Where its parts stand in a window of 1600 by 1000 pixels, in the font that Debian gives it.
_LEFT_OF_COLUMNS = 82
_HEADER_Y, _FILTER_Y = 151, 174
_GO_TO: Point = (950, 949)
_MENU: Area = (0, 0, 200, 60)
# The number of each row, its id, and the first columns, which no question of its own covers.
_ROWS: Area = (10, 190, 300, 700)
_ROWS_AT_FIRST: Area = (10, 190, 300, 400)  # in the window as it opens, which is smaller


def start(store: str) -> dict[str, float]:
    """Seconds from the command to its window, and to the rows of the assets in it; of two starts,
    since what is not painted yet is as black as the screen."""
    _set_up()
    command = ["sqlitebrowser", "--read-only", "--table", "assets", store]
    with Screen() as screen:
        with running() as run:
            window = screen.painted(_MENU, lambda: run(command)).first
        with running() as run:
            rows = screen.painted(_ROWS_AT_FIRST, lambda: run(command)).all
    return {"window": window, "rows": rows}


def work(store: str, size: int, word: str, jumps: int) -> dict[str, float]:
    """What worked.times() answers. ``size`` is how many assets there are."""
    _set_up()
    project = _home() / "assets.sqbpro"
    project.write_text(_project(store), encoding="utf-8")
    with Screen() as screen, running() as run:
        browser = run(["sqlitebrowser", "--read-only", str(project)])
        screen.enlarge(browser)

        def aim(share: float) -> None:
            row = max(int(share * size), 1)
            screen.do(to(_GO_TO), "click 1", "key ctrl+a", f"type --delay 1 {row}")

        columns = _column_centres()
        worked = Worked(
            browser,
            _ROWS,
            search=(columns[_SEARCH_TEXT], _FILTER_Y),
            price=(columns[_PRICE], _HEADER_Y),
            ready=lambda: _answer_its_questions(screen, browser),
            aim=aim,
            go="key Return",
        )
        return times(screen, worked, word, jumps)


def _home() -> Path:
    return Path(os.environ["HOME"])


def _set_up() -> None:
    settings = Path(os.environ["XDG_CONFIG_HOME"]) / "sqlitebrowser" / "sqlitebrowser.conf"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(_SETTINGS, encoding="utf-8")


def _project(store: str) -> str:
    """What it reads as a project of its own."""
    widths = "".join(
        f'<column index="{column}" value="{_WIDTHS.get(column, _OTHER_WIDTH)}"/>'
        for column in range(1, _COLUMNS + 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><sqlb_project>'
        f'<db path={quoteattr(store)} readonly="1"/>'
        '<window><main_tabs open="structure browser pragmas query" current="1"/></window>'
        '<tab_browse><current_table name="4,6:mainassets"/><browse_table_settings>'
        '<table schema="main" name="assets" show_row_id="0" encoding="" plot_x_axis=""'
        f' unlock_view_pk="_rowid_"><sort/><column_widths>{widths}</column_widths></table>'
        "</browse_table_settings></tab_browse></sqlb_project>"
    )


def _column_centres() -> dict[int, int]:
    """Where the middle of each column is, from the left."""
    centres, left = {}, _LEFT_OF_COLUMNS
    for column in range(1, _COLUMNS + 1):
        width = _WIDTHS.get(column, _OTHER_WIDTH)
        centres[column] = left + width // 2
        left += width
    return centres


def _answer_its_questions(screen: Screen, browser: Program) -> None:
    """Until it asks nothing more and rests. Raises TimeoutError."""
    screen.rest(browser)
    while len(screen.windows(browser)) > 1:
        screen.do("key Escape")
        screen.rest(browser)
