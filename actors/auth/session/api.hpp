#pragma once

/// What other capabilities use of sessions.
#include "actors/auth/session/authenticator.hpp"
