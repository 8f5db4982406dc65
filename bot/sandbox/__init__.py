"""Doubles of Twilio and Stripe over HTTP, for the demo and the tests, with phones in the browser.

`create_app(config)` is one ASGI app for a loopback port. The real SDKs run against it; it signs its webhooks
as the providers do, and can repeat, delay, drop, reorder and fail.
"""

from bot.sandbox.app import create_app
from bot.sandbox.model import Person, SandboxConfig

__all__ = ["Person", "SandboxConfig", "create_app"]
