#pragma once

#include "runtime/values.hpp"

namespace ainft::operations {

/// A UUID as text, for things that have no TypeID.
class uuid_text : public runtime::text_value {
public:
  static constexpr runtime::text_schema schema{"uuid", "must be a UUID", ""};

  uuid_text() = default;
  explicit uuid_text(const runtime::uuid& id) : id_{id} {}
  static runtime::result<uuid_text> parse(std::string_view text) {
    if (const auto id = runtime::uuid::parse(text))
      return uuid_text{*id};
    return runtime::refuse(runtime::errc::validation_failed, std::string{schema.description});
  }
  [[nodiscard]] std::string str() const { return id_.str(); }
  [[nodiscard]] const runtime::uuid& get() const noexcept { return id_; }

private:
  runtime::uuid id_;
};

} // namespace ainft::operations
