#pragma once

/// What other capabilities use of the budgets of the fee payer.
#include "actors/chain/sponsor/budget.hpp"
#include "actors/chain/sponsor/cost.hpp"
#include "actors/chain/sponsor/purse.hpp"
