"""The audit: everything that is kept, looked at again from end to end, and every damage named with what to do.

``run`` walks through the checks of ``checks.CHECKS`` in their order, remembers how far it came and goes on there after
an interruption. A check is a name and a generator of steps; whoever keeps something new adds a check to that list.
"""
