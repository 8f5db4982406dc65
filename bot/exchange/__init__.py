"""What comes from creditors and goes back to them: files and calls with accounts in; payments, agreements and news out."""

from bot.exchange import exports, fields, files, keys, placing, sheet, updates, webhooks, work
from bot.exchange.files import File, NoSuchFile, TakenBefore
from bot.exchange.keys import Key
from bot.exchange.reading import LEFT_OUT, Layout, Writing
from bot.exchange.report import Found, Report
from bot.exchange.sheet import Sheet
from bot.exchange.work import Intake

__all__ = [
    "LEFT_OUT", "File", "Found", "Intake", "Key", "Layout", "NoSuchFile", "Report", "Sheet", "TakenBefore", "Writing", "exports", "fields",
    "files", "keys", "placing", "sheet", "updates", "webhooks", "work",
]  # fmt: skip
