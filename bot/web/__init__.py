"""All that is on the network: webhooks, chat, pay page, desk. It verifies, stores and shows; it decides nothing."""

from bot.web.app import create_app, serve, server_config
from bot.web.invitations import LASTS, Invitation, invite
from bot.web.staff import add_staff

__all__ = ["LASTS", "Invitation", "add_staff", "create_app", "invite", "serve", "server_config"]
