"""What operators see: live pages, the channels under them, sign-in, health and metrics.

A page renders frozen snapshots into fragments (`web.pages`, `web.components`); the live layer sends
the fragments that changed (`web.live`) over Phoenix Channels (`web.channels`). Every page is
complete without a script.
"""
