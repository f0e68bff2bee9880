"""Training Tesseract's model on: its files as it takes them itself."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from samples.lines import tune
from samples.lines.tesseract_files import Grey, NotATesseractNetwork, letters_of, line_file, loosened

_SPECIFICATION = "[1,36,0,1Ct3,3,16Mp3,3Lfys48Lfx96Lrx96Lfx192O1c1]"
_FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf"


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed model, taken apart."""
    folder = tmp_path_factory.mktemp("tune")
    subprocess.run(["combine_tessdata", "-u", tune.INSTALLED, folder / "base."], check=True, capture_output=True)
    return folder


def _printed(text: str) -> Grey:
    image = Image.new("L", (900, 40), 255)
    ImageDraw.Draw(image).text((12, 4), text, fill=0, font=ImageFont.truetype(_FONT, 26))
    return np.asarray(image)


def _read(picture: Path, folder: Path, model: str) -> str:
    told = subprocess.run(
        ["tesseract", picture, "-", "--tessdata-dir", folder, "-l", model, "--oem", "1", "--psm", "7"],
        check=True,
        capture_output=True,
        text=True,
    )
    return told.stdout.strip()


def test_a_network_made_floating_point_reads_as_before(parts: Path) -> None:
    network = (parts / "base.lstm").read_bytes()
    (parts / "float.lstm").write_bytes(loosened(network, _SPECIFICATION))
    for part in ("lstm-unicharset", "lstm-recoder", "lstm-punc-dawg", "lstm-word-dawg", "lstm-number-dawg", "version"):
        (parts / f"float.{part}").write_bytes((parts / f"base.{part}").read_bytes())
    subprocess.run(["combine_tessdata", parts / "float."], check=True, capture_output=True)
    (parts / "vie.traineddata").write_bytes(tune.INSTALLED.read_bytes())
    picture = parts / "line.png"
    cv2.imwrite(str(picture), _printed("Địa chỉ thường trú: Ấp Hòa Mỹ, xã Tân Hội"))
    assert _read(picture, parts, "float") == _read(picture, parts, "vie") == "Địa chỉ thường trú: Ấp Hòa Mỹ, xã Tân Hội"
    assert (parts / "float.lstm").stat().st_size > 7 * len(network)


@pytest.mark.parametrize(
    ("network", "specification"), [(b"", _SPECIFICATION), (b"\x85" * 4000, _SPECIFICATION), (b"\x00" * 99, "[1,36]")]
)
def test_what_is_no_integer_network_is_refused(network: bytes, specification: str) -> None:
    with pytest.raises(NotATesseractNetwork):
        loosened(network, specification)


def test_a_network_of_another_specification_is_refused(parts: Path) -> None:
    with pytest.raises(NotATesseractNetwork):
        loosened((parts / "base.lstm").read_bytes(), "[1,48,0,1Ct3,3,16]")


def test_a_file_of_lines_is_what_tesseract_writes_itself(tmp_path: Path) -> None:
    text = "Bà Trần Thị Mẫu"
    picture = _printed(text)
    cv2.imwrite(str(tmp_path / "one.png"), picture)
    high, wide = picture.shape
    box = f"WordStr 0 0 {wide} {high} 0 #{text}\n\t 0 0 {wide} {high} 0\n"
    (tmp_path / "one.box").write_text(box, encoding="utf-8")
    subprocess.run(
        ["tesseract", "one.png", "one", "--psm", "13", "lstm.train"], cwd=tmp_path, check=True, capture_output=True
    )
    theirs, ours = (tmp_path / "one.lstmf").read_bytes(), line_file([(picture, text)])
    # All but the picture's bytes, which another PNG writer packs otherwise.
    begin, end = theirs.index(b"\x89PNG"), theirs.index(b"IEND") + 8
    assert ours[: ours.index(b"\x89PNG") - 4] == theirs[: begin - 4]
    assert ours[ours.index(b"IEND") + 8 :] == theirs[end:]


def test_lines_are_drawn_as_the_reader_cuts_them(parts: Path) -> None:
    letters = letters_of((parts / "base.lstm-unicharset").read_text(encoding="utf-8"))
    assert {"ề", "Đ", "7"} <= letters
    lines = tune.drawn_lines(random.Random(3), letters)
    drawn = [next(lines) for _ in range(20)]
    assert {grey.shape[0] for grey, _ in drawn} == {40}
    assert all(set(text) - {" "} <= letters for _, text in drawn)


@pytest.mark.slow
def test_a_minute_of_training_makes_a_model_that_reads(tmp_path: Path) -> None:
    out = tmp_path / "made.traineddata"
    tune.tune(tune.Plan(minutes=0.01, start=tune.INSTALLED, out=out, seed=5, rate=1e-5, portion=120))
    picture = tmp_path / "line.png"
    cv2.imwrite(str(picture), _printed("Thửa đất số: 123, tờ bản đồ số: 45"))
    assert _read(picture, tmp_path, "made") == "Thửa đất số: 123, tờ bản đồ số: 45"
    assert out.with_suffix(".checkpoint").exists()
    # What was trained so far is where the next training starts.
    tune.tune(tune.Plan(0.01, out.with_suffix(".checkpoint"), tmp_path / "again.traineddata", 6, 1e-5, 120))
    assert _read(picture, tmp_path, "again") == "Thửa đất số: 123, tờ bản đồ số: 45"
