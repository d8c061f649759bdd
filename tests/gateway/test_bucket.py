from gateway.bucket import Bucket


def test_a_burst_passes_and_then_the_rate_holds() -> None:
    bucket = Bucket(10, burst=3, now=0)
    assert [bucket.take(0) for _ in range(4)] == [0, 0, 0, 0.1]
    assert bucket.take(0.1) == 0
    assert bucket.take(0.1) > 0


def test_rest_refills_no_more_than_a_burst() -> None:
    bucket = Bucket(10, burst=2, now=0)
    assert [bucket.take(100) == 0 for _ in range(3)] == [True, True, False]
