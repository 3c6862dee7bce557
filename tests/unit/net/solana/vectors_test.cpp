// Compares our bytes with vectors from the official JavaScript SDKs: tests/vectors/solana.json.
#include "net/solana/programs.hpp"
#include "tests/support/values.hpp"

#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include <fstream>

namespace {

using namespace ainft::solana;
using ainft::testing_values::parsed;
using nlohmann::json;

const json& vectors() {
  static const auto all = json::parse(std::ifstream{TESTS_FOLDER "/vectors/solana.json"});
  return all;
}

std::string from_hex(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); i += 2)
    out += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  return out;
}

std::string to_hex(std::string_view bytes) {
  std::string out;
  for (unsigned char c : bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += digits[c >> 4];
    out += digits[c & 15];
  }
  return out;
}

public_key key(const std::string& name) {
  return parsed<public_key>(vectors()["keys"][name]["address"].get<std::string>());
}

key_pair pair(const std::string& name) {
  return *key_pair::from_bytes(from_hex(vectors()["keys"][name]["secret"].get<std::string>()));
}

void expect_same(const std::string& name, const instruction& ours) {
  const auto& theirs = vectors()["instructions"].at(name);
  EXPECT_EQ(ours.program.str(), theirs["program"].get<std::string>()) << name;
  EXPECT_EQ(to_hex(ours.data), theirs["data"].get<std::string>()) << name;
  ASSERT_EQ(ours.accounts.size(), theirs["accounts"].size()) << name;
  for (size_t i = 0; i < ours.accounts.size(); ++i) {
    const auto& account = theirs["accounts"][i];
    EXPECT_EQ(ours.accounts[i].key.str(), account["key"].get<std::string>()) << name << " account " << i;
    EXPECT_EQ(ours.accounts[i].is_signer, account["signer"].get<bool>()) << name << " account " << i;
    EXPECT_EQ(ours.accounts[i].is_writable, account["writable"].get<bool>()) << name << " account " << i;
  }
}

const public_key& program_named(const std::string& name) {
  return name == "token" ? program::token() : program::token_2022();
}

