#pragma once

#include "config/settings.hpp"

/// What a node does before its parts start.
namespace ainft {

/// Puts PostgreSQL's password into the environment, where libpq reads it, so that no connection string contains it.
void provide_password(const config::settings& s);

/// Migrates the schema, and continues the journal of a restored database. Retries for up to `patience` if the database
/// does not answer. Throws std::runtime_error.
void bring_schema_up_to_date(const std::string& url, std::chrono::milliseconds patience);

/// Creates a folder. Throws std::runtime_error with the name of its setting.
void create_folder(const std::string& folder, const std::string& setting);

} // namespace ainft
