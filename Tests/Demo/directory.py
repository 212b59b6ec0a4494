#!/usr/bin/env python3
"""Writes a directory of 10,000 records as CSV, always the same for the same seed.

Numbers stand as people write them: national, international, dotted, with extensions, some with
letters or too few digits (an import refuses those and says why), some shared by several records.
All are fictional: real area codes with 555-0100 to 555-0199.

usage: directory.py [RECORDS [SEED]] > directory.csv
"""

import csv
import random
import sys

AREA_CODES = [
    "201", "202", "206", "212", "213", "214", "215", "216", "303", "305", "312", "313", "314",
    "404", "405", "412", "415", "503", "504", "512", "602", "612", "615", "617", "702", "713",
    "801", "804", "808", "816", "901", "907", "916", "919",
]
FIRST = [
    "Ada", "Alan", "Annie", "Barbara", "Carol", "Claude", "Donald", "Edith", "Edsger", "Evelyn",
    "Frances", "Grace", "Hedy", "Jean", "John", "Joan", "Katherine", "Ken", "Leslie", "Margaret",
    "Mary", "Niklaus", "Radia", "Robin", "Sophie", "Tony",
]
LAST = [
    "Adams", "Baker", "Clark", "Davis", "Evans", "Foster", "Garcia", "Hughes", "Ito", "Jones",
    "Kim", "Lopez", "Moore", "Nguyen", "O'Neil", "Patel", "Quinn", "Rossi", "Singh", "Turner",
    "Usman", "Vega", "Walker", "Xu", "Young", "Zimmermann",
]
LOCATIONS = ["downtown", "harbor", "airport", "westside"]

# The callers that the demo and the tests know by name; the rest never has these numbers.
KNOWN = [
    ("L-1001", "lead", "yes", "Linda Lead", "downtown", ["(202) 555-0111"]),
    ("C-1002", "customer", "", "Carlos Customer", "downtown", ["+1 202 555 0112", "202-555-0113"]),
    ("C-1003", "customer", "", "Bea Both", "harbor", ["202.555.0114"]),
    ("L-1003", "lead", "yes", "Bea Both", "downtown", ["+12025550114"]),
    ("P-1004", "previous_customer", "", "Paul Previous", "downtown", ["1 (202) 555-0115"]),
    ("L-1005", "lead", "no", "Ina Inactive", "downtown", ["202 555 0116"]),
]


def written(rng: random.Random, area: str, line: str) -> str:
    """The number in one of the ways in which people write numbers."""
    style = rng.randrange(8)
    if style == 0:
        return f"({area}) 555-{line}"
    if style == 1:
        return f"{area}-555-{line}"
    if style == 2:
        return f"{area}.555.{line}"
    if style == 3:
        return f"+1 {area} 555 {line}"
    if style == 4:
        return f"+1{area}555{line}"
    if style == 5:
        return f"1-{area}-555-{line}"
    if style == 6:
        return f"({area}) 555-{line} ext. {rng.randrange(10, 1000)}"
    return f"{area}555{line}"


def impossible(rng: random.Random) -> str:
    """Something that stands in the phone column and is no possible number."""
    return rng.choice(["555-01", "n/a", "12", "call the office", "+1 202 555 01234567890123"])


def records(count: int, seed: int):
    """Rows as the import takes them."""
    rng = random.Random(seed)
    for record_id, kind, active, name, location, numbers in KNOWN:
        yield record_id, kind, active, name, location, "|".join(numbers), "US"
    for index in range(count - len(KNOWN)):
        kind = rng.choices(["lead", "customer", "previous_customer"], [5, 4, 1])[0]
        active = rng.choice(["yes", "no"]) if kind == "lead" else ""
        name = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
        numbers = []
        for _ in range(rng.choices([1, 2], [9, 1])[0]):
            area = rng.choice(AREA_CODES)
            # 202-555-01xx is kept for the callers that have a name here.
            while area == "202":
                area = rng.choice(AREA_CODES)
            numbers.append(written(rng, area, f"01{rng.randrange(100):02}"))
        if rng.random() < 0.004:
            numbers = [impossible(rng)]
        yield f"R-{index:05}", kind, active, name, rng.choice(LOCATIONS), "|".join(numbers), "US"


def main() -> None:
    """Writes the file."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    out = csv.writer(sys.stdout)
    out.writerow(["id", "class", "active", "name", "location", "phone", "region"])
    out.writerows(records(count, seed))


if __name__ == "__main__":
    main()
