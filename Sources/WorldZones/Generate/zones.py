#!/usr/bin/env python3
"""Writes which time zones a number may be in, by its first digits, as Swift.

The data is that of libphonenumber, as the PyPI package phonenumbers carries it. A list of zones
that many prefixes share stands once.
"""

import argparse
import pathlib

import phonenumbers
import phonenumbers.tzdata

HEADER = """\
// Made by Sources/WorldZones/Generate/zones.py out of phonenumbers {version}; not edited by hand.

/// Which time zones a number may be in, by its first digits.
enum ZonePrefixes {{
  /// The longest prefix below, in digits.
  static let longest = {longest}

  /// Lists of zones; a line each, the names separated by spaces.
  static let zones = \"\"\"
{zones}
    \"\"\"

  /// A line for each list above, in its order: the prefixes of numbers that are there.
  static let prefixes = \"\"\"
{prefixes}
    \"\"\"
}}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    by_zones = {}
    for prefix, zones in phonenumbers.tzdata.TIMEZONE_DATA.items():
        known = tuple(sorted(zone for zone in zones if zone != "Etc/Unknown"))
        if known:
            by_zones.setdefault(known, []).append(prefix)
    lists = sorted(by_zones)
    options.out.write_text(
        HEADER.format(
            version=phonenumbers.__version__,
            longest=phonenumbers.tzdata.TIMEZONE_LONGEST_PREFIX,
            zones="\n".join(lines(lists)),
            prefixes="\n".join(lines(sorted(by_zones[zones]) for zones in lists)),
        )
    )


def lines(rows):
    """Rows as lines of a literal; a long one goes on in the next, after a backslash."""
    for row in rows:
        line = "   "
        for word in row:
            if len(line) + 1 + len(word) > 97:
                yield line + " \\"
                line = "   "
            line += " " + word
        yield line


if __name__ == "__main__":
    main()
