"""The pages by which people come in, choose their language, and go."""

from __future__ import annotations

from esd_desktop.portal.sign_in import by_link, by_organisation, leaving

ROUTES = [*by_link.ROUTES, *by_organisation.ROUTES, *leaving.ROUTES]
