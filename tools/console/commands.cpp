#include "tools/console/commands.hpp"

#include "config/near_name.hpp"
#include "net/percent_encoding.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace ainft::console {

namespace {

using json = nlohmann::json;

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument{what}; }

/// The query string with those of the options that are given.
std::string query_of(const line& l, std::initializer_list<const char*> names) {
  std::string out;
  for (const auto* name : names)
    if (const auto it = l.options.find(name); it != l.options.end())
      out += (out.empty() ? "?" : "&") + std::string{name} + "=" + net::percent_encoded(it->second);
  return out;
}

/// The path of an entity, such as "listing/lst_…".
std::string entity_path(const std::string& what) {
  const auto slash = what.find('/');
  if (slash == what.npos || slash == 0 || slash + 1 == what.size())
    refuse("'" + what + "' is not an entity: use KIND/ID, such as listing/lst_01j…");
  return "/v1/admin/entities/" + net::percent_encoded(what.substr(0, slash)) + "/"
         + net::percent_encoded(what.substr(slash + 1));
}

std::string joined(const std::vector<std::string>& words, size_t from) {
  std::string out;
  for (size_t i = from; i < words.size(); ++i)
    out += (i == from ? "" : " ") + words[i];
  return out;
}

bool has(const line& l, const char* option) { return l.options.contains(option); }

/// Whether the text has the form of a TypeID or a UUID.
bool is_id(const std::string& text) {
  const auto cut = text.rfind('_');
  return (cut != text.npos && text.size() - cut == 27)
         || (text.size() == 36 && std::count(text.begin(), text.end(), '-') == 4);
}

request restart(const line& l) {
  if (const auto slash = l.words[1].find('/'); slash != l.words[1].npos && is_id(l.words[1].substr(slash + 1)))
    return {"POST", entity_path(l.words[1]) + "/restart", {}};
  return {"POST", "/v1/admin/tree/restart" + query_of(l, {"node"}), json{{"path", l.words[1]}}.dump()};
}

request quarantine(const line& l) {
  if (l.words[1] == "list" && l.words.size() == 2)
    return {"GET", "/v1/admin/quarantine" + query_of(l, {"node"}), {}};
  if (l.words[1] != "release" || l.words.size() != 3)
    refuse("usage: quarantine list, or quarantine release KIND/ID");
  const auto path = entity_path(l.words[2]);
  return {"POST", "/v1/admin/quarantine" + path.substr(std::string{"/v1/admin/entities"}.size()) + "/release", {}};
}

request followers(const line& l) {
  const auto& w = l.words;
  if (w.size() == 1)
    return {"GET", "/v1/admin/followers" + query_of(l, {"node"}), {}};
  const auto path = [](const std::string& name) { return "/v1/admin/followers/" + net::percent_encoded(name); };
  if (w[1] == "rewind" && w.size() == 4)
    return {"POST", path(w[2]) + "/rewind", json{{"to", w[3]}}.dump()};
  if (w[1] == "skip" && w.size() >= 4)
    return {"POST", path(w[2]) + "/skip", json{{"reason", joined(w, 3)}}.dump()};
  if (w.size() == 2 && w[1] != "rewind" && w[1] != "skip")
    return {"GET", path(w[1]), {}};
  refuse("usage: followers [NAME], followers rewind NAME POSITION, or followers skip NAME REASON");
}

request parked(const line& l) {
  const auto& w = l.words;
  const auto path = [](const std::string& name) {
    return "/v1/admin/followers/" + net::percent_encoded(name) + "/parked";
  };
  if (w.size() == 4 && w[1] == "release")
    return {"POST", path(w[2]) + "/" + net::percent_encoded(w[3]) + "/release", {}};
  if (w.size() >= 5 && w[1] == "skip")
    return {"POST", path(w[2]) + "/" + net::percent_encoded(w[3]) + "/skip", json{{"reason", joined(w, 4)}}.dump()};
  if (w.size() == 2 && w[1] != "release" && w[1] != "skip")
    return {"GET", path(w[1]), {}};
  refuse("usage: parked FOLLOWER, parked release FOLLOWER KEY, or parked skip FOLLOWER KEY REASON");
}

request listing(const line& l) {
  const auto& w = l.words;
  const auto path = w.size() > 2 ? "/v1/admin/listings/" + net::percent_encoded(w[2]) : std::string{};
  const auto because = [&](size_t from) { return json{{"reason", joined(w, from)}}.dump(); };
  if ((w[1] == "end" || w[1] == "cancel") && w.size() >= 4)
    return {"POST", path + "/" + w[1], because(3)};
  if (w[1] == "strike" && w.size() >= 5)
    return {"POST", path + "/bids/" + net::percent_encoded(w[3]) + "/strike", because(4)};
  refuse("usage: listing end LISTING REASON, listing cancel LISTING REASON, or listing strike LISTING BID REASON");
}

