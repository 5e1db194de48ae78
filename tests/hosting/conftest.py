"""The house of the web tests, for the services under the pages."""

from __future__ import annotations

from tests.web.conftest import account, app, browser, client, clock, house, invite, position, program, signed_in

__all__ = ["account", "app", "browser", "client", "clock", "house", "invite", "position", "program", "signed_in"]
