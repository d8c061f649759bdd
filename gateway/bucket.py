"""A token bucket. Pure: the instants are the caller's."""


class Bucket:
    def __init__(self, rate_per_s: float, burst: float, now: float) -> None:
        self._rate, self._burst = rate_per_s, burst
        self._tokens, self._at = burst, now

    def take(self, now: float) -> float:
        """0 where a token was taken; otherwise the seconds until there is one."""
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens >= 1:
            self._tokens -= 1
            return 0.0
        return (1 - self._tokens) / self._rate
