#include "persistence/session.hpp"

#include "runtime/codec/json_writer.hpp"
#include "runtime/messages.hpp"

#include <poll.h>
#include <spdlog/spdlog.h>

#include <stdexcept>

namespace ainft::persistence {

using runtime::errc;

std::string noticing_within(const std::string& url, std::chrono::milliseconds patience) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(patience).count(),
             half = std::max<int64_t>(1, seconds / 2);
  const std::pair<const char*, int64_t> settings[] = {{"connect_timeout", std::max<int64_t>(2, seconds)},
                                                      {"keepalives_idle", half},
                                                      {"keepalives_interval", 1},
                                                      {"keepalives_count", std::max<int64_t>(2, half)},
                                                      {"tcp_user_timeout", patience.count()}};
  const bool is_uri = url.find("://") != url.npos;
  std::string ours; // before those of `url`, because the last one counts
  for (const auto& [name, value] : settings)
    ours += std::string{name} + "=" + std::to_string(value) + (is_uri ? "&" : " ");
  if (!is_uri)
    return ours + url;
  const auto query = url.find('?');
  return query == url.npos ? url + "?" + ours.substr(0, ours.size() - 1)
                           : url.substr(0, query + 1) + ours + url.substr(query + 1);
}

bool is_closed_by_server(int socket) noexcept {
  pollfd on{socket, POLLRDHUP, 0};
  return socket < 0 || (poll(&on, 1, 0) == 1 && (on.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)));
}

pqxx::connection& session::open() {
  if (!connection_ || !connection_->is_open() || is_closed_by_server(connection_->sock())) {
    drop();
    connection_ = std::make_unique<pqxx::connection>(url_);
    pqxx::nontransaction setup{*connection_};
    setup.exec(connection_settings);
    if (!settings_.empty())
      setup.exec(settings_);
  }
  return *connection_;
}

void session::drop() noexcept {
  connection_.reset();
  prepared_.clear();
}

void session::prepare(std::string_view name, std::string_view sql) {
  std::string key{name};
  if (prepared_.contains(key))
    return;
  // Inside a transaction, do not replace a broken connection: the caller must get the error.
  (connection_ ? *connection_ : open()).prepare(key, std::string{sql});
  prepared_.insert(std::move(key));
}

pqxx::result session::run(pqxx::transaction_base& tx, const statement& st, const parameters& with) {
  prepare(st.name, st.sql);
  return tx.exec_prepared(st.name, pqxx::prepare::make_dynamic_params(with.values()));
}

pqxx::result session::run(const statement& st, const parameters& with) {
  pqxx::nontransaction tx{open()};
  return run(tx, st, with);
}

void array_text::add(const std::optional<std::string>& value) {
  if (text_.size() > 1)
    text_ += ',';
  if (!value) {
    text_ += "NULL";
    return;
  }
  text_ += '"';
  for (char c : *value) {
    if (c == '"' || c == '\\')
      text_ += '\\';
    text_ += c;
  }
  text_ += '"';
}

std::string array_text::take() {
  text_ += '}';
  return std::move(text_);
}

std::string bytea(std::string_view bytes) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out = "\\x";
  for (unsigned char c : bytes) {
    out += hex[c >> 4];
    out += hex[c & 15];
  }
  return out;
}

runtime::time_point read_time(const pqxx::field& field) {
  std::string text = field.c_str();
  // Replace "+00" with "Z".
  if (text.size() > 3 && text.ends_with("+00"))
    text.replace(text.size() - 3, 3, "Z");
  auto parsed = runtime::time_point::parse(text);
  if (!parsed)
    throw std::runtime_error{"PostgreSQL returned an invalid time: " + text};
  return *parsed;
}

runtime::uuid read_uuid(const pqxx::field& field) {
  auto id = runtime::uuid::parse(field.c_str());
  if (!id)
    throw std::runtime_error{std::string{"PostgreSQL returned an invalid UUID: "} + field.c_str()};
  return *id;
}

std::vector<runtime::uuid> read_uuids(const pqxx::field& array) {
  std::vector<runtime::uuid> out;
  // "{a,b}": each UUID has 36 characters.
  for (std::string_view text = array.c_str(); text.size() > 36; text.remove_prefix(37))
    if (const auto id = runtime::uuid::parse(text.substr(1, 36)))
      out.push_back(*id);
    else
      throw std::runtime_error{std::string{"PostgreSQL returned an invalid array of UUIDs: "} + array.c_str()};
  return out;
}

caf::error explain_violation(const pqxx::sql_error& e) {
  const std::string text = e.what();
  const auto open = text.find("constraint \"");
  const auto begin = open == text.npos ? text.npos : open + 12;
  const auto name = begin == text.npos ? std::string{} : text.substr(begin, text.find('"', begin) - begin);
  if (name == "journal_pkey")
    return runtime::refuse(errc::append_conflict, "another node changed the entity first; retry");
  if (name.ends_with("_unique")) {
    const auto from = name.find('_') + 1;
    const auto field = name.substr(from, name.size() - from - 7);
    const auto shown = runtime::wire_name(field);
    return caf::make_error(errc::conflict, shown + " is already taken",
                           std::vector<runtime::field_error>{{"/" + shown, "is already taken"}});
  }
  spdlog::warn("a change violates the constraint {}: {}", name, text);
  return runtime::refuse(errc::conflict,
                         "the change conflicts with another one that was made first; read the resource again");
}

} // namespace ainft::persistence
