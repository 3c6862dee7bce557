#include "actors/market/nft/domain.hpp"
#include "runtime/event_codec.hpp"
#include "tests/support/values.hpp"

#include <nlohmann/json.hpp>

namespace {

using namespace ainft;
using namespace ainft::nft;
using namespace ainft::testing_values;
using runtime::errc;

const auto creator = person(1), stranger = person(2);
const runtime::principal platform;

new_nft body() {
  new_nft b;
  b.name = parsed<nft_name>("Dawn");
  b.symbol = parsed<symbol_text>("DWN");
  b.royalty_bps = 500;
  return b;
}

struct token {
  state s;
  template <class Command>
  errc give(const Command& c, const runtime::principal& who) {
    const auto decided = decide(s, c, {at(0), who});
    if (decided)
      for (const auto& e : *decided)
        evolve(s, e);
    return code_of(decided);
  }
};

/// The id of the `n`th sale's transaction. Each one is a second later than the one before.
transaction_id sale_id(int n) { return transaction_id{runtime::uuid::derived(at(n), "a sale")}; }

token draft() {
  token t;
  EXPECT_EQ(t.give(create_nft{nft_id::make(), body(), 250, "/assets/x", "image/png"}, creator), errc::none);
  return t;
}

} // namespace

TEST(nft, without_creators_belongs_to_who_drafts_it) {
  const auto t = draft();
  ASSERT_EQ(t.s.shown.creators.size(), 1u);
  EXPECT_EQ(t.s.shown.creators[0], (creator_share{wallet(1), 100}));
}

TEST(nft, refuses_a_royalty_that_leaves_no_room_for_the_fee) {
  auto b = body();
  b.royalty_bps = 9'751;
  const auto refused = decide({}, create_nft{nft_id::make(), b, 250, "", ""}, {at(0), creator});
  EXPECT_EQ(pointer_of(refused), "/royaltyBps");
  b.royalty_bps = 9'750;
  EXPECT_TRUE(decide({}, create_nft{nft_id::make(), b, 250, "", ""}, {at(0), creator}));
}

TEST(nft, is_minted_by_its_creator_only_and_once) {
  auto t = draft();
  const auto tx = transaction_id::make();
  EXPECT_EQ(t.give(start_mint{tx, wallet(9), std::nullopt}, stranger), errc::not_owner);
  EXPECT_EQ(t.give(start_mint{tx, wallet(9), std::nullopt}, creator), errc::none);
  EXPECT_EQ(t.give(finish_mint{tx, {}}, creator), errc::forbidden);
  EXPECT_EQ(t.give(finish_mint{tx, {}}, platform), errc::none);
  EXPECT_EQ(t.s.shown.state, phase::minted);
  EXPECT_EQ(t.s.shown.owner, wallet(1));
  EXPECT_EQ(t.give(start_mint{transaction_id::make(), wallet(8), tx}, creator), errc::wrong_state);
}

TEST(nft, takes_the_first_of_two_mints_that_begin_at_once) {
  auto t = draft();
  const auto first = transaction_id::make(), second = transaction_id::make();
  EXPECT_EQ(t.give(start_mint{first, wallet(9), std::nullopt}, creator), errc::none);
  EXPECT_EQ(t.give(start_mint{second, wallet(8), std::nullopt}, creator), errc::wrong_state);
  EXPECT_EQ(t.give(start_mint{second, wallet(8), first}, creator), errc::none)
    << "one that can no longer land is replaced";
  EXPECT_EQ(t.give(finish_mint{first, {}}, platform), errc::none);
  EXPECT_EQ(t.s.shown.state, phase::minting) << "and cannot finish the mint any more";
}

TEST(nft, is_a_draft_again_when_its_mint_fails) {
  auto t = draft();
  const auto tx = transaction_id::make();
  EXPECT_EQ(t.give(start_mint{tx, wallet(9), std::nullopt}, creator), errc::none);
  EXPECT_EQ(t.give(fail_mint{tx}, platform), errc::none);
  EXPECT_EQ(t.s.shown.state, phase::draft);
  EXPECT_FALSE(t.s.shown.mint_address);
}

