#include "net/solana/balances.hpp"

#include <boost/asio/awaitable.hpp>

#include <array>
#include <deque>
#include <mutex>
#include <random>
#include <unordered_map>

namespace ainft::solana {

namespace {

using std::chrono::milliseconds;
using receiver = std::function<void(result<lamports>)>;

constexpr size_t wallets_at_once = 100; ///< the limit of the RPC method
constexpr milliseconds worth_renewing{1'000};

/// Seeded, so that an attacker cannot choose keys with colliding hashes.
struct key_hash {
  size_t operator()(const public_key& key) const noexcept {
    static const uint64_t seed = std::random_device{}() | uint64_t{std::random_device{}()} << 32;
    uint64_t a = 0, b = 0;
    __builtin_memcpy(&a, key.data(), 8);
    __builtin_memcpy(&b, key.data() + 8, 8);
    const auto product = static_cast<unsigned __int128>(a ^ seed) * (b ^ 0x9e3779b97f4a7c15);
    return static_cast<size_t>(product) ^ static_cast<size_t>(product >> 64);
  }
};

struct reading {
  lamports held;
  balances::time at;
  bool renewed = false; ///< a newer reading has been requested
};

struct alignas(64) part {
  std::mutex mutex;
  std::unordered_map<public_key, reading, key_hash> readings;
};

caf::error refuse_busy() {
  return runtime::refuse(errc::unavailable, "too many wallet balances are being read from Solana; retry later");
}

} // namespace

struct balances::impl : std::enable_shared_from_this<impl> {
  impl(reader r, limits b, std::function<time()> n) : read{std::move(r)}, bounds{b}, now{std::move(n)} {}

  part& part_of(const public_key& wallet) { return parts[key_hash{}(wallet) % parts.size()]; }

  /// Returns a reading of at most `max_age`. Sets `renew` if the caller should request a newer one.
  std::optional<lamports> find(const public_key& wallet, milliseconds max_age, bool& renew) {
    auto& p = part_of(wallet);
    const auto at = now();
    std::lock_guard guard{p.mutex};
    const auto it = p.readings.find(wallet);
    if (it == p.readings.end() || at - it->second.at > max_age)
      return std::nullopt;
    renew = at - it->second.at > max_age / 2 && !std::exchange(it->second.renewed, true);
    return it->second.held;
  }

  void keep(const public_key& wallet, lamports held, time at) {
    auto& p = part_of(wallet);
    const auto most = std::max<size_t>(1, bounds.kept / parts.size());
    std::lock_guard guard{p.mutex};
    if (p.readings.size() >= most && !p.readings.contains(wallet)) {
      std::erase_if(p.readings, [&](const auto& r) { return at - r.second.at > std::chrono::minutes{1}; });
      if (p.readings.size() >= most)
        p.readings.erase(p.readings.begin());
    }
    p.readings.insert_or_assign(wallet, reading{held, at, false});
  }

  /// Requests a reading of `wallet`. Concurrent requests share one reading. `done` may be empty.
  void ask(const public_key& wallet, receiver done) {
    auto refused = enqueue(wallet, done);
    if (!refused)
      send();
    else if (done)
      done(std::move(refused));
  }

  /// Takes `done`, unless it refuses.
  caf::error enqueue(const public_key& wallet, receiver& done) {
    std::lock_guard guard{mutex};
    const bool is_asked = asked.contains(wallet);
    if (!is_asked && now() < resumes)
      return runtime::refuse(errc::unavailable, "the Solana node does not respond");
    if (!is_asked && queue.size() >= bounds.waiting)
      return refuse_busy();
    auto& waiters = asked[wallet];
    if (done)
      waiters.push_back(std::move(done));
    if (!is_asked)
      queue.push_back(wallet);
    return {};
  }

  void send() {
    for (;;) {
      std::vector<public_key> wallets;
      {
        std::lock_guard guard{mutex};
        if (queue.empty() || calls >= bounds.calls)
          return;
        const auto end = queue.begin() + static_cast<ptrdiff_t>(std::min(queue.size(), wallets_at_once));
        wallets.assign(queue.begin(), end);
        queue.erase(queue.begin(), end);
        ++calls;
      }
      // A reading is as old as its request, not as its answer.
      read(wallets, [self = shared_from_this(), wallets, at = now()](result<std::vector<lamports>> got) {
        self->take(wallets, got, at);
      });
    }
  }

  void take(const std::vector<public_key>& wallets, const result<std::vector<lamports>>& got, time at) {
    if (got)
      for (size_t i = 0; i < wallets.size(); ++i)
        keep(wallets[i], (*got)[i], at);
    std::vector<std::pair<receiver, result<lamports>>> told;
    {
      std::lock_guard guard{mutex};
      --calls;
      for (size_t i = 0; i < wallets.size(); ++i)
        tell(wallets[i], got ? result<lamports>{(*got)[i]} : result<lamports>{got.error()}, told);
      if (!got) {
        resumes = now() + bounds.pause;
        for (const auto& wallet : std::exchange(queue, {}))
          tell(wallet, got.error(), told);
      }
    }
    for (auto& [done, what] : told)
      done(std::move(what));
    if (got)
      send();
  }

  /// Moves the callers that wait for `wallet` to `told`. The caller holds the mutex.
  void tell(const public_key& wallet, const result<lamports>& what,
            std::vector<std::pair<receiver, result<lamports>>>& told) {
    auto waiters = asked.extract(wallet);
    for (auto& done : waiters.mapped())
      told.emplace_back(std::move(done), what);
  }

  reader read;
  limits bounds;
  std::function<time()> now;
  std::array<part, 64> parts;
  std::mutex mutex; ///< guards the members below; find() does not take it
  std::unordered_map<public_key, std::vector<receiver>, key_hash> asked;
  std::deque<public_key> queue; ///< wallets in `asked` that no running call reads
  size_t calls = 0;
  time resumes{};
};

balances::balances(reader read, limits bounds, std::function<time()> now)
  : impl_{std::make_shared<impl>(std::move(read), bounds, std::move(now))} {}

net::asio::awaitable<result<lamports>> balances::of(wallet_address wallet, milliseconds max_age) {
  bool renew = false;
  const auto kept = impl_->find(wallet, max_age, renew);
  if (renew)
    impl_->ask(wallet, {});
  if (kept)
    co_return *kept;
  auto start = [of = impl_, wallet](receiver done) { of->ask(wallet, std::move(done)); };
  co_return co_await net::await_call<result<lamports>>(std::move(start));
}

net::asio::awaitable<result<lamports>> balances::of(wallet_address wallet, lamports amount, milliseconds max_age) {
  auto held = co_await of(wallet, max_age);
  if (held && *held < amount)
    co_return co_await of(wallet, std::min(max_age, worth_renewing));
  co_return held;
}

} // namespace ainft::solana
