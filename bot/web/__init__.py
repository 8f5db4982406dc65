"""All that is on the network: webhooks, chat, pay page, desk. It verifies, stores and shows; it decides nothing."""

from bot.web.app import create_app, serve, server_config
from bot.web.invitations import LASTS, Invitation, invite
from bot.web.manage_words import debtor
from bot.web.second_factor import forget as forget_second_step
from bot.web.staff import actor_of, add_staff, everybody, leave, manager

__all__ = [
    "LASTS",
    "Invitation",
    "actor_of",
    "add_staff",
    "create_app",
    "debtor",
    "everybody",
    "forget_second_step",
    "invite",
    "leave",
    "manager",
    "serve",
    "server_config",
]
