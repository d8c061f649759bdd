"""Seeds that failed once: seed, minutes, and what they found. They run in every suite."""

KEPT: tuple[tuple[int, float, str], ...] = (
    (11, 15, "a station that took limits again after it refused them waited a minute for the next one"),
)
