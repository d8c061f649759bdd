"""`manage.py simulate_day SITE_FILE`: what a site would do on a day, in seconds (docs/what-if.md)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from commissioning import site_file
from commissioning.checking import check_file
from commissioning.checks.findings import report
from commissioning.configuring import site_config
from commissioning.day_picture import day_picture
from commissioning.day_reductions import period_cuts
from commissioning.day_report import clock, day_text
from commissioning.management.commands.load_site import read_site_file
from commissioning.site_reductions import period_plans
from commissioning.site_structure import SiteFileError
from common.text import printable
from control.rehearsing import Rehearsal
from engine.model import SiteConfig
from simulator.day import Day
from simulator.scenario import Scenario, ScenarioError, built_in, check_fits, load_scenario
from zones.periods import DAYS


class Command(BaseCommand):
    help = (
        "Plays a day of a site with the real engine: energy, waiting, how full each zone is; as text and as a picture."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("site_file", type=Path, help="a site file (docs/site-file.md), or - for standard input")
        kinds = ", ".join(built_in())
        parser.add_argument("--scenario", default="office", help=f"{kinds}, or a file (docs/what-if.md)")
        parser.add_argument("--seed", type=int, default=1, help="other cars and weather for each number")
        parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the day into this file")
        parser.add_argument("--weekday", choices=DAYS, default=DAYS[0], help="whose time-of-use periods apply")
        languages = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("--language", choices=languages, default=settings.LANGUAGE_CODE)

    def handle(self, *args: Any, site_file: Path, language: str, **options: Any) -> None:
        with translation.override(language):
            read = _read(site_file)
            config = site_config(read)
            scenario = _scenario(options["scenario"], config)
            weekday = DAYS.index(options["weekday"])
            cuts = period_cuts(period_plans(read.document), weekday, scenario.from_s)
            scenario = replace(scenario, cuts=(*scenario.cuts, *cuts))
            day = Day(config, scenario, Rehearsal(), seed=options["seed"])
            if not day.config.connectors:
                raise CommandError(_("The site has no stations: there is nothing to simulate."))
            for line in report(check_file(read)):
                self.stderr.write(self.style.WARNING(line))
            day.run()
            title = _("%(site)s: %(scenario)s, 24 hours from %(start)s") % {
                "site": day.config.name,
                "scenario": day.scenario.name,
                "start": clock(day.scenario.from_s),
            }
            self.stdout.write(f"{title}\n\n{day_text(day)}")
            if options["svg"]:
                _draw(options["svg"], day_picture(day, title))
                self.stdout.write("\n" + _("Drawn: %(file)s") % {"file": options["svg"]})


def _read(file: Path) -> site_file.SiteFile:
    text = read_site_file(file)
    try:
        return site_file.read(text)
    except SiteFileError as error:
        lines = [f"  {problem}" for problem in error.problems]
        raise CommandError("\n".join([_("%(file)s is no site file:") % {"file": file}, *lines])) from None


def _scenario(name: str, config: SiteConfig) -> Scenario:
    """The built-in ones fit every site: their sun shines where there is a meter for it."""
    try:
        scenario = load_scenario(name)
        if name not in built_in():
            check_fits(scenario, config)
    except OSError as error:
        message = _("%(name)s is neither a file nor one of %(known)s: %(why)s")
        raise CommandError(message % {"name": name, "known": ", ".join(built_in()), "why": error.strerror}) from None
    except ScenarioError as error:
        lines = [f"  {printable(problem, 500)}" for problem in error.problems]
        raise CommandError("\n".join([_("%(name)s is no scenario for this site:") % {"name": name}, *lines])) from None
    return scenario


def _draw(file: Path, svg: str) -> None:
    try:
        file.write_text(svg, encoding="utf-8")
    except OSError as error:
        raise CommandError(_("%(file)s can't be written: %(why)s") % {"file": file, "why": error.strerror}) from None
