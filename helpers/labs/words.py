"""What readers see in widgets that are drawn by scripts, in one place: to translate these, translate this file.

Each widget sends its part to its script, which fills in what stands in braces.
"""

WORDS = {
    "frames": {
        "play": "Play",
        "pause": "Pause",
        "enlarge": "Full screen",
        "numbers": "Numbers",
        "no_kernel": "No kernel is running: the sliders still work. To use the boxes, run the cell again.",
    },
    "prediction": {
        "hint": "Draw what you expect: drag across the plot, or press ← → to choose a place and ↑ ↓ to set it.",
        "ready": "Draw over it to change it; press Compare to see what was computed.",
        "compare": "Compare",
        "skip": "Skip",
        "again": "Start again",
        "guess": "your guess",
        "computed": "computed: mean and range of {runs} runs",
        "computed_once": "computed",
        "at": "{x}\u00a0=\u00a0{name}",  # never broken into two lines
        "place": "{y} at {at}",
        "unset": "not set",
        "passing": "not set, your line passes {value}",
        "guessed": "your guess {value}",
        "mean": "computed {mean}, runs from {low} to {high}",
        "skipped": "This is what was computed.",
        "inside": "{inside} of {n} places of your guess lie within the range of the runs",
        "inside_once": "{inside} of {n} places of your guess lie on the computed curve",
        "left_same": "on the left your line {guess}, as computed",
        "left_other": "on the left your line {guess}, where the computed one {computed}",
        "right_same": "on the right it {guess}, as computed",
        "right_other": "on the right it {guess}, where the computed one {computed}",
        "rises": "rises",
        "falls": "falls",
        "flat": "stays flat",
        "lowest_same": "it is lowest at {guess}, as computed",
        "lowest_other": "it is lowest at {guess}, the computed one at {computed}",
        "highest_same": "it is highest at {guess}, as computed",
        "highest_other": "it is highest at {guess}, the computed one at {computed}",
        "judgement": "{parts}.",
        "between": "; ",
        "still": "Run this cell, and draw here what you expect.",
        "still_alt": "Empty axes for a guess. {question}",
    },
    "question": {
        "hint": "Choose an answer and check it.",
        "check": "Check",
        "right": "✓ Right. {reason}",
        "wrong": "✗ Not this one. {reason}",
        "still_alt": "{question} Answers to choose from: {answers}",
    },
}
