#pragma once

#include "actors/services.hpp"

namespace ainft::nft {

/// An NFT as its room begins with it: what `reader` sees, with a signed address where its picture is not public.
[[nodiscard]] task<runtime::answer> show(const services& s, runtime::uuid id, runtime::principal reader);

} // namespace ainft::nft
