"""The pure core: who may draw how much, and which commands may go out now.

Standard library only: no clock, no I/O, no Django. Quantities are integer milliampere
(`_ma`), quotients integer per mille (`_pm`), instants seconds on the caller's monotonic clock.
"""
