"""What a message means: message and scene in, typed acts out. The only reader of a debtor's words.

Pure: no session, no clock, no Rasa.
"""
