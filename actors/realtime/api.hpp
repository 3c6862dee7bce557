#pragma once

/// The part of realtime that other capabilities use: rooms, the bus of committed
/// events, and the catalog of what clients can get.
#include "actors/realtime/bus.hpp"
#include "actors/realtime/catalog.hpp"
#include "actors/realtime/room.hpp"
