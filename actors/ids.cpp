#include "actors/ids.hpp"

#include <algorithm>

namespace ainft {

namespace {

template <class Id>
std::string text_as(const runtime::uuid& id) {
  return Id{id}.str();
}

struct kind_of_id {
  std::string_view kind;
  std::string (*text)(const runtime::uuid&);
};

constexpr kind_of_id kinds[] = {
  {"user", text_as<user_id>},       {"session", text_as<session_id>}, {"studio", text_as<studio_id>},           {"asset", text_as<asset_id>},
  {"nft", text_as<nft_id>},         {"listing", text_as<listing_id>}, {"transaction", text_as<transaction_id>}, {"prompt_template", text_as<template_id>},
  {"ai_job", text_as<job_id>},      {"job", text_as<job_id>}, // as its room is called
  {"agent", text_as<agent_id>},
};

} // namespace

std::string id_text(std::string_view kind, const runtime::uuid& id) {
  const auto* known = std::find_if(std::begin(kinds), std::end(kinds), [&](const kind_of_id& k) { return k.kind == kind; });
  return known == std::end(kinds) ? id.str() : known->text(id);
}

} // namespace ainft
