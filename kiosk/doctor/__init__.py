"""The examination behind `kiosk doctor`: looks at everything that serving a guest needs, and changes nothing.

It never takes the journal's lock, redeems nothing, and makes no file that stays: it may run beside the engine.
"""
