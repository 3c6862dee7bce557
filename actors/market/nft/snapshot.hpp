#pragma once

#include "actors/services.hpp"

namespace ainft::nft {

/// The snapshot of an NFT's room: the view that `reader` may see. Signs the image's address if the image is not public.
[[nodiscard]] task<runtime::answer> show(const services& s, runtime::uuid id, runtime::principal reader);

} // namespace ainft::nft
