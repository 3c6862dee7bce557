#pragma once

/// What other capabilities use of rooms and the committed events on their way to clients.
#include "actors/realtime/bus.hpp"
#include "actors/realtime/room.hpp"
