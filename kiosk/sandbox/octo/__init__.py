"""A pretend Ventrata: suppliers, products, bookings and the OCTO redemption routes, from the vendor's published pages.

Where those say nothing, the rule is our own and its docstring says "undocumented".
"""
