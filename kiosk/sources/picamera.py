"""A Raspberry Pi's own camera, through picamera2 where the system has it (Debian's python3-picamera2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kiosk.sources.capture import Raw
from kiosk.sources.device import Setting

PICAMERAS = ("picamera2", "picamera2:1")
"""The devices' names in the configuration: the first camera's, and the second's on a Pi 5."""
WAIT_S = 1.5
"""For one frame; a camera whose ribbon has slipped gives none and raises nothing."""


@dataclass
class PicameraGrabber:
    """`number`: libcamera's, 0 or 1. Grey is taken from the frames' brightness; nothing is converted.

    Written from picamera2 0.3's manual and source; tried on a pretended one only.
    """

    number: int
    setting: Setting = field(default_factory=Setting)
    live: bool = field(default=True, init=False)
    _camera: Any = field(default=None, init=False, repr=False)

    def open(self) -> None:
        try:
            from picamera2 import Picamera2
        except ImportError as error:
            raise OSError("picamera2 is not installed: apt install python3-picamera2") from error
        try:
            self._camera = Picamera2(self.number)
            size = (self.setting.width, self.setting.height)
            form = {"size": size, "format": "YUV420"}
            self._camera.configure(self._camera.create_video_configuration(main=form, queue=False))
            self._camera.set_controls(self._wishes(self._camera.camera_controls))
            self._camera.start()
        except (IndexError, RuntimeError) as error:
            self.close()
            raise OSError(f"camera {PICAMERAS[self.number]} cannot be opened: is its ribbon in?") from error

    def grab(self) -> Raw | None:
        if self._camera is None:
            return None
        try:
            planes = np.asarray(self._camera.capture_array("main", wait=WAIT_S))
        except (RuntimeError, TimeoutError):
            return None
        return planes[: self.setting.height, : self.setting.width]  # brightness first, rows padded at their ends

    def close(self) -> None:
        camera, self._camera = self._camera, None
        if camera is not None:
            camera.close()

    def _wishes(self, known: Any) -> dict[str, Any]:
        """Controls as libcamera names them; one that this sensor lacks is left out: most have no focus."""
        wishes: dict[str, Any] = {"FrameRate": self.setting.fps}
        if self.setting.exposure is not None:
            wishes |= {"AeEnable": False, "ExposureTime": round(self.setting.exposure)}
        if self.setting.focus is not None:
            wishes |= {"AfMode": 0, "LensPosition": self.setting.focus}  # 0 is manual
        return {name: value for name, value in wishes.items() if name in known}
