"""Reading contact lists, spending credits safely, showing results: all of it without a screen.

Importing this package starts nothing.
"""
