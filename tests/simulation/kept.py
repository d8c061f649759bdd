"""Seeds that failed once: seed, minutes, and what they found. They run in every suite."""

KEPT: tuple[tuple[int, float, str], ...] = (
    (11, 15, "a station that took limits again after it refused them waited a minute for the next one"),
    (87000001, 15, "cut after cut hid a station that ignored all of them"),
    (88000153, 15, "a car that takes too much was offered the same again and again"),
    (89000024, 15, "a limit refused before it was known that the station takes none blocked the others' raises"),
    (90001102, 15, "reports from before the link was lost were taken for the present, and the meter for frozen"),
    (90001152, 15, "the same refused limit, after a restart"),
    (91000440, 15, "a restart forgot to take away what held an idle connector down"),
    (129691419, 15, "a building that is too much alone was counted twice again and again, and the zone above lost it"),
    (310001172, 15, "a station with standing limits only got nothing, where a part of its share was free"),
    (33113998, 15, "limits that were lost with a link hid for a quarter of an hour what a car drew"),
    (350000236, 15, "a raise of 0.1 A made a car unknown, and too little was shed when the building jumped"),
    (350000008, 15, "a car that began 50 s after it was told was taken for the building"),
    (190, 15, "each time a car went on after a pause the others were cut by as much"),
    (340000332, 15, "after a step of our own clock what stations measured was taken for a replay (F33)"),
    (7107, 15, "eight forms of a limit were refused, 1.5 s each, before anybody was told"),
    (310002174, 15, "a restart believed a meter whose signs had flipped, and took the load for export"),
    (310003135, 15, "judged too early after a meter that told too much (the judge)"),
    (390001189, 15, "a car within the tolerance above its limit, in a full zone without a meter"),
    (510000377, 15, "a remote stop was lost with its link, and not repeated"),
    (91000597, 15, "a meter that had stood still was not trusted again while the load stood still"),
)
