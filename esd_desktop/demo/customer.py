"""The customer's browser in the tour: it keeps cookies, sends the forms that stand on a page, and
reads what the page says. It has no screen; where the computer has a Chromium, that draws the page.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from html.parser import HTMLParser
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from esd_desktop.errors import EsdError

Said = dict[str, Any]

_WITHIN_S = 20.0
_DRAWN_WITHIN_S = 60.0
_SIZE = "1280,1000"
_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FORM_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
_ELSEWHERE = re.compile(r"<script.*?</script>|<link rel=.icon.[^>]*>", re.DOTALL)


class CustomerBrowser:
    """One browser at the portal of this address, in English. Every method blocks, and raises
    EsdError where the portal does not answer with a page."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.page = ""
        # As browsers do, which keep secure cookies on this computer without TLS too.
        policy = DefaultCookiePolicy(secure_protocols=("http", "https"))
        self._opener = build_opener(HTTPCookieProcessor(CookieJar(policy)))

    def open(self, path: str) -> Said:
        """Open a page; answers what it says."""
        self.page = self._fetch(path).decode()
        return read(self.page)

    def send(self, path: str, **fields: str) -> Said:
        """Send a form of the page that is open; answers what the page says that comes next."""
        token = _FORM_TOKEN.search(self.page)
        if token is None:
            raise EsdError("The portal's page has no form.")
        data = urlencode({"form_token": token[1], **fields}).encode()
        self.page = self._fetch(path, data).decode()
        return read(self.page)

    def download(self, path: str) -> bytes:
        """What a link on a page leads to."""
        return self._fetch(path)

    def draw(self, file: Path) -> bool:
        """Draw the page that is open; False where there is no Chromium, or it fails."""
        program = next(filter(None, map(shutil.which, _CHROMIUMS)), None)
        if program is None:
            return False
        whole = file.with_suffix(".html")
        whole.write_text(self._in_one_file(), encoding="utf-8")
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        command = [
            *(program, "--headless", "--hide-scrollbars", "--disable-gpu"),
            *(["--no-sandbox"] if is_root else []),
            *(f"--screenshot={file.absolute()}", f"--window-size={_SIZE}"),
            whole.absolute().as_uri(),
        ]
        try:
            subprocess.run(command, capture_output=True, timeout=_DRAWN_WITHIN_S, check=True)
        except (OSError, subprocess.SubprocessError):
            return False
        finally:
            whole.unlink()
        return file.exists()

    def _in_one_file(self) -> str:
        """The portal lets no page of elsewhere have its style, so it is written into this one."""

        def style(link: re.Match[str]) -> str:
            return f"<style>{self.download(link[1]).decode()}</style>"

        return _STYLE.sub(style, _ELSEWHERE.sub("", self.page))

    def _fetch(self, path: str, data: bytes | None = None) -> bytes:
        headers = {"Accept-Language": "en", "Origin": self.url}
        request = Request(self.url + path, data, headers)  # noqa: S310 - the demo's own portal
        try:
            with self._opener.open(request, timeout=_WITHIN_S) as answer:
                return bytes(answer.read())
        except HTTPError as error:
            with error:
                raise EsdError(f"The portal answered {error.code} at {path}.") from None
        except OSError as error:
            raise EsdError(f"The portal does not answer at {path}: {error}") from error


def read(page: str) -> Said:
    """What a page says: its facts by their names, its notices, and where its papers lead to."""
    reader = _Reader()
    reader.feed(page)
    return {
        **reader.facts,
        "title": reader.title,
        "notices": reader.notices,
        "papers": reader.papers,
    }


class _Reader(HTMLParser):
    """Reads the words of facts (dt, dd), of notices, and of links to invoices."""

    _KINDS = ("dt", "dd", "h1", "notice", "paper")
    _UNSAID = ("button", "form")
    _EMPTY = ("br", "input")

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.facts: dict[str, str] = {}
        self.notices: list[str] = []
        self.papers: dict[str, str] = {}
        self._open: tuple[str, str] | None = None
        self._words: list[str] = []
        self._name = self._leads_to = ""
        self._unsaid: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if self._unsaid or tag in self._UNSAID or found.get("aria-hidden") == "true":
            self._unsaid += [tag] if tag not in self._EMPTY else []
            return
        kind = tag
        if "notice" in (found.get("class") or "").split():
            kind = "notice"
        elif tag == "a" and (found.get("href") or "").endswith(".pdf"):
            kind, self._leads_to = "paper", found["href"] or ""
        if self._open is None and kind in self._KINDS:
            self._open, self._words = (kind, tag), []

    def handle_data(self, data: str) -> None:
        if self._open is not None and not self._unsaid:
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._unsaid:
            self._unsaid.pop()
        elif self._open is not None and self._open[1] == tag:
            self._keep(self._open[0], " ".join("".join(self._words).split()))
            self._open = None

    def _keep(self, kind: str, words: str) -> None:
        if kind == "dt":
            self._name = words
        elif kind == "dd":
            self.facts[self._name] = words
        elif kind == "h1":
            self.title = words
        elif kind == "notice":
            self.notices.append(words)
        else:
            self.papers[words] = self._leads_to
