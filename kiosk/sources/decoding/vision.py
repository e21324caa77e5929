"""OpenCV, imported quietly: one thread of its own at most, and not a word on standard error, where the screen is."""

from __future__ import annotations

import os

import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("OPENCV_LOG_LEVEL", "OFF")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")

import cv2

cv2.setNumThreads(1)  # its own threads would spend a second core on pictures that are small

Picture = NDArray[np.uint8]
"""Grey, row by row, 0 black to 255 white."""

Points = NDArray[np.float32]
"""One x, y in a row; pixels, from the upper left corner."""

__all__ = ["Picture", "Points", "cv2"]
