"""Write the banks of matched worlds that are shipped, one for each authority.

Each is made anew only if it is not of this version of the model.

Run: python scripts/banks.py [--only NAME] [--check]
"""

import argparse
import sys
import time

from colsim.experiments.banks import bank_folder, place_key, read_bank
from colsim.scenario import load_scenario
from colsim.scenario.levels import levels_of
from colsim.scenario.shipped import AUTHORITY, list_presets
from colsim.worlds.match import match


def main() -> int:
    """Write what is stale; with --check, only say what is, and return 1 if anything is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", help="Name of an authority.")
    parser.add_argument("--check", action="store_true", help="Write nothing.")
    wanted = parser.parse_args()
    stale = made = 0
    places: dict[str, str] = {}
    for preset in list_presets(AUTHORITY):
        loaded = load_scenario(preset.name)
        if loaded.scenario.organisation.authorities > 1:
            print(f"{preset.name}: several authorities, whose lives take too long: none is shipped")
            continue
        place = place_key(loaded.scenario, levels_of(loaded.scenario))
        if place in places:  # the same authority at another time
            print(f"{preset.name}: that of {places[place]}")
            continue
        places[place] = preset.name
        path = bank_folder() / f"{preset.name}.csv"
        if path.exists():
            bank = read_bank(path)
            if bank.fresh and bank.place == place:
                print(f"{preset.name}: holds")
                continue
        stale += 1
        if wanted.check or (wanted.only and preset.name not in wanted.only):
            print(f"{preset.name}: of another version of the model, or authority")
            continue
        start = time.perf_counter()
        found = match(loaded, waves=False)
        path.write_text(found.bank().text(), encoding="utf-8", newline="\n")
        made += 1
        seconds = time.perf_counter() - start
        rate = 60 * len(found.seeds) / seconds
        print(f"{preset.name}: {found.words()[0]} {seconds:.0f} s, {rate:.0f} worlds a minute")
    return 1 if wanted.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
