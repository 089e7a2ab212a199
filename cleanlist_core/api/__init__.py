"""The Cleanlist API: strict in what it sends, forgiving in what it reads."""
