#pragma once

/// The part of the fee payer's budgets that other capabilities use.
#include "actors/chain/sponsor/budget.hpp"
#include "actors/chain/sponsor/cost.hpp"
#include "actors/chain/sponsor/purse.hpp"
