#pragma once

#include "runtime/values.hpp"

namespace ainft {

using user_id = runtime::typed_id<"usr">;
using session_id = runtime::typed_id<"ses">;
using studio_id = runtime::typed_id<"std">;
using asset_id = runtime::typed_id<"ast">;
using nft_id = runtime::typed_id<"nft">;
using listing_id = runtime::typed_id<"lst">;
using bid_id = runtime::typed_id<"bid">;
using transaction_id = runtime::typed_id<"txn">;
using template_id = runtime::typed_id<"tpl">;
using job_id = runtime::typed_id<"job">;
using agent_id = runtime::typed_id<"agt">;

} // namespace ainft
