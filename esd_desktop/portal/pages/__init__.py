"""The pages of who is signed in."""

from esd_desktop.portal.pages import asset, assets, workspace

ROUTES = [*workspace.ROUTES, *assets.ROUTES, *asset.ROUTES]