request journal(const line& l) {
  return {"GET", entity_path(l.words[1]) + "/journal" + query_of(l, {"at", "from"}), {}};
}

/// GET /v1/admin/COMMAND, with `node` and `user` if they are given.
request look(const line& l) { return {"GET", "/v1/admin/" + l.words[0] + query_of(l, {"node", "user"}), {}}; }

request top(const line& l) {
  return {"GET", "/v1/admin/top" + query_of(l, {"node", "ms", "limit"}), {}, !has(l, "once")};
}

request inspect(const line& l) { return {"GET", entity_path(l.words[1]), {}}; }

request replay(const line& l) { return {"GET", entity_path(l.words[1]) + "/replay", {}}; }

request trace(const line& l) { return {"GET", entity_path(l.words[1]) + "/trace", {}, !has(l, "once")}; }

request passivate(const line& l) { return {"POST", entity_path(l.words[1]) + "/passivate", {}}; }

request kick(const line& l) { return {"POST", "/v1/admin/sessions/" + net::percent_encoded(l.words[1]) + "/end", {}}; }

request drain(const line& l) { return {"POST", "/v1/admin/drain?node=" + net::percent_encoded(l.words[1]), {}}; }

request set_log(const line& l) {
  return {"POST", "/v1/admin/log" + query_of(l, {"node"}), json{{"level", l.words[1]}}.dump()};
}

} // namespace

const std::vector<command>& commands() {
  static const std::vector<std::string> kinds{"listing/", "nft/",         "studio/", "user/",  "session/",
                                              "asset/",   "transaction/", "ai_job/", "agent/", "prompt_template/"};
  static const std::vector<command> all{
    {"cluster", "[--node NAME]", "the cluster's nodes: roles, shards, links, singletons", look, {"node"}},
    {"tree", "[--node NAME]", "a node's supervisors and their children, restarts and failures", look, {"node"}},
    {"top",
     "[--node NAME] [--ms N] [--limit N] [--once]",
     "a node's busiest actors, live",
     top,
     {"node", "ms", "limit", "once"}},
    {"inspect", "KIND/ID", "an entity in its actor's memory", inspect, {}, 1, 1, kinds},
    {"mailbox", "KIND/ID", "an entity's waiting messages and work in progress", inspect, {}, 1, 1, kinds},
    {"journal",
     "KIND/ID [--from N] [--at N] [--diff]",
     "an entity's events; --at: the state after event N; --diff: the changes of each event",
     journal,
     {"from", "at", "diff"},
     1,
     1,
     kinds},
    {"replay",
     "KIND/ID",
     "replay an entity's journal and compare the result with the live state and the read models",
     replay,
     {},
     1,
     1,
     kinds},
    {"trace", "KIND/ID [--once]", "the messages that an entity's actor receives, live", trace, {"once"}, 1, 1, kinds},
    {"passivate", "KIND/ID", "passivate an entity", passivate, {}, 1, 1, kinds},
    {"restart",
     "KIND/ID | SUPERVISOR/CHILD [--node NAME]",
     "load an entity again from the journal, or restart a supervisor's child",
     restart,
     {"node"},
     1,
     1,
     kinds},
    {"quarantine",
     "list [--node NAME] | release KIND/ID",
     "list the quarantined entities, or release one",
     quarantine,
     {"node"},
     1,
     2,
     {"list", "release"}},
    {"followers",
     "[NAME] | rewind NAME POSITION | skip NAME REASON",
     "the journal's followers: cursor, lag, failures; move a cursor; skip a failing event",
     followers,
     {"node"},
     0,
     100,
     {"rewind", "skip", "settlement", "agents", "transaction_submission", "sponsorship"}},
    {"parked",
     "FOLLOWER | release FOLLOWER KEY | skip FOLLOWER KEY REASON",
     "a follower's parked keys; retry a key now; skip a key's first event",
     parked,
     {},
     1,
     100,
     {"release", "skip", "settlement", "agents", "sponsorship"}},
    {"listing",
     "end LISTING REASON | cancel LISTING REASON | strike LISTING BID REASON",
     "end an auction, cancel a listing, or strike a bid; the reason is public",
     listing,
     {},
     2,
     100,
     {"end", "cancel", "strike"}},
    {"queue", "", "AI jobs in progress", look},
    {"budget", "", "today's fee budgets for users, studios and all users together, and the fee payer's balance", look},
    {"sessions", "[--user ID]", "active sessions", look, {"user"}},
    {"kick", "SESSION", "end a session", kick, {}, 1, 1},
    {"drain", "NODE", "hand over a node's entities and singletons to the other nodes", drain, {}, 1, 1},
    {"config", "[--node NAME]", "a node's effective settings", look, {"node"}},
    {"log",
     "LEVEL [--node NAME]",
     "set a node's minimum log level: debug, info, warning, error",
     set_log,
     {"node"},
     1,
     1,
     {"debug", "info", "warning", "error"}},
    {"dead-letters", "[--node NAME]", "dead letters: messages that no entity accepted", look, {"node"}},
    {"audit", "", "the operators' latest changes", look},
  };
  return all;
}

