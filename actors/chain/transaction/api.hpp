#pragma once

/// The part of transactions that other capabilities use.
#include "actors/chain/transaction/flow.hpp"
#include "actors/chain/transaction/prepare.hpp"
