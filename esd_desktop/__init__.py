"""ESD Desktop: the back office of a distributor or reseller of Microsoft ESD licences."""

__version__ = "0.1.0"
