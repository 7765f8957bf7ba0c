"""Signed-in browsers and one-time sign-in links.

What the parameters mean stands at the top of each statement's file.
"""

from store.query import load_query

INSERT_SESSION = load_query("web", "insert_session")
FIND_SESSION = load_query("web", "find_session")
TOUCH_SESSION = load_query("web", "touch_session")
DELETE_SESSION = load_query("web", "delete_session")
PRUNE_SESSIONS = load_query("web", "prune_sessions")
INSERT_LOGIN_TOKEN = load_query("web", "insert_login_token")
CONSUME_LOGIN_TOKEN = load_query("web", "consume_login_token")
PRUNE_LOGIN_TOKENS = load_query("web", "prune_login_tokens")
