"""A pretend Vista Digital Platform: sites, showtimes, seats, vouchers and orders, from the vendor's published pages.

Where those say nothing, the rule is our own and its docstring says "undocumented".
"""
