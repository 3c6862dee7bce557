#include "tools/ainftd/startup.hpp"

#include "actors/capability.hpp"
#include "persistence/migrate.hpp"
#include "tools/ainftd/parts_settings.hpp"

#include <spdlog/spdlog.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

namespace ainft {

void provide_password(const config::settings& s) {
  std::string password;
  if (const char* given = std::getenv("AINFT_POSTGRES_PASSWORD"))
    password = given;
  if (!s.postgres.password_file.empty())
    password = secret_from(s.postgres.password_file, "postgres.password-file");
  if (!password.empty())
    setenv("PGPASSWORD", password.c_str(), 1);
}

void bring_schema_up_to_date(const std::string& url, std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;; std::this_thread::sleep_for(std::chrono::milliseconds{500}))
    try {
      persistence::session db{url};
      if (const auto n = persistence::migrate(db, all_migrations()); n > 0)
        spdlog::info("applied {} migrations", n);
      if (const auto why = persistence::continue_journal(db))
        spdlog::warn("the journal continues in this database with a new base: {}", *why);
      return;
    } catch (const pqxx::broken_connection& e) {
      if (std::chrono::steady_clock::now() < until)
        continue;
      std::string why = e.what();
      std::replace(why.begin(), why.end(), '\n', ' ');
      throw std::runtime_error{"PostgreSQL (postgres.url) does not respond: " + why};
    }
}

void create_folder(const std::string& folder, const std::string& setting) {
  std::error_code ec;
  std::filesystem::create_directories(folder, ec);
  if (ec)
    throw std::runtime_error{setting + ": " + folder + ": " + ec.message()};
}

} // namespace ainft
