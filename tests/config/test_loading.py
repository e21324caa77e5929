"""Loading: which layer wins, and that every problem is told at once with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.config import Camera, Lines, Settings, Wedge, load
from kiosk.domain.attempt import Mode
from kiosk.domain.errors import ConfigError


def problems(path: Path | None = None, **overrides: object) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path, **overrides)
    return [str(problem) for problem in caught.value.problems]


def test_what_is_not_set_has_its_default(file: Path) -> None:
    settings = load(file)
    assert settings.kiosk.lane == "Gate B"
    assert settings.kiosk.mode is Mode.REDEEM
    assert settings.octo is not None
    assert settings.octo.timeout_s == 4.0
    assert settings.octo.base_url == "https://tickets.example/octo"
    assert [source.kind for source in settings.sources] == ["wedge"]


def test_the_environment_wins_over_the_file_and_the_command_line_over_both(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_KIOSK__LANE", "Gate C")
    monkeypatch.setenv("KIOSK_OCTO__TIMEOUT_S", "2.5")
    monkeypatch.setenv("KIOSK_SOURCES", '[{"kind":"lines"}]')
    settings = load(file, octo={"timeout_s": 1.5})
    assert settings.octo is not None
    assert (settings.kiosk.lane, settings.octo.timeout_s) == ("Gate C", 1.5)
    assert settings.octo.suppliers[0].name == "River Cruises"
    assert settings.sources == (Lines(name="lines", lane="Gate C"),)


def test_a_list_replaces_the_list_below_it_whole(file: Path) -> None:
    file.write_text(file.read_text() + '\n[[sources]]\nkind = "camera"\nwidth = 640\n')
    settings = load(file, sources=[{"kind": "camera", "device": 1}])
    assert settings.sources == (Camera(name="camera", lane="Gate B", device=1),)


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("KIOSK_KIOSK__AUTO_REDEEM", "false", False),
        ("KIOSK_KIOSK__AUTO_REDEEM", "1", True),
        ("KIOSK_KIOSK__REPEAT_S", "0.5", 0.5),
        ("KIOSK_KIOSK__MODE", "validate", Mode.VALIDATE),
        ("KIOSK_KIOSK__LANE", "[VIP]", "[VIP]"),
    ],
)
def test_a_variable_is_read_as_its_key_wants_it(
    file: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, expected: object
) -> None:
    monkeypatch.setenv(variable, value)
    assert getattr(load(file).kiosk, variable.rsplit("__", maxsplit=1)[-1].lower()) == expected


def test_a_camera_number_from_the_environment_is_a_number(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_SOURCES", '[{"kind":"camera","device":"2"}]')
    [camera] = load(file).sources
    assert isinstance(camera, Camera)
    assert camera.device == 2


def test_variables_that_are_not_ours_are_left_alone(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_API_KEY", "somebody's")
    monkeypatch.setenv("KIOSK_STATE_DIR", "/nowhere")
    assert load(file).kiosk.lane == "Gate B"


def test_every_problem_is_told_at_once_with_its_place_and_the_nearest_name(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(
        """
        [kiosk]
        lane = " "
        mod = "validate"
        [octo]
        base_url = "http://tickets.example/octo"
        timeout_s = 0
        [[octo.suppliers]]
        name = "River Cruises"
        [[sources]]
        kind = "camera"
        devise = 0
        [[sources]]
        kind = "camra"
        [ofline]
        """
    )
    monkeypatch.setenv("KIOSK_OFFLINE__ADMIT", "sometimes")
    monkeypatch.setenv("KIOSK_OCTO__TIMOUT_S", "3")
    monkeypatch.setenv("KIOSK_VISTA__SITE", "3")
    told = problems(file)
    for expected in (
        f"{file}: kiosk.lane: must be printable text, and not blank",
        f'{file}: kiosk.mod: unknown key; did you mean "mode"?',
        f"{file}: octo.base_url: http:// is for this machine only",
        f"{file}: octo.timeout_s: should be greater than 0",
        f"{file}: octo.suppliers[0]: give exactly one of api_key_file and api_key_env",
        f'{file}: sources[0].devise: unknown key; did you mean "device"?',
        f"{file}: sources[1]: unknown kind; one of camera, wedge, lines",
        f'{file}: ofline: unknown key; did you mean "offline"?',
        "KIOSK_OFFLINE__ADMIT: offline.admit: should be 'never', 'listed' or 'any'",
        'KIOSK_OCTO__TIMOUT_S: octo.timout_s: unknown key; did you mean "timeout_s"?',
        'KIOSK_VISTA__SITE: vista.site: unknown key; did you mean "site_id"?',
        "KIOSK_VISTA__SITE: vista.base_url: is missing",
    ):
        assert any(line.startswith(expected) for line in told), (expected, told)


def test_a_misspelt_section_in_a_variable_does_not_pass_in_silence(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_OCTOS__ENV", "test")
    assert problems(file) == ['KIOSK_OCTOS__ENV: octos: unknown key; did you mean "octo"?']


def test_broken_files_and_broken_json_are_told_together(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("[kiosk]\nlane = Gate B\n")
    monkeypatch.setenv("KIOSK_SOURCES", "[{")
    monkeypatch.setenv("KIOSK_OCTO__SUPPLIERS", "River Cruises")
    told = problems(file)
    assert told[0].startswith(f"{file}: is not TOML: ")
    assert "line 2" in told[0]
    assert [line.split(":")[0] for line in told[1:]] == ["KIOSK_OCTO__SUPPLIERS", "KIOSK_SOURCES"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"kiosk = 3", "kiosk: should be a table"),
        (b"sources = 3", "sources: should be a list"),
        (b"sources = []", "sources: name at least one source"),
        (b'[[sources]]\nname = "x"', "sources[0]: has no kind"),
        (b'[[sources]]\nkind = "evdev"', "sources[0].device: is missing"),
        (b'[[sources]]\nkind = "wedge"\n[[sources]]\nkind = "wedge"', "sources: two sources have the same name"),
        (b'[[sources]]\nkind = "camera"\nformats = ["QR"]', "sources[0].formats[0]: should be 'QRCODE', "),
        (b'[[sources]]\nkind = "camera"\nformats = []', "sources[0].formats: name at least one format"),
        (b"[kiosk]\nrepeat_s = nan", "kiosk.repeat_s: should be a finite number"),
        (b'[kiosk]\nlane = "A\\u001b[2J"', "kiosk.lane: must be printable"),
        (b'\xff = "x"', "is not UTF-8 text"),
    ],
)
def test_a_wrong_value_is_told_in_plain_words(file: Path, content: bytes, expected: str) -> None:
    file.write_bytes(content)
    [told] = problems(file)
    assert told.startswith(f"{file}: {expected}")


def test_a_pattern_that_is_no_regular_expression_is_refused(file: Path) -> None:
    vista = {
        "base_url": "https://cinema.example",
        "auth_url": "https://auth.example",
        "username_env": "USER_NAME",
        "password_env": "PASS_WORD",
        "site_id": "1",
        "vouchers": {"code_pattern": "(["},
    }
    [told] = problems(file, vista=vista)
    assert told.startswith("command line: vista.vouchers.code_pattern: is no regular expression")


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8765/octo",
        "http://127.0.0.1/octo",
        "http://127.8.9.1:80",
        "http://[::1]:8765/octo",
        "https://tickets.example/octo",
    ],
)
def test_addresses_that_are_allowed(file: Path, url: str) -> None:
    octo = load(file, octo={"base_url": url}).octo
    assert octo is not None
    assert octo.base_url == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tickets.example",
        "ftp://tickets.example",
        "https://",
        "http://tickets.example",
        "http://127.0.0.1.tickets.example",
        "http://localhost.tickets.example",
        "http://0.0.0.0",
        "http://2130706433",
        "https://user:secret@tickets.example",
        "http://127.0.0.1@tickets.example",
        "http://127.0.0.1\\@tickets.example",
        "https://tickets.example/octo?key=1",
        "https://tickets.example/octo#a",
        "https://tickets.example:99999",
        "https://tick ets.example",
        "https://tickets\n.example",
    ],
)
def test_addresses_that_are_refused_without_being_repeated(file: Path, url: str) -> None:
    [told] = problems(file, octo={"base_url": url})
    assert told.startswith("command line: octo.base_url: ")
    assert "secret" not in told


def test_a_key_written_where_it_does_not_belong_is_refused_and_not_repeated(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "0f5dca5b-4a7e-4d53-9d9f-a1c2e3b4d5f6"
    suppliers = [
        {"name": "A", "api_key": key},
        {"name": "B", "api_key_env": key},
        {"name": "C", "api_key_env": "X", "api_key_file": "y"},
    ]
    monkeypatch.setenv("KIOSK_OCTO__SUPPLIERS", json.dumps(suppliers))
    told = problems(file)
    assert len(told) == 3
    assert key not in "".join(told)
    assert 'did you mean "api_key_' in told[0]
    assert "name of an environment variable" in told[1]


def test_relative_paths_start_at_the_files_folder(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    settings = load(Path("../gate.toml"))
    (tmp_path / "river.key").write_text("a-key\n")
    assert settings.octo is not None
    assert settings.octo.suppliers[0].api_key().get_secret_value() == "a-key"


def test_without_a_path_the_named_file_is_taken_then_the_usual_ones(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "`kiosk config init`" in problems()[0]
    own = tmp_path / "home" / ".config" / "kiosk" / "kiosk.toml"
    own.parent.mkdir(parents=True)
    own.write_text('[kiosk]\nlane = "Own"')
    assert load().kiosk.lane == "Own"
    Path("kiosk.toml").write_text('[kiosk]\nlane = "Here"')
    assert load().kiosk.lane == "Here"
    monkeypatch.setenv("KIOSK_CONFIG", str(file))
    assert load().kiosk.lane == "Gate B"
    monkeypatch.setenv("KIOSK_CONFIG", "missing.toml")
    assert problems() == ["missing.toml: there is no such file; `kiosk config init missing.toml` writes one to fill in"]


def test_a_source_takes_its_kind_for_a_name_and_the_kiosks_lane(file: Path) -> None:
    sources = [{"kind": "wedge"}, {"kind": "evdev", "device": "/dev/x", "name": "left", "lane": "Gate L"}]
    settings = load(file, sources=sources)
    assert [(source.name, source.lane) for source in settings.sources] == [("wedge", "Gate B"), ("left", "Gate L")]


def test_settings_made_by_hand_are_checked_and_read_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_KIOSK__LANE", "Gate C")
    settings = Settings()
    assert settings.kiosk.lane == "Gate A"
    assert settings.sources == (Wedge(name="wedge", lane="Gate A"),)
