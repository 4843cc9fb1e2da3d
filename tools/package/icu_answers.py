"""What Qt answers with the ICU data that it finds, in few words.

    python tools/package/icu_answers.py

The first line is the file of the data, the second a sum over how words are sorted and written large
and small, how zones of time are called, in every language of Qt, and which encodings it knows.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QCollator, QLocale, QStringConverter, QTimeZone

_WORDS = (
    *(
        "Zebra",
        "zebra",
        "Äpfel",
        "Apfel",
        "Öl",
        "Oslo",
        "Straße",
        "Strasse",
        "ährlig",
        "år",
        "côte",
    ),
    *("coté", "chata", "cena", "ñandú", "nube", "llama", "luz", "İstanbul", "ılık", "iyi", "ČR"),
    *(
        "Ωμέγα",
        "ώρα",
        "άλφα",
        "Ёлка",
        "елка",
        "Юг",
        "नमस्ते",
        "ไทย",
        "你好",
        "阿",
        "かな",
        "カナ",
        "한글",
    ),
    *("שלום", "مرحبا", "file10", "file9", "co-op", "coop", "1,5", "10", "9", "_", "-"),
)
_ZONES = ("Europe/Berlin", "Europe/Athens", "America/New_York", "Asia/Kolkata", "Asia/Tokyo", "UTC")


def main() -> None:
    maps = Path("/proc/self/maps").read_text(encoding="utf-8")
    total = hashlib.sha256()
    for answer in answers():
        total.update(f"{answer}\n".encode())
    print("\n".join(sorted(set(re.findall(r"/\S*/libicudata\S*", maps)))))
    print(total.hexdigest())


def answers() -> Iterator[str]:
    yield from QStringConverter.availableCodecs()
    for locale in _locales():
        sorter = QCollator(locale)
        pairs = itertools.combinations(_WORDS, 2)
        yield "".join("<=>"[(order > 0) - (order < 0) + 1] for order in _orders(sorter, pairs))
        yield from (locale.toUpper(word) + locale.toLower(word) for word in _WORDS)
        for zone, name in itertools.product(_ZONES, QTimeZone.NameType):
            for time in QTimeZone.TimeType:
                yield QTimeZone(zone.encode()).displayName(time, name, locale)


def _orders(sorter: QCollator, pairs: Iterator[tuple[str, str]]) -> Iterator[int]:
    return (sorter.compare(one, other) for one, other in pairs)


def _locales() -> list[QLocale]:
    of_all = QLocale.matchingLocales(
        QLocale.Language.AnyLanguage, QLocale.Script.AnyScript, QLocale.Country.AnyCountry
    )
    return sorted(of_all, key=lambda each: each.name())


if __name__ == "__main__":
    main()
