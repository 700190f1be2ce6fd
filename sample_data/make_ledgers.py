#!/usr/bin/env python3
"""Makes the ledgers of the sample county: what its offices keep in Excel of clinics, schools, money, tasks.

    python3 make_ledgers.py [--county sanhe] [--seed 11]

It reads the layers of the county and needs nothing beside Python. The same county and seed give the same ledgers.
Nothing in them stands for a real institution.
"""
import argparse
from pathlib import Path

from county_maker import institutions, registers
from county_maker.offices import County
from county_maker.workbook import csv_bytes, geojson_bytes, workbook_bytes


def write_all(folder, seed):
    """Writes the ledgers beside the layers; their number of rows, by name."""
    county = County(folder, seed)
    out = folder / "ledgers"
    out.mkdir(exist_ok=True)
    counts = {}

    def write(name, ending, rows, content):
        counts[name] = len(rows)
        (out / f"{name}.{ending}").write_bytes(content)

    books = {
        "health": ("医疗卫生机构", "三河县医疗卫生机构台账（2026年10月）", institutions.health),
        "towns": ("乡镇指标", "三河县乡镇经济社会指标（2025年）", registers.towns),
    }
    for name, (sheet, title, make) in books.items():
        columns, rows = make(county)
        write(name, "xlsx", rows, workbook_bytes(sheet, title, columns, rows))
    tables = {
        "schools": institutions.schools, "assets": institutions.assets, "services": institutions.services,
        "finance": registers.finance, "economy": registers.economy, "governance": registers.governance,
        "indicators": registers.key_figures, "tasks": registers.tasks, "problems": registers.problems,
    }
    for name, make in tables.items():
        header, rows = make(county)
        write(name, "csv", rows, csv_bytes(header, rows))
    header, rows = institutions.posted(county)
    write("offices", "geojson", rows, geojson_bytes("offices", header, rows))
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--county", type=Path, default=Path(__file__).parent / "sanhe")
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    for name, rows in write_all(options.county, options.seed).items():
        print(f"{name}: {rows} rows")


if __name__ == "__main__":
    main()
