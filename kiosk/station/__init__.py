"""From settings to a running engine: the only place that knows every concrete class. It decides nothing."""

from kiosk.station.station import Station

__all__ = ["Station"]
