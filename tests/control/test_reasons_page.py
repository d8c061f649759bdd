"""docs/reasons.md names every code with its parameters and its sentence in every language."""

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from control.sentences import sentence
from engine.reasons import ReasonCode
from tests.control.recorded import recorded_cycles

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "reasons"
EXAMPLES = runpy.run_path(str(SCRIPT))["EXAMPLES"]


def test_every_code_has_an_entry() -> None:
    assert set(EXAMPLES) == {code.value for code in ReasonCode}


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_examples_have_the_parameters_that_are_listed(code: str) -> None:
    _meaning, parameters, examples = EXAMPLES[code]
    assert all(set(example) == set(parameters) for example in examples)


def test_the_page_is_what_the_script_makes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(ROOT / "scripts" / "messages"), "compile"], check=True)
    env = {"PATH": os.environ["PATH"], "EVCE_DATA_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, str(SCRIPT), "check"], capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr


def test_codes_of_real_cycles_carry_the_parameters_that_are_listed() -> None:
    reasons = [
        c["reason"]
        for seed in range(4)
        for cycle in recorded_cycles(seed)
        for c in (*cycle["connectors"], *cycle["others"])
    ]
    seen = {(reason["code"], *sorted(reason["params"])) for reason in reasons}
    assert len({code for code, *_ in seen}) >= 5, json.dumps(sorted(seen))
    assert seen <= {(code, *sorted(parameters)) for code, (_, parameters, _examples) in EXAMPLES.items()}


def said(code: str, params: dict[str, object], language: str) -> str:
    with translation.override(language):
        return sentence({"code": code, "params": params})


def another(value: object) -> object:
    if value is None:
        return 7.0
    return value + 700 if isinstance(value, int | float) else f"{value} X"


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_each_parameter_is_said_in_each_language(code: str, language: str) -> None:
    _meaning, parameters, examples = EXAMPLES[code]
    silent = [
        name
        for name in parameters
        if not any(
            said(code, example, language) != said(code, {**example, name: another(example[name])}, language)
            for example in examples
        )
    ]
    assert silent == []


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_no_sentence_is_left_in_english(code: str) -> None:
    example = EXAMPLES[code][2][0]
    assert said(code, example, "fr") != said(code, example, "en")
