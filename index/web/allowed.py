"""The way to the web that the settings allow."""

from index.web.archive import ARCHIVE_HOSTS
from index.web.transport import Policy, Transport
from praktijkbaken.settings import Settings


def transport_for(settings: Settings, *hosts: str) -> Transport:
    """A transport to the hosts of the settings, the archive, and `hosts`."""
    allowed = {host.lower() for host in (*settings.fetch_hosts.split(), *ARCHIVE_HOSTS, *hosts)}
    return Transport(Policy(allowed_hosts=frozenset(allowed), delay=settings.fetch_delay))
