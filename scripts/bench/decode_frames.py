"""Frames for the decode benchmark: tickets on paper and phones, as a gate's camera sees them, and frames without any.

Drawn with numpy and OpenCV from a seed: a code at a size in pixels, on a ticket, through a pinhole camera, under a
light, through a lens, on a sensor. Each frame knows what is in it, so a wrong read is told from a right one.
"""

from __future__ import annotations

import string
from dataclasses import dataclass, replace

import cv2
import numpy as np
import zxingcpp
from numpy.typing import ArrayLike, NDArray

Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]

WIDTH, HEIGHT = 1280, 720
OVER = 2
"""Frames are drawn this many times larger and averaged down, as a lens and a sensor would."""

WRITERS = {
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
LINEAR = frozenset({"CODE128", "CODE39", "ITF", "EAN13", "EAN8", "UPCA", "UPCE"})
TICKETS = ("QRCODE", "AZTEC", "PDF417", "CODE128", "DATA_MATRIX", "CODE39", "ITF", "MICRO_QRCODE", "EAN13")
"""What tickets carry, and what the kiosk looks for unless told otherwise."""

CONDITIONS = (
    "plain", "perspective", "blur", "motion", "noise", "glare", "moire", "dark", "rotation", "inverted", "creases",
    "phone", "small", "mixed",
)  # fmt: skip
LEVELS = ("easy", "medium", "hard")


@dataclass(frozen=True)
class View:
    """Everything about one frame but its ticket. Sizes in pixels of the frame, angles in degrees."""

    module_px: float = 4.0
    spin: float = 0.0
    yaw: float = 0.0
    pitch: float = 0.0
    blur_px: float = 0.5
    motion_px: float = 0.0
    light: float = 1.0
    gradient: float = 0.1
    noise: float = 2.0
    glare: float = 0.0
    moire: float = 0.0
    inverted: bool = False
    creases: int = 0
    phone: bool = False
    contrast: float = 1.0
    jpeg: int = 88


@dataclass(frozen=True)
class Frame:
    """A grey frame, and what is in it; `text` is None where there is no code. Corners as drawn, clockwise."""

    grey: Picture
    text: str | None
    symbology: str = ""
    condition: str = ""
    level: str = ""
    corners: tuple[tuple[float, float], ...] = ()


def floats(values: ArrayLike) -> Floats:
    """What OpenCV and numpy hand back, as it is used here."""
    return np.asarray(values, np.float32)


def ticket_text(symbology: str, rng: np.random.Generator) -> str:
    """A text as tickets carry it."""
    many = string.ascii_letters + string.digits + "!|+/"
    capitals = string.ascii_uppercase + string.digits

    def some(letters: str, low: int, high: int) -> str:
        return "".join(rng.choice(list(letters), rng.integers(low, high + 1)))

    match symbology:
        case "QRCODE" | "AZTEC":
            return "!1|" + some(many, 81, 81) if rng.random() < 0.6 else some(capitals, 6, 30)
        case "DATA_MATRIX":
            return some(many, 16, 60)
        case "PDF417":
            return some(many, 16, 70)
        case "CODE128":
            return some(capitals, 8, 20)
        case "CODE39":
            return some(capitals, 6, 12)
        case "ITF":
            return _even(some(string.digits, 8, 14))
        case "MICRO_QRCODE":
            return some(capitals, 5, 12)
        case "EAN13":
            return _with_check(some("123456789", 1, 1) + some(string.digits, 11, 11))
        case "EAN8":
            return _with_check(some(string.digits, 7, 7))
        case "UPCA":
            return _with_check(some("123456789", 1, 1) + some(string.digits, 10, 10))
        case _:
            five, last = some("3456789", 5, 5), some("56789", 1, 1)
            return f"0{five}{last}" + _with_check(f"0{five}0000{last}")[-1]


def _even(digits: str) -> str:
    return digits if len(digits) % 2 == 0 else digits[:-1]


def _with_check(digits: str) -> str:
    odd = sum(int(d) for d in digits[::-1][::2]) * 3 + sum(int(d) for d in digits[::-1][1::2])
    return digits + str(-odd % 10)


def code_picture(symbology: str, text: str) -> Picture:
    """The code alone with its quiet zone, one pixel a module; bars as high as they are usually printed."""
    grey = np.array(zxingcpp.create_barcode(text, WRITERS[symbology]).to_image(scale=1, add_quiet_zones=False))
    if symbology in LINEAR:
        bars = grey[0:1]
        grey = np.repeat(bars, max(12, round(bars.shape[1] * 0.28)), axis=0)
    quiet = 10 if symbology in LINEAR else 3 if symbology in {"PDF417", "AZTEC", "DATA_MATRIX", "MICRO_QRCODE"} else 4
    return np.pad(grey, quiet, constant_values=255)


def draw_ticket(symbology: str, text: str, view: View, rng: np.random.Generator) -> tuple[Floats, Floats, float]:
    """A ticket, 0 black to 1 white; the code's corners on it; how many of its pixels a module takes."""
    modules = code_picture(symbology, text)
    scale = int(np.clip(1500 // max(modules.shape), 3, 12))
    code = floats(np.repeat(np.repeat(modules, scale, 0), scale, 1)) / np.float32(255)
    if view.inverted:
        code = 1 - code
    height, width = code.shape
    top, side, foot = (int(rng.uniform(0.12, 0.5) * min(height, width)) for _ in range(3))
    paper = 1.0 - float(view.inverted)
    ticket: Floats = np.full((height + top + foot, width + 2 * side), paper, np.float32)
    _write_on(ticket, top, height, side, 1 - paper, rng)
    ticket[top : top + height, side : side + width] = code
    corners = floats(np.add([[0, 0], [width, 0], [width, height], [0, height]], (side, top)))
    ink, white = float(rng.uniform(0.03, 0.12)), float(rng.uniform(0.85, 0.97))
    middle = (ink + white) / 2
    reach = (white - ink) / 2 * view.contrast
    ticket = floats((middle - reach) + ticket * 2 * reach)
    if view.phone:
        ticket, corners = _in_phone(ticket, corners, rng)
    for _ in range(view.creases):
        ticket = _crease(ticket, scale, rng)
    return ticket, corners, scale


def _write_on(ticket: Floats, top: int, height: int, side: int, ink: float, rng: np.random.Generator) -> None:
    """Lines of print above and below the code."""
    for start, room in ((0, top), (top + height, ticket.shape[0] - top - height)):
        line = max(room // 4, 8)
        for row in range(start + line, start + room - line, line * 2):
            words = "".join(rng.choice(list(string.ascii_letters + "   "), 14))
            write(ticket, words, (side // 2, row + line // 2), line / 30, ink)


def write(on: Floats, words: str, at: tuple[int, int], size: float, shade: float) -> None:
    """Print words; OpenCV writes on bytes only."""
    mask = np.zeros(on.shape, np.uint8)
    cv2.putText(mask, words, at, cv2.FONT_HERSHEY_SIMPLEX, size, 255, 2, cv2.LINE_AA)
    on += (shade - on) * (mask.astype(np.float32) / 255)


def _in_phone(ticket: Floats, corners: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """The ticket on a screen with a bezel, a bright button below it and sometimes cracks."""
    rim = int(0.06 * max(ticket.shape))
    phone = floats(cv2.copyMakeBorder(ticket, rim * 3, rim * 4, rim, rim, cv2.BORDER_CONSTANT, value=0.9))
    cv2.rectangle(
        phone, (rim * 2, phone.shape[0] - rim * 3), (phone.shape[1] - rim * 2, phone.shape[0] - rim), 0.35, -1
    )
    phone = floats(cv2.copyMakeBorder(phone, rim, rim, rim // 2, rim // 2, cv2.BORDER_CONSTANT, value=0.04))
    moved = np.add(corners, (rim + rim // 2, rim * 4))
    for _ in range(rng.integers(0, 5)):
        points = np.cumsum(rng.normal(0, 0.12, (8, 2)), 0) + rng.uniform(0.1, 0.9, 2)
        line = (points * phone.shape[::-1]).astype(np.int32)
        cv2.polylines(phone, [line], False, float(rng.choice([0.15, 0.95])), int(rng.integers(1, 4)), cv2.LINE_AA)
    return phone, floats(moved)


def _crease(ticket: Floats, scale: float, rng: np.random.Generator) -> Floats:
    """A fold: the paper beyond it is shifted and shaded, and along it the ink has cracked off."""
    height, width = ticket.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = rng.uniform(0, np.pi)
    across = (x - rng.uniform(0.25, 0.75) * width) * np.cos(angle) + (y - rng.uniform(0.25, 0.75) * height) * np.sin(
        angle
    )
    bump = np.exp(-np.abs(across) / (6 * scale)) * rng.uniform(0.2, 0.9) * scale
    from_x, from_y = ((x + bump * np.cos(angle)), (y + bump * np.sin(angle)))
    bent = cv2.remap(
        ticket, from_x.astype(np.float32), from_y.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    shade = 1 - rng.uniform(0.1, 0.35) / (1 + np.exp(-across / (3 * scale)))
    crack = rng.uniform(0.2, 0.8) * np.exp(-((across / (0.5 * scale)) ** 2))
    return np.asarray(bent * shade * (1 - crack) + crack * 0.8, np.float32)


def place(view: View, corners: Floats, scale: float, rng: np.random.Generator) -> Floats:
    """The homography from the ticket to the frame: a pinhole camera, the code somewhere near the middle."""
    spin, yaw, pitch = np.radians([view.spin, view.yaw, view.pitch])
    rz = np.array([[np.cos(spin), -np.sin(spin), 0], [np.sin(spin), np.cos(spin), 0], [0, 0, 1]])
    ry = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    rx = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    turn = ry @ rx @ rz
    middle = corners.mean(0)
    focal = 1100.0
    away = focal * scale / view.module_px
    aim = np.array([WIDTH / 2 + rng.uniform(-0.1, 0.1) * WIDTH, HEIGHT / 2 + rng.uniform(-0.1, 0.1) * HEIGHT])
    plane = np.array([[1, 0, -middle[0]], [0, 1, -middle[1]], [0, 0, 0]])
    camera = np.array([[focal, 0, aim[0]], [0, focal, aim[1]], [0, 0, 1]])
    lifted = turn @ plane
    lifted[2, 2] += away
    return np.asarray(camera @ lifted, np.float32)


def background(rng: np.random.Generator) -> Floats:
    """A room out of focus: soft shapes, a few edges, print, stripes, a little texture."""
    height, width = HEIGHT, WIDTH
    shapes = floats(rng.uniform(0.1, 0.9, (6, 9)))
    room = floats(cv2.resize(shapes, (width, height), interpolation=cv2.INTER_CUBIC))
    for _ in range(rng.integers(2, 9)):
        a, b = rng.integers(0, (width, height)), rng.integers(0, (width, height))
        shade = float(rng.uniform(0, 1))
        if rng.random() < 0.5:
            cv2.rectangle(room, (int(a[0]), int(a[1])), (int(b[0]), int(b[1])), shade, int(rng.choice([-1, 2, 4])))
        else:
            cv2.line(room, (int(a[0]), int(a[1])), (int(b[0]), int(b[1])), shade, int(rng.integers(1, 15)))
    if rng.random() < 0.3:
        for row in range(0, height, int(rng.integers(20, 60))):
            words = "".join(rng.choice(list(string.printable[:90]), 50))
            write(room, words, (0, row), 0.6, float(rng.uniform(0, 1)))
    if rng.random() < 0.3:
        period = rng.uniform(3, 30)
        stripes = np.sin(np.arange(width) * 2 * np.pi / period) > 0
        left, up = rng.integers(0, width // 2), rng.integers(0, height // 2)
        patch = room[up : up + height // 3, left : left + width // 3]
        patch[:] = patch * 0.4 + 0.5 * stripes[: patch.shape[1]]
    room = floats(cv2.GaussianBlur(room, (0, 0), float(rng.uniform(0.3, 3))))
    grain = cv2.resize(rng.normal(0, 0.03, (height // 2, width // 2)).astype(np.float32), (width, height))
    return floats(np.clip(room + grain, 0, 1))


def take(ticket: Floats | None, into: Floats | None, view: View, rng: np.random.Generator) -> Picture:
    """Expose one frame: ticket over background, moire, lens, light, glare, sensor, JPEG."""
    scene = background(rng)
    if ticket is not None:
        scene = floats(cv2.resize(scene, (WIDTH * OVER, HEIGHT * OVER), interpolation=cv2.INTER_LINEAR))
    if ticket is not None and into is not None:
        grow = np.diag([OVER, OVER, 1.0]).astype(np.float32) @ into
        if view.moire:
            ticket = ticket * _pixel_grid(ticket.shape, view, rng)
        size = (WIDTH * OVER, HEIGHT * OVER)
        shown = cv2.warpPerspective(ticket, grow, size, flags=cv2.INTER_AREA)
        mask = cv2.warpPerspective(np.ones_like(ticket), grow, size, flags=cv2.INTER_LINEAR)
        scene = scene * (1 - mask) + shown * mask
        scene = floats(cv2.resize(scene, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA))
    frame = scene
    if view.blur_px > 0:
        frame = floats(cv2.GaussianBlur(frame, (0, 0), view.blur_px))
    if view.motion_px > 1:
        frame = floats(cv2.filter2D(frame, -1, streak(view.motion_px, rng.uniform(0, np.pi))))
    frame = frame * _light(view, rng) + _glare(view, into, ticket, rng)
    return sensor(frame, view, rng)


def sensor(frame: Floats, view: View, rng: np.random.Generator) -> Picture:
    """Photon and read noise (standard deviation `noise` grey levels at white), 8 bits, JPEG as a webcam sends it."""
    grain = rng.standard_normal(frame.shape, np.float32) * (view.noise / 255)
    noisy = frame + grain * np.sqrt(np.clip(frame, 0.15, 1))
    grey = np.clip(noisy * 255, 0, 255).astype(np.uint8)
    _, data = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, view.jpeg])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


def streak(length: float, angle: float) -> Floats:
    size = int(length) | 1
    kernel = np.zeros((size, size), np.float32)
    half = (size - 1) / 2
    step = np.array([np.cos(angle), np.sin(angle)]) * half
    a, b = np.round(half - step).astype(int), np.round(half + step).astype(int)
    cv2.line(kernel, (int(a[0]), int(a[1])), (int(b[0]), int(b[1])), 1.0, 1)
    return floats(kernel / kernel.sum())


def _pixel_grid(shape: tuple[int, ...], view: View, rng: np.random.Generator) -> Floats:
    """A display's grid of pixels, fine enough to beat with the sensor's."""
    period = float(rng.uniform(1.5, 3.2)) * 12 / view.module_px / 3
    x = 1 - view.moire * (0.5 + 0.5 * np.cos(np.arange(shape[1]) * 2 * np.pi / period))
    y = 1 - view.moire * (0.5 + 0.5 * np.cos(np.arange(shape[0]) * 2 * np.pi / period))
    return np.outer(y, x).astype(np.float32)


def _light(view: View, rng: np.random.Generator) -> Floats:
    """Uneven light, darker to one side and to the corners."""
    y, x = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    side = (x * np.cos(angle) + y * np.sin(angle)) * view.gradient
    return np.asarray(view.light * (1 + side) * (1 - 0.12 * (x * x + y * y) / 2), np.float32)


def _glare(view: View, into: Floats | None, ticket: Floats | None, rng: np.random.Generator) -> Floats | float:
    """A lamp's reflection on the ticket: a bright spot, or a band."""
    if not view.glare or into is None or ticket is None:
        return 0.0
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    spot = into @ np.array([*(rng.uniform(0.25, 0.75, 2) * ticket.shape[::-1]), 1])
    cx, cy = spot[:2] / spot[2]
    angle = rng.uniform(0, np.pi)
    u = (x - cx) * np.cos(angle) + (y - cy) * np.sin(angle)
    v = (y - cy) * np.cos(angle) - (x - cx) * np.sin(angle)
    reach = rng.uniform(25, 70) * (0.5 + view.glare)
    long = reach * rng.choice([1.0, 2.0, 6.0])
    return np.asarray(view.glare * 1.3 * np.exp(-((u / reach) ** 2 + (v / long) ** 2)), np.float32)


def view_of(condition: str, level: str, rng: np.random.Generator) -> View:
    """A view with one thing wrong, or with several where the condition is `mixed`.

    How wrong was set so that zxing-cpp alone reads about half, as it does of photographs of codes held to a camera.
    """
    hard = {"easy": 0.15, "medium": 0.65, "hard": 1.15}[level] + float(rng.uniform(0.0, 0.4))
    usual = View(
        module_px=float(rng.uniform(3.0, 5.0)), spin=float(rng.normal(0, 3)), yaw=float(rng.normal(0, 4)),
        pitch=float(rng.normal(0, 4)), blur_px=float(rng.uniform(0.4, 0.8)), noise=float(rng.uniform(1, 4)),
        gradient=float(rng.uniform(0, 0.25)), jpeg=int(rng.integers(75, 93)), phone=bool(rng.random() < 0.3),
    )  # fmt: skip
    sign = float(rng.choice([-1.0, 1.0]))
    match condition:
        case "perspective":
            return replace(usual, yaw=sign * (15 + 32 * hard), pitch=float(rng.normal(0, 6 + 14 * hard)))
        case "blur":
            return replace(usual, blur_px=1.0 + 1.5 * hard)
        case "motion":
            return replace(usual, motion_px=3 + 8 * hard)
        case "noise":
            return replace(usual, noise=10 + 35 * hard, light=1.0 - 0.3 * hard)
        case "glare":
            return replace(usual, glare=0.35 + 0.6 * hard)
        case "moire":
            return replace(usual, moire=0.2 + 0.45 * hard, phone=True)
        case "dark":
            return replace(usual, light=0.35 / (1 + 3.5 * hard), noise=3 + 6 * hard)
        case "rotation":
            return replace(usual, spin=float(rng.uniform(0, 360)), yaw=float(rng.normal(0, 4 + 10 * hard)))
        case "inverted":
            return replace(usual, inverted=True, blur_px=0.5 + 0.9 * hard, spin=float(rng.normal(0, 4 + 10 * hard)))
        case "creases":
            return replace(usual, creases=1 + round(3 * hard), phone=False)
        case "phone":
            return replace(
                usual, phone=True, contrast=0.8 - 0.5 * hard, light=0.8 - 0.3 * hard, moire=0.15, spin=sign * 20 * hard
            )
        case "small":
            return replace(usual, module_px=3.0 - 1.2 * hard)
        case "mixed":
            return replace(
                usual,
                spin=float(rng.uniform(-60, 60)) * hard,
                yaw=sign * 35 * hard,
                pitch=float(rng.normal(0, 15 * hard)),
                blur_px=0.6 + 0.7 * hard,
                motion_px=3 * hard,
                noise=4 + 12 * hard,
                glare=0.4 * hard * rng.random(),
                light=1 - 0.5 * hard,
                creases=int(rng.integers(0, 1 + round(2 * hard))),
                moire=0.2 * hard * rng.random(),
                module_px=float(rng.uniform(3.4 - 0.8 * hard, 5.0)),
            )
        case _:
            return usual


def coded_frame(symbology: str, condition: str, level: str, rng: np.random.Generator) -> Frame:
    """A frame with one ticket. Too wide a code comes nearer to its smallest size that fits the picture."""
    view = view_of(condition, level, rng)
    text = ticket_text(symbology, rng)
    ticket, corners, scale = draw_ticket(symbology, text, view, rng)
    for _ in range(12):
        into = place(view, corners, scale, rng)
        drawn = cv2.perspectiveTransform(corners[None], into)[0]
        if (drawn > 4).all() and (drawn < (WIDTH - 4, HEIGHT - 4)).all():
            break
        view = replace(view, module_px=view.module_px * 0.93)
    grey = take(ticket, into, view, rng)
    return Frame(grey, text, symbology, condition, level, tuple((float(x), float(y)) for x, y in drawn))


def empty_frame(rng: np.random.Generator) -> Frame:
    """A frame without a code: a room, print, stripes; in good light and bad."""
    view = View(
        blur_px=float(rng.uniform(0.4, 2)), light=float(rng.uniform(0.3, 1.1)), noise=float(rng.uniform(1, 25)),
        gradient=float(rng.uniform(0, 0.5)),
    )  # fmt: skip
    return Frame(take(None, None, view, rng), None)
