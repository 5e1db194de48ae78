"""Changes to labelled answers, each with what it may move: what a judge does then shows what its verdict rests on."""
