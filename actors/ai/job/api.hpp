#pragma once

/// What other capabilities use of jobs.
#include "actors/ai/job/order_service.hpp"
#include "actors/ai/job/providers.hpp"
#include "actors/ai/job/queries.hpp"
