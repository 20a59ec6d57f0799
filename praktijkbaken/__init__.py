"""The ground everyone stands on: settings, the base error, personal data."""

__version__ = "0.1.0"
