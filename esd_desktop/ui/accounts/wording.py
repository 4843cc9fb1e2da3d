"""What an account's fields are called and how they read."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from esd_desktop.models.rows import AccountRow


def country_of(account: AccountRow) -> str | None:
    """The country's name for its code; the code itself where Qt does not know it."""
    if not account.country:
        return None
    territory = QLocale.codeToTerritory(account.country)
    if territory == QLocale.Country.AnyCountry:
        return account.country
    return QLocale.territoryToString(territory)


def language_of(account: AccountRow) -> str | None:
    """The language's name for its code, such as "en" or "en-GB"."""
    if not account.language:
        return None
    language = QLocale.codeToLanguage(account.language.replace("_", "-").split("-")[0])
    if language in (QLocale.Language.AnyLanguage, QLocale.Language.C):
        return account.language
    return QLocale.languageToString(language)


def in_short(account: AccountRow) -> str:
    """Who is billed, where mails go, and where the account is: one line."""
    where = ", ".join(filter(None, (country_of(account), language_of(account))))
    billed = f"Billed to {account.reseller}" if account.reseller else None
    return " · ".join(filter(None, (billed, account.email, where)))
