#pragma once

/// What other capabilities use of assets and their content.
#include "actors/studios/asset/keep.hpp"
#include "actors/studios/asset/publicity.hpp"
#include "actors/studios/asset/settings.hpp"
#include "actors/studios/asset/store.hpp"
#include "actors/studios/asset/urls.hpp"