const command* find_command(const std::string& name) {
  const auto& all = commands();
  const auto it = std::find_if(all.begin(), all.end(), [&](const command& c) { return c.name == name; });
  return it == all.end() ? nullptr : &*it;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  std::string word;
  bool inside = false;
  char quote = 0;
  for (const char c : text) {
    if (quote != 0 ? c == quote : c == '"' || c == '\'') {
      quote = quote == 0 ? c : char{0};
      inside = true;
    } else if (quote == 0 && std::isspace(static_cast<unsigned char>(c))) {
      if (std::exchange(inside, false))
        out.push_back(std::exchange(word, {}));
    } else {
      word += c;
      inside = true;
    }
  }
  if (quote != 0)
    refuse("unclosed quote");
  if (inside)
    out.push_back(word);
  return out;
}

line parse(const std::vector<std::string>& words) {
  static const std::vector<std::string> flags{"diff", "once", "json", "yes"};
  line out;
  for (size_t i = 0; i < words.size(); ++i) {
    const auto& w = words[i];
    if (!w.starts_with("--")) {
      out.words.push_back(w);
      continue;
    }
    const auto equals = w.find('=');
    const auto name = w.substr(2, equals == w.npos ? w.npos : equals - 2);
    if (equals != w.npos)
      out.options[name] = w.substr(equals + 1);
    else if (std::find(flags.begin(), flags.end(), name) != flags.end())
      out.options[name] = {};
    else if (i + 1 < words.size())
      out.options[name] = words[++i];
    else
      refuse("--" + name + " requires a value");
  }
  return out;
}

void check_environment(const char* const* environment) {
  const std::string prefix = "AINFT_CONSOLE_";
  std::vector<std::string> known;
  for (const auto* name : {"CONNECT", "CERTIFICATE", "KEY", "AUTHORITY", "OPERATOR_KEY"})
    known.push_back(prefix + name);
  for (; environment && *environment; ++environment) {
    const std::string_view entry{*environment};
    const std::string name{entry.substr(0, entry.find('='))};
    if (!name.starts_with("AINFT_") || std::find(known.begin(), known.end(), name) != known.end())
      continue;
    const auto meant = config::did_you_mean(known, name);
    if (name.starts_with(prefix) || !meant.empty())
      refuse(name + " is not a variable of the console" + meant);
  }
}

request request_for(const line& l) {
  const auto* c = l.words.empty() ? nullptr : find_command(l.words[0]);
  if (!c)
    refuse(l.words.empty() ? "a command is required; see help" : "unknown command '" + l.words[0] + "'; see help");
  const auto count = l.words.size() - 1;
  if (count < c->least_words || count > c->most_words)
    refuse("usage: " + c->name + (c->usage.empty() ? "" : " " + c->usage));
  for (const auto& [name, value] : l.options)
    if (std::find(c->options.begin(), c->options.end(), name) == c->options.end())
      refuse(c->name + " has no option --" + name);
  return c->ask(l);
}

std::vector<std::string> completions(const std::string& text) {
  std::vector<std::string> out;
  const auto space = text.rfind(' ');
  const auto last = space == text.npos ? text : text.substr(space + 1);
  if (space == text.npos) {
    for (const auto& c : commands())
      if (c.name.starts_with(last))
        out.push_back(c.name);
    for (const auto* own : {"help", "quit"})
      if (std::string{own}.starts_with(last))
        out.emplace_back(own);
    return out;
  }
  const auto* c = find_command(text.substr(0, text.find(' ')));
  if (!c)
    return out;
  for (const auto& o : c->options)
    if (("--" + o).starts_with(last))
      out.push_back("--" + o);
  for (const auto& w : c->next_words)
    if (w.starts_with(last))
      out.push_back(w);
  return out;
}

} // namespace ainft::console
