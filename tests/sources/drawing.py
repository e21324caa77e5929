"""Codes drawn for tests, and frames with them in."""

from __future__ import annotations

from typing import Any

import numpy as np
import segno
import zxingcpp

from kiosk.sources.decoding.vision import Picture, cv2

FORMATS = {
    "QRCODE": zxingcpp.BarcodeFormat.QRCode,
    "MICRO_QRCODE": zxingcpp.BarcodeFormat.MicroQRCode,
    "AZTEC": zxingcpp.BarcodeFormat.Aztec,
    "DATA_MATRIX": zxingcpp.BarcodeFormat.DataMatrix,
    "PDF417": zxingcpp.BarcodeFormat.PDF417,
    "CODE128": zxingcpp.BarcodeFormat.Code128,
    "CODE39": zxingcpp.BarcodeFormat.Code39,
    "ITF": zxingcpp.BarcodeFormat.ITF,
    "EAN13": zxingcpp.BarcodeFormat.EAN13,
    "EAN8": zxingcpp.BarcodeFormat.EAN8,
    "UPCA": zxingcpp.BarcodeFormat.UPCA,
    "UPCE": zxingcpp.BarcodeFormat.UPCE,
}
TEXTS = {
    "QRCODE": "!1|zGp1r+/aZ|09", "MICRO_QRCODE": "TICKET7", "AZTEC": "!1|zGp1r+/aZ|09", "DATA_MATRIX": "DM-4711-xyz",
    "PDF417": "PDF417 4711 xyz", "CODE128": "HTA89203-X", "CODE39": "HTA89203", "ITF": "0123456789",
    "EAN13": "4006381333931", "EAN8": "96385074", "UPCA": "136000291459", "UPCE": "07744792",
}  # fmt: skip


def code(symbology: str, text: str | bytes, module_px: int = 4, **options: object) -> Picture:
    """A code with its quiet zone on white."""
    drawn = zxingcpp.create_barcode(text, FORMATS[symbology], **options).to_image(scale=module_px)
    return np.pad(np.array(drawn, np.uint8), 6 * module_px, constant_values=255)


def qr(data: str | bytes, module_px: int = 4, **options: Any) -> Picture:
    """A QR code of exactly these bytes, without an encoding being named unless asked for."""
    matrix = segno.make(data, micro=False, **options).matrix_iter(border=4)
    modules = np.array([[0 if dark else 255 for dark in row] for row in matrix], np.uint8)
    return np.repeat(np.repeat(modules, module_px, axis=0), module_px, axis=1)


def frame(
    *shown: tuple[Picture, tuple[float, float]], angle: float = 0.0, size: tuple[int, int] = (1280, 720), seed: int = 0
) -> Picture:
    """Pictures with their middles at these points, turned by `angle` degrees, on a grey ground with a little noise."""
    canvas = np.full((size[1], size[0]), 120, np.uint8)
    for picture, (x, y) in shown:
        height, width = picture.shape
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
        turn[:, 2] += (x - width / 2, y - height / 2)
        cv2.warpAffine(picture, turn, size, dst=canvas, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT)
    grain = np.random.default_rng(seed).normal(0, 2, canvas.shape)
    return np.asarray(np.clip(canvas + grain, 0, 255), np.uint8)


def ticket_frame(symbology: str, text: str = "", angle: float = 0.0, seed: int = 0) -> Picture:
    """One code in the middle of a frame."""
    return frame((code(symbology, text or TEXTS[symbology]), (640, 360)), angle=angle, seed=seed)
