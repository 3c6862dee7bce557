#include "config/options.hpp"

#include "config/file_text.hpp"
#include "config/near_name.hpp"
#include "runtime/scheduler.hpp"

#include <caf/config_value.hpp>
#include <caf/io/middleman.hpp>
#include <caf/openssl/manager.hpp>
#include <caf/settings.hpp>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

namespace ainft::config {

namespace {

constexpr std::string_view prefix = "AINFT_";
constexpr std::string_view file_variable = "AINFT_CONFIG_FILE";
constexpr std::string_view password_variable = "AINFT_POSTGRES_PASSWORD";
/// The variables of other programs: of ainft-console, and of the client in docs/clients.md.
constexpr std::string_view console_prefix = "AINFT_CONSOLE_", client_variable = "AINFT_URL";

std::string text_of(caf::string_view s) { return {s.begin(), s.end()}; }

/// Collects the settings of a file with their full names.
void flatten(const caf::settings& from, const std::string& above,
             std::vector<std::pair<std::string, caf::config_value>>& out) {
  for (const auto& [key, value] : from) {
    const auto name = above.empty() ? key : above + "." + key;
    if (const auto* inner = caf::get_if<caf::settings>(&value))
      flatten(*inner, name, out);
    else
      out.emplace_back(name, value);
  }
}

/// The full names of the settings.
std::vector<std::string> names_of(const caf::config_option_set& known) {
  std::vector<std::string> out;
  for (const auto& o : known)
    out.push_back(text_of(o.full_name()));
  return out;
}

/// The form of a setting's value, for people. `type` is CAF's name of its type.
std::string form_of(std::string_view type) {
  const auto has = [type](std::string_view part) { return type.find(part) != type.npos; };
  if (has("timespan"))
    return "a duration such as 500ms, 30s or 15min";
  if (has("vector") || has("list"))
    return R"(a list such as ["a", "b"])";
  if (has("bool"))
    return "true or false";
  if (has("double") || has("float") || has("real"))
    return "a number";
  if (has("int"))
    return "a whole number"
           + std::string{has("uint8")    ? " from 0 to 255"
                         : has("uint16") ? " from 0 to 65535"
                                         : ""}
           + (has("uint") && !has("uint8") && !has("uint16") ? ", 0 or more" : "");
  return "a text";
}

/// A default value for people: nothing for an empty text.
std::string in_brackets(const std::string& value, const char* open, const char* close) {
  return value == "\"\"" ? "" : open + value + close;
}

} // namespace

configuration::configuration(const std::vector<const settings_section*>& capabilities) {
  runtime::use_scheduler(*this);
  // By default, CAF starts at least four threads.
  set("caf.scheduler.max-threads", std::max<size_t>(2, std::thread::hardware_concurrency()));
  set("caf.metrics-filters.actors.includes", std::vector<std::string>{"*"});
  auto& v = values;
  add("log", "log lines on standard error", v.log);
  add("http", "the HTTP server", v.http);
  add("metrics", "metrics for Prometheus", v.metrics);
  add("rates", "limits of the requests of each caller, by class", v.rates);
  add("postgres", "PostgreSQL", v.postgres);
  add("redis", "Redis", v.redis);
  add("cluster", "this node's place in a cluster", v.cluster);
  add("solana", "Solana, and the platform's accounts", v.solana);
  add("auth", "sign-in and sessions", v.auth);
  add("realtime", "sockets and event streams", v.realtime);
  add("ai", "AI jobs", v.ai);
  add("openai", "OpenAI, or a server with the same API (https://api.openai.com/v1)", v.openai);
  add("stability", "Stability AI (https://api.stability.ai)", v.stability);
  add("replicate", "Replicate (https://api.replicate.com)", v.replicate);
  add("automatic1111", "a Stable Diffusion web UI (http://127.0.0.1:7860)", v.automatic1111);
  add("comfyui", "a ComfyUI server (http://127.0.0.1:8188)", v.comfyui);
  add("outbound", "requests to other servers", v.outbound);
  add("conformance", "tests of the protocols", v.conformance);
  add("entities", "entities in memory", v.entities);
  add("followers", "followers of the journal", v.followers);
  add("background", "work that serves no request", v.background);
  for (const auto* section : capabilities)
    section->add(*this, section->name, section->about);
}

std::string variable_name(std::string_view setting) {
  std::string out{prefix};
  for (char c : setting)
    out += c == '.' || c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

void configuration::put_value(const caf::config_option& option, caf::config_value value, const std::string& where) {
  const auto name = text_of(option.full_name());
  if (auto bad = option.sync(value)) {
    auto rule = name + " must be " + form_of(text_of(option.type_name()));
    for (const auto& s : sections_)
      for (const auto& x : s.settings)
        if (x.name == name && !x.rules.empty())
          rule += ", " + x.rules;
    refuse_line(where, rule);
  }
  caf::put(content, option.full_name(), std::move(value));
}

void configuration::read_file(const std::string& name, const std::string& text) {
  refuse_dotted_keys(name, text);
  refuse_open_brackets(name, text);
  std::istringstream in{text};
  auto parsed = parse_config(in);
  if (!parsed) {
    const auto& context = parsed.error().context();
    const bool has_line = context.size() >= 2 && context.match_element<int32_t>(0);
    refuse_line(name + (has_line ? ":" + std::to_string(context.get_as<int32_t>(0)) : ""),
                "the file cannot be read: syntax error");
  }
  std::vector<std::pair<std::string, caf::config_value>> all;
  flatten(*parsed, "", all);
  for (auto& [key, value] : all) {
    const auto where = name + ":" + std::to_string(line_of(text, key));
    const auto* option = custom_options_.qualified_name_lookup(key);
    if (!option)
      refuse_line(where, key + " is not a setting" + did_you_mean(names_of(custom_options_), key));
    put_value(*option, std::move(value), where);
  }
}

void configuration::read_environment(char** environment) {
  for (; environment && *environment; ++environment) {
    const std::string_view entry{*environment};
    const auto name = entry.substr(0, entry.find('='));
    if (!name.starts_with(prefix) || name == file_variable || name == password_variable
        || name.starts_with(console_prefix) || name == client_variable)
      continue;
    const auto option = std::find_if(custom_options_.begin(), custom_options_.end(),
                                     [&](const auto& o) { return variable_name(text_of(o.full_name())) == name; });
    if (option == custom_options_.end()) {
      std::vector<std::string> known{std::string{file_variable}, std::string{password_variable}};
      for (const auto& setting : names_of(custom_options_))
        known.push_back(variable_name(setting));
      refuse_line(std::string{name}, "no setting corresponds to this variable" + did_you_mean(known, name));
    }
    const std::string text{entry.substr(std::min(entry.size(), name.size() + 1))};
    put_value(*option, caf::config_value{text}, std::string{name});
  }
}

void configuration::read_option(const std::string& arg) {
  const auto equals = arg.find('=');
  const auto name = arg.substr(2, equals - 2);
  const auto* option = custom_options_.qualified_name_lookup(name);
  if (!option)
    refuse_line("command line", name + " is not a setting" + did_you_mean(names_of(custom_options_), name));
  put_value(*option, caf::config_value{arg.substr(equals + 1)}, "command line");
}

/// CAF reads the file names from its own fields. Its heartbeats and its timeout only close connections that nobody uses
/// any more. The cluster's links find out themselves whether a node is alive.
void configuration::set_up_remoting() {
  const auto& c = values.cluster;
  if (!c.is_on())
    return;
  openssl_certificate = c.certificate_file;
  openssl_key = c.key_file;
  openssl_cafile = c.authority_file;
  actor_system_config::load<caf::io::middleman>();
  actor_system_config::load<caf::openssl::manager>();
  set("caf.middleman.heartbeat-interval", c.beat);
  set("caf.middleman.connection-timeout", c.lease);
}

void configuration::print_help(std::ostream& out) const {
  out << "ainftd: the AiNFT platform.\n\n"
         "Settings come from a file (--config-file=FILE or AINFT_CONFIG_FILE), then the environment, then these "
         "options. An unknown variable that begins with AINFT_ is refused.\n"
         "--help=markdown prints this list as docs/settings.md has it, --long-help lists CAF's own settings,\n"
         "--dump-config prints the settings in effect, --version prints the version, --realtime describes sockets and\n"
         "events (AsyncAPI 3.0; --realtime=markdown: as docs/events.md has it).\n";
  for (const auto& s : sections_) {
    out << '\n' << s.name << ": " << s.about << '\n';
    for (const auto& x : s.settings)
      out << "\n  --" << x.name << "=…    " << variable_name(x.name) << "\n      " << x.meaning
          << in_brackets(x.default_value, " [", "]") << '\n';
  }
}

void configuration::print_reference(std::ostream& out) const {
  out << "# Settings\n\n"
         "`ainftd --help=markdown` prints this page. Settings come from a file (`--config-file=FILE` or "
         "`AINFT_CONFIG_FILE`),\nthen the environment, then the command line. The variable of `http.port` is "
         "`AINFT_HTTP_PORT`, its option `--http.port=8080`.\n"
         "A file has a section for each first part of a name: `http { port = 8080 }`. Durations have a unit: `90s`, "
         "`5min`, `24h`.\n";
  for (const auto& s : sections_) {
    out << "\n## " << s.name << "\n\n" << s.about << "\n\n| Setting | Meaning | Default |\n|---|---|---|\n";
    for (const auto& x : s.settings)
      out << "| `" << x.name << "` | " << x.meaning << " | " << in_brackets(x.default_value, "`", "`") << " |\n";
  }
}

std::map<std::string, std::string> configuration::effective() const {
  std::map<std::string, std::string> out;
  for (const auto& s : sections_)
    for (const auto& x : s.settings)
      out[x.name] = x.default_value;
  std::vector<std::pair<std::string, caf::config_value>> set;
  flatten(content, "", set);
  for (const auto& [name, value] : set)
    if (const auto it = out.find(name); it != out.end())
      it->second = to_string(value);
  return out;
}

bool configuration::load(int argc, char** argv, char** environment) {
  std::string file;
  for (auto e = environment; e && *e; ++e)
    if (const std::string_view entry{*e};
        entry.substr(0, entry.find('=')) == file_variable && entry.size() > file_variable.size())
      file = entry.substr(file_variable.size() + 1);
  string_list args, options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg{argv[i]};
    if (arg == "--help" || arg == "-h" || arg == "--help=markdown") {
      arg == "--help=markdown" ? print_reference(std::cout) : print_help(std::cout);
      return false;
    }
    if (arg.starts_with("--config-file="))
      file = arg.substr(14);
    else
      (arg.starts_with("--") && arg.find('=') != arg.npos ? options : args).emplace_back(arg);
  }
  if (!file.empty()) {
    std::ifstream in{file};
    if (!in)
      refuse_line(file, "the file cannot be opened");
    std::ostringstream text;
    text << in.rdbuf();
    read_file(file, text.str());
  }
  read_environment(environment);
  for (const auto& option : options)
    read_option(option);
  // The rest are options without a value, such as --help. The empty stream keeps CAF from looking for a file of its
  // own.
  std::istringstream none;
  if (parse(args, none) || !remainder.empty())
    refuse_line("command line", args.front() + " is not an option; settings are given as --http.port=8080");
  if (cli_helptext_printed)
    return false;
  check();
  set_up_remoting();
  return true;
}

// -- checks ----------------------------------------------------------------------------------------------------------

void requirement::operator()(bool good, std::string_view setting, std::string_view rule) const {
  if (!good)
    refuse_line(std::string{section} + "." + std::string{setting}, std::string{rule});
}

void rate_settings::check(const requirement& need) const {
  const auto enough = [&need](double per_second, double burst, std::string_view setting) {
    need(per_second == 0 || burst >= 1, setting, "must be at least 1");
  };
  enough(read_per_second, read_burst, "read-burst");
  enough(write_per_second, write_burst, "write-burst");
  enough(bid_per_second, bid_burst, "bid-burst");
  enough(sign_in_per_second, sign_in_burst, "sign-in-burst");
  enough(upload_per_second, upload_burst, "upload-burst");
  enough(handshake_per_second, handshake_burst, "handshake-burst");
}

void cluster_settings::check(const requirement& need) const {
  constexpr size_t all_roles = 3;
  need(name.size() <= 100, "name", "must have at most 100 characters");
  need(!roles.empty(), "roles", "must name at least one role");
  need(is_on() || roles.size() == all_roles, "roles",
       "must be all of them for a node that runs alone (without cluster.certificate-file)");
  need(is_on() == !key_file.empty() && is_on() == !authority_file.empty(), "certificate-file",
       "cluster.key-file and cluster.authority-file go together: set all of them, or none");
  need(console_port == 0 || (is_on() && !operators_file.empty()), "console-port",
       "needs cluster.certificate-file and cluster.operators-file");
  need(beat >= milliseconds{50} && beat * 3 <= lease, "beat", "must be from 50ms to a third of cluster.lease");
  need(suspect_after >= beat * 2 && suspect_after <= minutes{1}, "suspect-after",
       "must be from twice cluster.beat to 1min");
}

void configuration::check() const {
  for (const auto& s : sections_)
    s.check();
  // Rules that concern several sections.
  const auto& v = values;
  requirement{"metrics"}(v.metrics.port == 0 || v.metrics.port != v.http.port || v.metrics.address != v.http.address,
                         "port", "must differ from http.port");
  const bool production = v.http.public_url.starts_with("https://") || v.auth.chain_id == "mainnet";
  constexpr std::string_view not_there =
    "is for tests only: it must be off with an https public URL (http.public-url) or the mainnet (auth.chain-id)";
  requirement{"ai"}(!v.ai.noop || !production, "noop", not_there);
  requirement{"conformance"}(!v.conformance.echo || !production, "echo", not_there);
  requirement{"ai"}(!v.ai.moderation || !v.openai.url.empty(), "moderation", "needs the provider openai (openai.url)");
}

} // namespace ainft::config
