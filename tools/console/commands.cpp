#include "tools/console/commands.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace ainft::console {

namespace {

using json = nlohmann::json;

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument{what}; }

std::string escaped(const std::string& text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const unsigned char c : text)
    if (std::isalnum(c) || c == '-' || c == '_' || c == '.')
      out += static_cast<char>(c);
    else
      out.append({'%', hex[c >> 4], hex[c & 15]});
  return out;
}

/// The options that are query parameters of the same name.
std::string query_of(const line& l, std::initializer_list<const char*> names) {
  std::string out;
  for (const auto* name : names)
    if (const auto it = l.options.find(name); it != l.options.end())
      out += (out.empty() ? "?" : "&") + std::string{name} + "=" + escaped(it->second);
  return out;
}

/// "listing/lst_…" as the path of an entity.
std::string entity_path(const std::string& what) {
  const auto slash = what.find('/');
  if (slash == what.npos || slash == 0 || slash + 1 == what.size())
    refuse("'" + what + "' is no entity: say which as KIND/ID, such as listing/lst_01j…");
  return "/v1/admin/entities/" + escaped(what.substr(0, slash)) + "/" + escaped(what.substr(slash + 1));
}

std::string joined(const std::vector<std::string>& words, size_t from) {
  std::string out;
  for (size_t i = from; i < words.size(); ++i)
    out += (i == from ? "" : " ") + words[i];
  return out;
}

bool has(const line& l, const char* option) { return l.options.contains(option); }

/// A TypeID, or a UUID.
bool is_id(const std::string& text) {
  const auto cut = text.rfind('_');
  return (cut != text.npos && text.size() - cut == 27) || (text.size() == 36 && std::count(text.begin(), text.end(), '-') == 4);
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
    refuse("say: quarantine list, or quarantine release KIND/ID");
  const auto path = entity_path(l.words[2]);
  return {"POST", "/v1/admin/quarantine" + path.substr(std::string{"/v1/admin/entities"}.size()) + "/release", {}};
}

request followers(const line& l) {
  const auto& w = l.words;
  if (w.size() == 1)
    return {"GET", "/v1/admin/followers" + query_of(l, {"node"}), {}};
  const auto path = [](const std::string& name) { return "/v1/admin/followers/" + escaped(name); };
  if (w[1] == "rewind" && w.size() == 4)
    return {"POST", path(w[2]) + "/rewind", json{{"to", w[3]}}.dump()};
  if (w[1] == "skip" && w.size() >= 4)
    return {"POST", path(w[2]) + "/skip", json{{"reason", joined(w, 3)}}.dump()};
  if (w.size() == 2 && w[1] != "rewind" && w[1] != "skip")
    return {"GET", path(w[1]), {}};
  refuse("say: followers [NAME], followers rewind NAME POSITION, or followers skip NAME REASON");
}

request journal(const line& l) {
  return {"GET", entity_path(l.words[1]) + "/journal" + query_of(l, {"at", "from"}), {}};
}

} // namespace

