#include "net/solana/rpc.hpp"

#include "net/base64.hpp"

#include <nlohmann/json.hpp>

namespace ainft::solana {

using nlohmann::json;

namespace {

json commitment(const char* level = "confirmed") { return {{"commitment", level}}; }

/// A call's parameters. Not in braces: with one element nlohmann's library makes no array of them.
template <class... Values>
json params(Values&&... values) {
  auto out = json::array();
  (out.push_back(std::forward<Values>(values)), ...);
  return out;
}

/// Runs `read` on the result; anything that is not as expected becomes errc::solana_failed.
template <class T, class Read>
rpc::receiver<json> reading(rpc::receiver<T> done, Read read) {
  return [done = std::move(done), read = std::move(read)](result<json> got) {
    if (!got)
      return done(std::move(got.error()));
    try {
      done(read(*got));
    } catch (const json::exception&) {
      done(runtime::refuse(errc::solana_failed, "the Solana node answered in an unknown form"));
    }
  };
}

} // namespace

void rpc::call(std::string_view method, const json& params, receiver<json> done) const {
  client::request r;
  r.method = "POST";
  r.url = url_;
  r.timeout = timeout_;
  r.headers = {"Content-Type: application/json"};
  r.body = json{{"jsonrpc", "2.0"}, {"id", 1}, {"method", std::string{method}}, {"params", params}}.dump();
  http_.send(std::move(r), [done = std::move(done)](result<client::response> got) {
    if (!got)
      return done(runtime::refuse(errc::unavailable, "Solana: " + runtime::explain(got.error()).detail));
    auto answer = json::parse(got->body, nullptr, false);
    if (!answer.is_object())
      return done(runtime::refuse(errc::unavailable, "the Solana node answered with status " + std::to_string(got->status)));
    if (answer.contains("error"))
      return done(runtime::refuse(errc::solana_failed, answer["error"].value("message", "no reason given")));
    done(std::move(answer["result"]));
  });
}

void rpc::health(receiver<bool> done) const {
  call("getHealth", params(), reading<bool>(std::move(done), [](const json& r) { return r == "ok"; }));
}

void rpc::latest_blockhash(receiver<blockhash_info> done) const {
  call("getLatestBlockhash", params(commitment()), reading<blockhash_info>(std::move(done), [](const json& r) -> result<blockhash_info> {
         const auto& value = r.at("value");
         auto parsed = hash::parse(value.at("blockhash").get<std::string>());
         if (!parsed)
           return std::move(parsed.error());
         return blockhash_info{*parsed, value.at("lastValidBlockHeight").get<uint64_t>()};
       }));
}

void rpc::finalized_block_height(receiver<uint64_t> done) const {
  call("getBlockHeight", params(commitment("finalized")), reading<uint64_t>(std::move(done), [](const json& r) { return r.get<uint64_t>(); }));
}

void rpc::balance(const public_key& key, receiver<lamports> done) const {
  call("getBalance", params(key.str(), commitment()),
       reading<lamports>(std::move(done), [](const json& r) { return lamports{r.at("value").get<uint64_t>()}; }));
}

void rpc::balances(const std::vector<public_key>& keys, receiver<std::vector<lamports>> done) const {
  auto list = json::array();
  for (const auto& key : keys)
    list.push_back(key.str());
  auto options = commitment();
  options.update({{"encoding", "base64"}, {"dataSlice", {{"offset", 0}, {"length", 0}}}});
  call("getMultipleAccounts", params(list, options),
       reading<std::vector<lamports>>(std::move(done), [count = keys.size()](const json& r) -> result<std::vector<lamports>> {
         std::vector<lamports> out;
         for (const auto& account : r.at("value"))
           out.emplace_back(account.is_null() ? 0 : account.at("lamports").get<uint64_t>());
         if (out.size() != count)
           return runtime::refuse(errc::solana_failed, "the Solana node answered for another number of accounts");
         return out;
       }));
}

void rpc::minimum_balance(uint64_t space, receiver<lamports> done) const {
  call("getMinimumBalanceForRentExemption", params(space),
       reading<lamports>(std::move(done), [](const json& r) { return lamports{r.get<uint64_t>()}; }));
}

void rpc::simulate(const transaction& tx, receiver<std::string> done) const {
  const json options{{"encoding", "base64"}, {"sigVerify", false}, {"commitment", "confirmed"}};
  call("simulateTransaction", params(net::base64_encode(tx.serialize()), options),
       reading<std::string>(std::move(done), [](const json& r) {
         const auto& value = r.at("value");
         if (value.at("err").is_null())
           return std::string{};
         auto out = value.at("err").dump();
         if (value.contains("logs") && value["logs"].is_array() && !value["logs"].empty())
           for (const auto& line : value["logs"])
             if (const auto text = line.get<std::string>(); text.find("nsufficient") != text.npos || text.find("rror") != text.npos)
               out += "; " + text;
         return out;
       }));
}

void rpc::send(const transaction& tx, receiver<signature> done) const {
  const json options{{"encoding", "base64"}, {"skipPreflight", true}, {"maxRetries", 0}};
  call("sendTransaction", params(net::base64_encode(tx.serialize()), options),
       reading<signature>(std::move(done), [](const json& r) { return signature::parse(r.get<std::string>()); }));
}

void rpc::statuses(const std::vector<signature>& signatures, receiver<std::vector<signature_status>> done) const {
  auto list = json::array();
  for (const auto& s : signatures)
    list.push_back(s.str());
  call("getSignatureStatuses", params(list, json{{"searchTransactionHistory", true}}),
       reading<std::vector<signature_status>>(std::move(done), [](const json& r) {
         std::vector<signature_status> out;
         for (const auto& v : r.at("value")) {
           auto& s = out.emplace_back();
           if (v.is_null())
             continue;
           s.found = true;
           s.slot = v.at("slot").get<uint64_t>();
           const auto level = v.value("confirmationStatus", json{}).is_string() ? v["confirmationStatus"].get<std::string>() : "";
           s.confirmed = level == "confirmed" || level == "finalized";
           if (!v.at("err").is_null())
             s.failure = v["err"].dump();
         }
         return out;
       }));
}

} // namespace ainft::solana
