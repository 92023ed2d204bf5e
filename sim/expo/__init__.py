"""The expo of one replication: organisations, venue, programme, visitors and their plans, as arrays."""

from sim.expo.build import build
from sim.expo.expo import Expo
from sim.expo.shared import Shared
from sim.floor.arrays import Floor

__all__ = ["Expo", "Floor", "Shared", "build"]