TEST(nft, changes_hands_once_for_each_sale) {
  auto t = draft();
  const auto sale = transaction_id::make();
  EXPECT_EQ(t.give(change_owner{wallet(5), sale, 10}, platform), errc::none);
  EXPECT_EQ(t.give(change_owner{wallet(6), transaction_id::make(), 20}, platform), errc::none);
  EXPECT_EQ(t.give(change_owner{wallet(5), sale, 10}, platform), errc::none);
  EXPECT_EQ(t.s.shown.owner, wallet(6)) << "a repeated settlement does not bring the earlier owner back";
}

TEST(nft, keeps_its_owner_when_nine_sales_are_told_again) {
  auto t = draft();
  std::vector<change_owner> sales;
  for (uint8_t n = 1; n <= 9; ++n) {
    sales.push_back({wallet(n), sale_id(n), uint64_t{10} * n});
    EXPECT_EQ(t.give(sales.back(), platform), errc::none);
  }
  for (const auto& sale : sales) {
    EXPECT_EQ(t.give(sale, platform), errc::none);
    EXPECT_EQ(t.s.shown.owner, wallet(9)) << "after the sale to " << sale.owner.str();
  }
}

TEST(nft, goes_by_the_slots_of_its_sales_and_not_by_the_order_in_which_they_are_told) {
  auto t = draft();
  EXPECT_EQ(t.give(change_owner{wallet(6), sale_id(1), 20}, platform), errc::none);
  EXPECT_EQ(t.give(change_owner{wallet(5), sale_id(2), 10}, platform), errc::none);
  EXPECT_EQ(t.s.shown.owner, wallet(6)) << "an older sale that is told late";
}

TEST(nft, goes_by_the_transactions_of_sales_in_one_slot) {
  auto t = draft();
  const auto first = sale_id(1), second = sale_id(2);
  EXPECT_EQ(t.give(change_owner{wallet(5), first, 10}, platform), errc::none);
  EXPECT_EQ(t.give(change_owner{wallet(6), second, 10}, platform), errc::none);
  EXPECT_EQ(t.give(change_owner{wallet(5), first, 10}, platform), errc::none);
  EXPECT_EQ(t.s.shown.owner, wallet(6));
}

TEST(nft, with_sales_of_before_slots_were_kept_keeps_its_owner_too) {
  auto t = draft();
  std::vector<change_owner> sales;
  for (uint8_t n = 1; n <= 9; ++n) {
    sales.push_back({wallet(n), sale_id(n), uint64_t{10} * n});
    evolve(t.s, domain::events{owner_changed{wallet(n), sales.back().transaction, std::nullopt}});
  }
  for (const auto& sale : sales) // a follower that starts again knows the slots
    EXPECT_EQ(t.give(sale, platform), errc::none);
  EXPECT_EQ(t.s.shown.owner, wallet(9));
  EXPECT_EQ(t.give(change_owner{wallet(20), sale_id(10), 100}, platform), errc::none);
  EXPECT_EQ(t.s.shown.owner, wallet(20));
}

namespace {

/// A draft with a picture from an AI job.
token generated(provenance_visibility visibility) {
  token t;
  auto b = body();
  b.visibility = visibility;
  nft::provenance how;
  how.job = job_id::make();
  how.provider = parsed<ai_job::provider_name>("local");
  how.model = parsed<ai_job::model_name>("flow");
  how.prompt = parsed<ai_job::prompt_text>("a secret");
  how.seed = 7;
  EXPECT_EQ(t.give(create_nft{nft_id::make(), b, 250, "/assets/x", "image/png", how}, creator), errc::none);
  return t;
}

void mint(token& t) {
  const auto tx = transaction_id::make();
  EXPECT_EQ(t.give(start_mint{tx, wallet(9), std::nullopt}, creator), errc::none);
  EXPECT_EQ(t.give(finish_mint{tx, {}}, platform), errc::none);
}

} // namespace

