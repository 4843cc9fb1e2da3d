"""Who may do what: the roles of the people who share a store, and the rights that each role gives.

A person may have several roles and has the rights of all of them. An administrator runs the store
and sees no licence key; an auditor reads everything and changes nothing. The services ask
(services/rights.py); on PostgreSQL the database asks again, by the same matrix.
"""

from __future__ import annotations

from collections.abc import Iterable

from esd_desktop.models.statuses import Word


class Role(Word):
    """What a person is on this store."""

    VIEWER = "viewer"
    AGENT = "agent"
    APPROVER = "approver"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    WORKER = "worker"
    PORTAL = "portal"


class Right(Word):
    """One thing that a person may be allowed to do; a verb asks for one or more of them."""

    VIEW = "view"
    UPDATE = "update"
    RESEND = "resend"
    ORDER = "order"
    ACCOUNTS = "accounts"
    IMPORT = "import"
    REQUEST = "request"
    DECIDE = "decide"
    CANCEL = "cancel"
    DELETE = "delete"
    SETTLE = "settle"
    REVEAL = "reveal"
    EXPORT = "export"
    EXPORT_KEYS = "export keys"
    CATALOGUE = "catalogue"
    PRICES = "prices"
    TEMPLATES = "templates"
    CONNECTIONS = "connections"
    SETTINGS = "settings"
    PEOPLE = "people"
    AUDIT = "audit"
    BACKUP = "backup"
    RESTORE = "restore"
    ROTATE = "rotate"
    WORK = "work"
    SERVE = "serve"


_VIEWER = frozenset({Right.VIEW})
_AGENT = _VIEWER | {
    Right.UPDATE,
    Right.RESEND,
    Right.ORDER,
    Right.ACCOUNTS,
    Right.IMPORT,
    Right.REQUEST,
    Right.CANCEL,
    Right.DELETE,
    Right.SETTLE,
    Right.REVEAL,
    Right.EXPORT,
}
_APPROVER = _VIEWER | {Right.UPDATE, Right.RESEND, Right.DECIDE}
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.VIEWER: _VIEWER,
    Role.AGENT: _AGENT,
    Role.APPROVER: _APPROVER,
    Role.MANAGER: _AGENT
    | _APPROVER
    | {Right.EXPORT_KEYS, Right.CATALOGUE, Right.PRICES, Right.TEMPLATES, Right.ROTATE},
    Role.AUDITOR: _VIEWER | {Right.EXPORT, Right.AUDIT},
    Role.ADMINISTRATOR: _VIEWER
    | {
        Right.CONNECTIONS,
        Right.SETTINGS,
        Right.PEOPLE,
        Right.AUDIT,
        Right.BACKUP,
        Right.RESTORE,
    },
    Role.WORKER: _VIEWER
    | {
        Right.UPDATE,
        Right.RESEND,
        Right.ORDER,
        Right.CANCEL,
        Right.DECIDE,
        Right.SETTLE,
        Right.CATALOGUE,
        Right.WORK,
    },
    Role.PORTAL: _VIEWER | {Right.UPDATE, Right.RESEND, Right.REQUEST, Right.REVEAL, Right.SERVE},
}

# What a role is for, in a line.
ROLE_WORDS = {
    Role.VIEWER: "Sees the records, and changes nothing.",
    Role.AGENT: "Orders, imports, mails, cancels and deletes, and sees licence keys.",
    Role.APPROVER: "Decides requests to cancel, updates and mails; sees no licence key.",
    Role.MANAGER: "May what agents and approvers may; also the catalogue, prices, mail templates "
    "and exporting licence keys.",
    Role.AUDITOR: "Reads everything and the audit, exports lists; changes nothing and sees no "
    "licence key.",
    Role.ADMINISTRATOR: "Runs the store: connections, settings, people and backups; sees no "
    "licence key.",
    Role.WORKER: "For the login of “esd worker”, which does by itself what others asked for.",
    Role.PORTAL: "For the login of “esd portal”, which serves customers and resellers, each with "
    "what is theirs.",
}

# How a right is named in "Your role does not allow you to …".
WORDS = {
    Right.VIEW: "see the records",
    Right.UPDATE: "update a licence's status",
    Right.RESEND: "send mails",
    Right.ORDER: "order licences",
    Right.ACCOUNTS: "add or change accounts",
    Right.IMPORT: "import records",
    Right.REQUEST: "enter requests to cancel",
    Right.DECIDE: "decide requests to cancel",
    Right.CANCEL: "cancel licences",
    Right.DELETE: "delete records",
    Right.SETTLE: "settle discrepancies",
    Right.REVEAL: "see licence keys and activation links",
    Right.EXPORT: "export lists",
    Right.EXPORT_KEYS: "export licence keys",
    Right.CATALOGUE: "change the catalogue",
    Right.PRICES: "change taxes and what invoices say",
    Right.TEMPLATES: "change mail templates",
    Right.CONNECTIONS: "change connections",
    Right.SETTINGS: "change the settings of this store",
    Right.PEOPLE: "change who may do what",
    Right.AUDIT: "read the audit",
    Right.BACKUP: "back up the store",
    Right.RESTORE: "restore the store",
    Right.ROTATE: "change the key that licence keys are encrypted with",
    Right.WORK: "carry out what waits for a worker",
    Right.SERVE: "serve the portal",
}

EVERY_RIGHT = frozenset(Right)


def rights_of(roles: Iterable[Role]) -> frozenset[Right]:
    """What somebody with these roles may do."""
    return frozenset[Right]().union(*(RIGHTS[role] for role in roles))


def roles_with(right: Right) -> list[Role]:
    """The roles that give a right, to be named to who lacks it."""
    return [role for role in Role if right in RIGHTS[role]]