const std::vector<command>& commands() {
  static const std::vector<command> all{
    {"cluster", "[--node NAME]", "the nodes: roles, shards, links, singletons", {"node"}, 0, 0},
    {"tree", "[--node NAME]", "a node's supervisors, what they keep alive, restarts and failures", {"node"}, 0, 0},
    {"top", "[--node NAME] [--ms N] [--limit N] [--once]", "a node's busiest actors, live", {"node", "ms", "limit", "once"}, 0, 0},
    {"inspect", "KIND/ID", "an entity as its actor has it", {}, 1, 1},
    {"mailbox", "KIND/ID", "what waits for an entity, and what it has in flight", {}, 1, 1},
    {"journal", "KIND/ID [--from N] [--at N] [--diff]", "its events; --at: the state as of one; --diff: what each changed", {"from", "at", "diff"}, 1, 1},
    {"replay", "KIND/ID", "apply its journal again, and compare with the live state and the read models", {}, 1, 1},
    {"trace", "KIND/ID [--once]", "the messages that its actor takes, live", {"once"}, 1, 1},
    {"passivate", "KIND/ID", "have an entity leave memory", {}, 1, 1},
    {"restart", "KIND/ID | SUPERVISOR/CHILD [--node NAME]", "read an entity again from the journal, or restart a part of the tree", {"node"}, 1, 1},
    {"quarantine", "list [--node NAME] | release KIND/ID", "what could not be loaded", {"node"}, 1, 2},
    {"followers", "[NAME] | rewind NAME POSITION | skip NAME REASON", "the journal's followers: place, lag, failures", {"node"}, 0, 100},
    {"queue", "", "AI jobs under way", {}, 0, 0},
    {"sessions", "[--user ID]", "who is signed in", {"user"}, 0, 0},
    {"kick", "SESSION", "end a session", {}, 1, 1},
    {"drain", "NODE", "have a node hand everything over to the others", {}, 1, 1},
    {"config", "[--node NAME]", "a node's settings", {"node"}, 0, 0},
    {"log", "LEVEL [--node NAME]", "what a node logs: debug, info, warning, error", {"node"}, 1, 1},
    {"dead-letters", "[--node NAME]", "messages that no entity took", {"node"}, 0, 0},
    {"audit", "", "what operators changed", {}, 0, 0},
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
    refuse("a quote is not closed");
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
      refuse("--" + name + " needs a value");
  }
  return out;
}

request request_for(const line& l) {
  const auto* c = l.words.empty() ? nullptr : find_command(l.words[0]);
  if (!c)
    refuse(l.words.empty() ? "say what to do" : "there is no command '" + l.words[0] + "'; see help");
  const auto count = l.words.size() - 1;
  if (count < c->least_words || count > c->most_words)
    refuse("say: " + c->name + " " + c->usage);
  for (const auto& [name, value] : l.options)
    if (std::find(c->options.begin(), c->options.end(), name) == c->options.end())
      refuse(c->name + " has no option --" + name);
  const auto& w = l.words;
  const auto node = query_of(l, {"node"});
  if (c->name == "cluster" || c->name == "tree" || c->name == "config" || c->name == "dead-letters")
    return {"GET", "/v1/admin/" + c->name + node, {}};
  if (c->name == "top")
    return {"GET", "/v1/admin/top" + query_of(l, {"node", "ms", "limit"}), {}, !has(l, "once")};
  if (c->name == "inspect" || c->name == "mailbox")
    return {"GET", entity_path(w[1]), {}};
  if (c->name == "journal")
    return journal(l);
  if (c->name == "replay")
    return {"GET", entity_path(w[1]) + "/replay", {}};
  if (c->name == "trace")
    return {"GET", entity_path(w[1]) + "/trace", {}, !has(l, "once")};
  if (c->name == "passivate")
    return {"POST", entity_path(w[1]) + "/passivate", {}};
  if (c->name == "restart")
    return restart(l);
  if (c->name == "quarantine")
    return quarantine(l);
  if (c->name == "followers")
    return followers(l);
  if (c->name == "sessions")
    return {"GET", "/v1/admin/sessions" + query_of(l, {"user"}), {}};
  if (c->name == "kick")
    return {"POST", "/v1/admin/sessions/" + escaped(w[1]) + "/end", {}};
  if (c->name == "drain")
    return {"POST", "/v1/admin/drain?node=" + escaped(w[1]), {}};
  if (c->name == "log")
    return {"POST", "/v1/admin/log" + node, json{{"level", w[1]}}.dump()};
  return {"GET", "/v1/admin/" + c->name, {}};
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
  static const std::map<std::string, std::vector<std::string>> words{
    {"quarantine", {"list", "release"}}, {"followers", {"rewind", "skip", "settlement", "agents", "transaction_submission"}}, {"log", {"debug", "info", "warning", "error"}}};
  static const std::vector<std::string> kinds{"listing/", "nft/", "studio/", "user/", "session/", "asset/", "transaction/", "ai_job/", "agent/", "prompt_template/"};
  const auto found = words.find(c->name);
  const bool takes_entity = c->usage.find("KIND/ID") != std::string::npos;
  for (const auto& w : found != words.end() ? found->second : takes_entity ? kinds : std::vector<std::string>{})
    if (w.starts_with(last))
      out.push_back(w);
  return out;
}

} // namespace ainft::console