TEST(nft, is_its_creator_s_until_it_is_minted) {
  auto t = draft();
  const auto readers = [&] {
    return std::vector<bool>{may_read(t.s, creator), may_read(t.s, platform), may_read(t.s, stranger)};
  };
  EXPECT_EQ(readers(), (std::vector<bool>{true, true, false}));
  EXPECT_EQ(t.give(start_mint{transaction_id::make(), wallet(9), std::nullopt}, creator), errc::none);
  EXPECT_EQ(readers(), (std::vector<bool>{true, true, false})) << "a mint that is not confirmed may fail";
  EXPECT_EQ(t.give(fail_mint{*t.s.shown.mint_transaction_id}, platform), errc::none);
  mint(t);
  EXPECT_EQ(readers(), (std::vector<bool>{true, true, true}));
}

TEST(nft, shows_as_much_of_its_provenance_as_its_creator_chose) {
  auto hidden = generated(provenance_visibility::none), partly = generated(provenance_visibility::model),
       open = generated(provenance_visibility::full);
  for (auto* t : {&hidden, &partly, &open}) {
    mint(*t);
    EXPECT_EQ(view_of(t->s, creator).provenance->prompt->str(), "a secret");
    EXPECT_EQ(view_of(t->s, platform).provenance->prompt->str(), "a secret");
  }
  EXPECT_FALSE(view_of(hidden.s, stranger).provenance);
  const auto part = view_of(partly.s, stranger).provenance;
  ASSERT_TRUE(part);
  EXPECT_EQ(nlohmann::json::parse(runtime::to_json(*part)), (nlohmann::json{{"provider", "local"}, {"model", "flow"}}));
  EXPECT_EQ(view_of(open.s, stranger).provenance, open.s.shown.provenance);
}

TEST(nft, drafted_before_there_was_a_choice_shows_all_of_its_provenance) {
  auto stored = nlohmann::json::parse(runtime::to_json(std::get<nft_created>(
    decide({}, create_nft{nft_id::make(), body(), 250, "/assets/x", "image/png"}, {at(0), creator})->front())));
  stored["what"].erase("provenanceVisibility");
  const auto read = runtime::decode_event<domain::events>("nft_created", 1, stored.dump());
  ASSERT_TRUE(read);
  EXPECT_EQ(std::get<nft_created>(*read).what.visibility, provenance_visibility::full);
  state s;
  evolve(s, *read);
  auto snapshot = nlohmann::json::parse(runtime::to_json(s));
  snapshot["shown"].erase("provenanceVisibility");
  const auto again = runtime::from_json<state>(snapshot, runtime::json_reader::unknown_fields::ignored);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->shown.visibility, provenance_visibility::full);
}

TEST(metadata, is_the_same_before_and_after_the_mint_and_has_what_is_public) {
  for (const auto& [visibility, expected] : {std::pair{provenance_visibility::none, ""},
                                             {provenance_visibility::model, "flow"},
                                             {provenance_visibility::full, "a secret"}}) {
    auto t = generated(visibility);
    const auto before = metadata_json(t.s.shown, "https://ainft.test");
    mint(t);
    EXPECT_EQ(metadata_json(t.s.shown, "https://ainft.test"), before);
    EXPECT_EQ(metadata_json(view_of(t.s, stranger), "https://ainft.test"), before);
    EXPECT_EQ(before.find("a secret") != before.npos, visibility == provenance_visibility::full);
    EXPECT_NE(before.find(expected), before.npos);
  }
}

TEST(metadata, is_the_token_standard_s) {
  auto t = draft();
  t.s.shown.image_type = "video/mp4";
  const auto json = nlohmann::json::parse(metadata_json(t.s.shown, "https://ainft.test"));
  EXPECT_EQ(json["image"], "https://ainft.test/assets/x");
  EXPECT_EQ(json["animation_url"], json["image"]);
  EXPECT_EQ(json["properties"]["category"], "video");
  EXPECT_EQ(json["properties"]["creators"][0]["share"], 100);
  EXPECT_EQ(json["seller_fee_basis_points"], 500);
}