std::vector<instruction> sale() {
  const auto& p = program::token_2022();
  const auto from = associated_token_address(key("seller"), key("mint"), p);
  const auto to = associated_token_address(key("buyer"), key("mint"), p);
  return {compute_budget_program::set_compute_unit_limit(200'000),
          system_program::transfer(key("buyer"), key("seller"), lamports{9'876'543'210}),
          associated_token_program::create_idempotent(key("payer"), key("buyer"), key("mint"), p),
          token_program::transfer_checked(p, from, key("mint"), to, key("delegate"), 1, 0)};
}

std::vector<instruction> minting() {
  const auto& p = program::token_2022();
  const auto mint = key("mint"), seller = key("seller");
  return {system_program::create_account(key("payer"), mint, lamports{2'500'000}, 234, p),
          token_program::initialize_metadata_pointer(mint, seller, mint),
          token_program::initialize_mint2(p, mint, 6, seller, std::nullopt),
          token_metadata::initialize(mint, seller, mint, seller, "Dawn ☀", "DWN", "https://example.test/1.json")};
}

void expect_same_message(const std::string& name, const std::vector<instruction>& instructions) {
  const auto& theirs = vectors()["messages"].at(name);
  const auto version = theirs["version"] == "v0" ? message_version::v0 : message_version::legacy;
  const auto hash = parsed<ainft::solana::hash>(vectors()["blockhash"].get<std::string>());
  const auto compiled = compile(version, key("payer"), hash, instructions);
  ASSERT_TRUE(compiled) << name;
  EXPECT_EQ(to_hex(compiled->serialize()), theirs["message"].get<std::string>()) << name;
  auto tx = transaction::unsigned_of(*compiled);
  ASSERT_TRUE(tx) << name;
  for (const auto& signer : theirs["signers"]) {
    const auto k = pair(signer.get<std::string>());
    EXPECT_TRUE(tx->put_signature(k.address(), k.sign(tx->message_bytes)));
  }
  EXPECT_EQ(to_hex(tx->serialize()), theirs["transaction"].get<std::string>()) << name;
  const auto again = transaction::parse(tx->serialize());
  ASSERT_TRUE(again) << name;
  EXPECT_EQ(again->serialize(), tx->serialize());
  const auto read = message::parse(again->message_bytes);
  ASSERT_TRUE(read) << name;
  EXPECT_EQ(read->serialize(), compiled->serialize());
}

} // namespace

TEST(solana_vectors, base58_is_the_sdk_s_both_ways) {
  for (const auto& v : vectors()["base58"]) {
    const auto bytes = from_hex(v["hex"].get<std::string>());
    EXPECT_EQ(base58_encode(bytes), v["text"].get<std::string>());
    EXPECT_EQ(base58_decode(v["text"].get<std::string>(), bytes.size()), bytes);
  }
}

RC_GTEST_PROP(base58, always_reads_back_what_it_wrote, ()) {
  const auto size = *rc::gen::inRange<size_t>(1, 65);
  const auto zeros = *rc::gen::inRange<size_t>(0, size + 1);
  std::string bytes(zeros, '\0');
  while (bytes.size() < size)
    bytes += static_cast<char>(*rc::gen::arbitrary<uint8_t>());
  const auto text = base58_encode(bytes);
  RC_ASSERT(base58_decode(text, size) == bytes);
  RC_ASSERT(!base58_decode(text, size + 1));
  RC_ASSERT(!base58_decode(text + "0", size));
}

TEST(solana_vectors, points_on_the_curve_are_told_from_others) {
  size_t on = 0;
  for (const auto& v : vectors()["onCurve"]) {
    const public_key k{std::string_view{from_hex(v["hex"].get<std::string>())}};
    EXPECT_EQ(is_on_curve(k), v["onCurve"].get<bool>()) << v["hex"];
    on += v["onCurve"].get<bool>();
  }
  EXPECT_GT(on, 5u);
}

TEST(solana_vectors, derived_addresses_have_the_same_bump) {
  for (const auto& v : vectors()["derived"]) {
    const auto seeds = v["seeds"].get<std::vector<std::string>>();
    const auto found = find_program_address({seeds.begin(), seeds.end()}, program::token_2022());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->address.str(), v["address"].get<std::string>());
    EXPECT_EQ(found->bump, v["bump"].get<uint8_t>());
  }
}

TEST(solana_vectors, associated_accounts_are_the_sdk_s) {
  for (const auto& v : vectors()["associated"])
    EXPECT_EQ(associated_token_address(key(v["owner"].get<std::string>()), key("mint"),
                                       program_named(v["program"].get<std::string>()))
                .str(),
              v["address"].get<std::string>());
}

TEST(solana_vectors, system_compute_budget_memo_and_associated_instructions_are_the_sdk_s) {
  expect_same("systemCreateAccount", system_program::create_account(key("payer"), key("mint"), lamports{2'500'000}, 234,
                                                                    program::token_2022()));
  expect_same("systemTransfer", system_program::transfer(key("buyer"), key("seller"), lamports{9'876'543'210}));
  expect_same("associatedCreateIdempotent", associated_token_program::create_idempotent(
                                              key("payer"), key("buyer"), key("mint"), program::token_2022()));
  expect_same("memo", memo_program::memo("hello, memo", {key("seller")}));
  expect_same("computeUnitLimit", compute_budget_program::set_compute_unit_limit(200'000));
  expect_same("computeUnitPrice", compute_budget_program::set_compute_unit_price(123'456'789));
}

TEST(solana_vectors, instructions_of_both_token_programs_are_the_sdk_s) {
  using namespace token_program;
  for (const std::string name : {"token", "token2022"}) {
    const auto& p = program_named(name);
    const auto mint = key("mint"), seller = key("seller");
    const auto account = associated_token_address(seller, mint, p);
    const auto to = associated_token_address(key("buyer"), mint, p);
    expect_same(name + "InitializeMint2", initialize_mint2(p, mint, 6, seller, std::nullopt));
    expect_same(name + "InitializeMint2Freeze", initialize_mint2(p, mint, 0, seller, key("payer")));
    expect_same(name + "MintTo", mint_to(p, mint, account, seller, 1));
    expect_same(name + "SetAuthorityNone", set_authority(p, mint, seller, authority::mint_tokens, std::nullopt));
    expect_same(name + "SetAuthority", set_authority(p, account, seller, authority::account_owner, key("buyer")));
    expect_same(name + "ApproveChecked", approve_checked(p, account, mint, key("delegate"), seller, 1, 0));
    expect_same(name + "Revoke", revoke(p, account, seller));
    expect_same(name + "TransferChecked", transfer_checked(p, account, mint, to, key("delegate"), 1, 0));
  }
}

TEST(solana_vectors, metadata_instructions_and_sizes_are_the_sdk_s) {
  const auto mint = key("mint"), seller = key("seller");
  expect_same("metadataPointer", token_program::initialize_metadata_pointer(mint, seller, mint));
  expect_same("metadataPointerNone", token_program::initialize_metadata_pointer(mint, std::nullopt, std::nullopt));
  expect_same("metadataInitialize",
              token_metadata::initialize(mint, seller, mint, seller, "Dawn ☀", "DWN", "https://example.test/1.json"));
  expect_same("metadataUpdateField", token_metadata::update_field(mint, seller, "sky", "red"));
  EXPECT_EQ(token_program::mint_with_metadata_pointer_size, vectors()["mintSize"].get<size_t>());
  const auto& m = vectors()["metadataSpace"];
  std::vector<std::pair<std::string, std::string>> additional;
  for (const auto& a : m["additional"])
    additional.emplace_back(a[0], a[1]);
  EXPECT_EQ(token_metadata::space(m["name"].get<std::string>(), m["symbol"].get<std::string>(),
                                  m["uri"].get<std::string>(), additional),
            m["space"]);
}

TEST(solana_vectors, legacy_and_v0_transactions_are_the_sdk_s_to_the_byte) {
  expect_same_message("saleV0", sale());
  expect_same_message("saleLegacy", sale());
  expect_same_message("mintingV0", minting());
  std::vector<instruction> many;
  for (const auto& to : vectors()["receivers"])
    many.push_back(
      system_program::transfer(key("payer"), parsed<public_key>(to.get<std::string>()), lamports{many.size() + 1}));
  expect_same_message("manyLegacy", many);
}
