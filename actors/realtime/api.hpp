#pragma once

/// The part of realtime that other capabilities use: rooms, and the bus of committed events.
#include "actors/realtime/bus.hpp"
#include "actors/realtime/room.hpp"
