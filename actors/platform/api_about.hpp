#pragma once

#include <string_view>

namespace ainft::platform_front {

/// The introduction of the API description, in Markdown. See docs/http.md and docs/realtime.md.
constexpr std::string_view api_about = R"md(
AiNFT is a platform to create, mint and sell NFTs on Solana. Creators make pictures and texts with AI jobs or upload
them, draft NFTs of their pictures in studios, and mint these without paying fees. Collectors bid and buy with their own
wallets. The platform never holds a user's key: it builds each transaction, the user's wallet signs it, and the platform
adds its own signature, pays the fee and sends it to Solana.

# Signing in

A Solana wallet is the account. The first sign-in of a wallet creates its user.

1. `POST /v1/auth/siws/challenge` with the wallet's `address` returns a `message` (Sign-In with Solana). It is valid for
   a few minutes and once.
2. The wallet signs the bytes of the message (UTF-8) with Ed25519.
3. `POST /v1/auth/siws/verify` with the `address`, the same `message` and the `signature` in base58 returns an
   `accessToken`, a `refreshToken` and `expiresIn`, the life of the access token in seconds.
4. Requests carry the access token: `Authorization: Bearer ACCESS_TOKEN`.
5. Before the access token expires, `POST /v1/auth/refresh` exchanges the `refreshToken` for a new pair. Keep the new
   pair and forget the old one: a refresh token works once, and its later use ends the session.
6. `POST /v1/auth/logout` ends the session. All of its tokens become invalid.

# Conventions

- **Bodies** are JSON with `Content-Type: application/json`, except for uploads. Unknown members of a body are refused,
  and so are unknown query parameters where the response depends on the query. A member without a value is absent from a
  response; a text may be empty.
- **Ids** are TypeIDs: a prefix that names the kind, `_`, and 26 characters, such as `lst_01j0b3t1m4e6gtxbrcke7k8ggh`.
- **Amounts** are whole numbers of lamports (10⁻⁹ SOL) as decimal strings, such as `"2500000000"`, because they can
  exceed the exact numbers of JavaScript. Shares of a price are in basis points (1/10,000).
- **Times** are RFC 3339 in UTC, such as `2030-01-31T12:00:00.000000Z`.
- **Lists** return `items` and `nextCursor`. `limit` sets the size of a page. To get the next page, send `nextCursor` as
  `cursor`, with the same other parameters. `nextCursor` is null on the last page. Cursors are opaque.
- **Transactions**: if a wallet must sign, the response is a 202 with a `transaction`. Sign its `base64` with the
  wallet, and send it with `POST /v1/transactions/{id}/signature` before `signBefore`.

# Versions

A resource that can change has a version, and responses carry it as the ETag `"vN"`. With `If-None-Match: "v7"`, a GET
returns 304 without a body if the resource still has that version. With `If-Match: "v7"`, a change is refused with
`precondition_failed` (412) if the resource has another version.

# Retries

An `Idempotency-Key` (1 to 200 printable characters without spaces) makes a POST of a signed-in user safe to repeat. The
same key with the same path, query and body returns the first response again, with `Idempotent-Replayed: true`, for at
least a day. The same key with another request is refused with `idempotency_mismatch` (422); while the first request is
in progress, it is refused with `idempotency_in_progress` (409). A refusal frees the key. After `outcome_unknown` (503),
send the same request with the same key.

# Refusals

A refusal is a problem document (RFC 9457) of the type `application/problem+json`. Decide by its `code`, which does not
change; `title` and `detail` are for people. With `validation_failed` (422), `errors` names each invalid field by a JSON
Pointer (`/price` in the body, `/query/limit`, `/headers/If-Match`) and the rule that it breaks. Some other codes have
`errors`, too. A malformed id in the path is `not_found` (404).

Every response has an `X-Request-Id`. Quote it when you report a problem.

# Rates

Each caller has a rate and a burst in each class of requests: sign-in, reads, writes, bids, uploads, and new realtime
sessions. A caller is a user, or an address if nobody is signed in. Above the rate, requests are refused with
`rate_limited` (429). `quota_exceeded` (429) means that a budget of the day is used up. `Retry-After` says after how
many seconds a retry makes sense; responses 503 have it, too.

# Realtime

Socket.IO (protocol 5) at `/socket.io/` sends events as they are committed, for example each bid on a listing, and
resumes after a lost connection. Connect with the access token in `auth.token`, subscribe to rooms such as
`listing:{id}`, `user:{id}` or `market`, and call any route that returns JSON with the same rights. Without Socket.IO,
`GET /v1/listings/{id}/events` streams a listing's events as server-sent events.

# Further reading

The project's documents describe more: `docs/clients.md` has a complete client, and `docs/realtime.md` describes rooms,
events and recovery. `/docs` shows this description, and `/openapi.json` is this document.
)md";

} // namespace ainft::platform_front
