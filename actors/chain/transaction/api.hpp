#pragma once

/// What other capabilities use of transactions.
#include "actors/chain/transaction/flow.hpp"
#include "actors/chain/transaction/prepare.hpp"
