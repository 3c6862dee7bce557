#include "tools/console/show.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

namespace ainft::console {

namespace {

using json = nlohmann::json;

class painter {
public:
  explicit painter(bool on) : on_{on} {}
  [[nodiscard]] std::string bold(const std::string& t) const { return in("1", t); }
  [[nodiscard]] std::string dim(const std::string& t) const { return in("2", t); }
  [[nodiscard]] std::string good(const std::string& t) const { return in("32", t); }
  [[nodiscard]] std::string bad(const std::string& t) const { return in("31", t); }
  [[nodiscard]] std::string warn(const std::string& t) const { return in("33", t); }

private:
  [[nodiscard]] std::string in(const char* code, const std::string& t) const {
    return on_ && !t.empty() ? "\033[" + std::string{code} + "m" + t + "\033[0m" : t;
  }
  bool on_;
};

std::string text(const json& x) {
  if (x.is_null())
    return "";
  if (x.is_string())
    return x.get<std::string>();
  if (x.is_number_float()) {
    char out[32];
    std::snprintf(out, sizeof out, "%.1f", x.get<double>());
    return out;
  }
  if (x.is_array()) {
    std::string out;
    for (const auto& item : x)
      out += (out.empty() ? "" : ",") + text(item);
    return out;
  }
  return x.dump();
}

std::string at(const json& x, const char* name) {
  const auto it = x.find(name);
  return it == x.end() ? "" : text(*it);
}

/// Rows below a header. Each column is as wide as its longest cell.
class table {
public:
  explicit table(std::vector<std::string> head) : rows_{std::move(head)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  [[nodiscard]] std::string str(const painter& p) const {
    std::vector<size_t> widths(rows_.front().size());
    for (const auto& row : rows_)
      for (size_t i = 0; i < row.size(); ++i)
        widths[i] = std::max(widths[i], row[i].size());
    std::string out;
    for (size_t r = 0; r < rows_.size(); ++r) {
      std::string one;
      for (size_t i = 0; i < rows_[r].size(); ++i)
        one += rows_[r][i] + (i + 1 < rows_[r].size() ? std::string(widths[i] - rows_[r][i].size() + 2, ' ') : "");
      out += (r == 0 ? p.dim(one) : one) + "\n";
    }
    return out;
  }

private:
  struct rows : std::vector<std::vector<std::string>> {
    explicit rows(std::vector<std::string> head) { push_back(std::move(head)); }
  } rows_;
};

std::string cluster(const line&, const json& a, const painter& p) {
  std::string out = p.bold("node " + at(a, "node"));
  if (!a.value("clustered", false))
    return out + " runs without a cluster: it has no cluster certificate\n";
  out +=
    ", epoch " + at(a, "epoch") + (a["mayServe"] == true ? "" : p.bad(", and this node's lease has expired")) + "\n\n";
  table members{{"node", "state", "link", "shards", "roles", "http", "since", "version"}};
  for (const auto& m : a["members"])
    members.add({at(m, "name"), at(m, "state"), at(m, "link"), at(m, "shards"), at(m, "roles"), at(m, "httpUrl"),
                 at(m, "startedAt"), at(m, "version")});
  out += members.str(p) + "\n";
  table singles{{"singleton", "on"}};
  for (const auto& s : a["singletons"])
    singles.add({at(s, "name"), at(s, "node")});
  return out + singles.str(p);
}

void branch(std::string& out, const json& x, const std::string& before, bool last, const painter& p, bool is_top) {
  const auto state = at(x, "state");
  out += before + (is_top ? "" : last ? "└─ " : "├─ ") + p.bold(at(x, "name"));
  if (x.value("isSupervisor", false) && x.contains("strategy"))
    out += p.dim(" (" + at(x, "strategy") + ")");
  if (!is_top)
    out += " " + (state == "running" ? p.good(state) : state == "failed" ? p.bad(state) : p.warn(state));
  if (x.value("restarts", 0) > 0)
    out += p.warn(", restarts: " + at(x, "restarts"));
  if (x.contains("lastFailure"))
    out += p.bad(", last failure " + at(x, "failedAt") + ": " + at(x, "lastFailure"));
  const auto& children = x["children"];
  if (const auto about = at(x, "about"); !about.empty())
    out += p.dim(": " + about);
  out += "\n";
  for (size_t i = 0; i < children.size(); ++i)
    branch(out, children[i], is_top ? "" : before + (last ? "   " : "│  "), i + 1 == children.size(), p, false);
}

std::string tree(const line&, const json& a, const painter& p) {
  std::string out;
  branch(out, a, "", true, p, true);
  return out;
}

std::string top(const line&, const json& a, const painter& p) {
  char memory[32];
  std::snprintf(memory, sizeof memory, "%.1f MiB", a["memoryBytes"].get<double>() / 1048576);
  std::string out = p.bold("node " + at(a, "node")) + ", " + memory + ", entities:";
  for (const auto& [kind, count] : a["entities"].items())
    if (count > 0)
      out += " " + kind + " " + text(count);
  out += "\n\n";
  table actors{{"actor", "id", "messages/s", "busy %", "mailbox"}};
  for (const auto& x : a["actors"])
    actors.add({at(x, "actor"), at(x, "id"), at(x, "messagesPerSecond"), at(x, "busyPercent"), at(x, "mailbox")});
  return out + actors.str(p);
}

std::string changes(const json& patch, const painter& p) {
  std::string out;
  for (const auto& c : patch) {
    const auto op = at(c, "op"), line = at(c, "path") + (c.contains("value") ? " " + c["value"].dump() : "");
    out += "        "
           + (op == "add"      ? p.good("+ " + line)
              : op == "remove" ? p.bad("- " + line)
                               : p.warn("~ " + line))
           + "\n";
  }
  return out;
}

std::string journal(const line& asked, const json& a, const painter& p) {
  std::string out = p.bold(at(a, "kind") + " " + at(a, "id")) + ", " + at(a, "version") + " events\n";
  const bool diff = asked.options.contains("diff") || asked.options.contains("at");
  for (const auto& e : a["events"]) {
    out += p.dim(at(e, "sequence") + "\t" + at(e, "at")) + "\t" + p.bold(at(e, "type")) + " " + e["data"].dump() + "\n";
    if (diff)
      out += changes(e["changes"], p);
  }
  if (a.contains("state"))
    out += p.bold("the state after event " + asked.options.at("at")) + "\n" + a["state"].dump(2) + "\n";
  return out;
}

std::string replay(const line&, const json& a, const painter& p) {
  std::string out = at(a, "kind") + " " + at(a, "id") + ", " + at(a, "events") + " events: ";
  if (a["equal"] == true)
    return out + p.good("the live state and the read models match the journal") + "\n";
  out += p.bad("the live state or the read models differ from the journal") + "\n" + changes(a["state"], p);
  for (const auto& r : a["rows"])
    out += "  " + at(r, "table") + "\n    " + p.good("journal: " + r["expected"].dump()) + "\n    "
           + p.bad("row:     " + r["found"].dump()) + "\n";
  return out;
}

std::string followers(const line&, const json& a, const painter& p) {
  if (!a.contains("items"))
    return a.dump(2) + "\n";
  std::string out = "the journal ends at " + at(a, "end") + "\n\n";
  table all{{"follower", "stored", "lag", "handled here", "failures", "parked", "fails at"}};
  for (const auto& f : a["items"]) {
    const auto here = f.value("here", json::object()), failing = here.value("failingAt", json::object());
    all.add(
      {at(f, "name"), at(f, "stored"), at(f, "lag"), at(here, "handled"), at(here, "failures"), at(f, "parked"),
       failing.empty() ? "" : at(failing, "event") + " of " + at(failing, "entity") + ": " + at(failing, "error")});
  }
  return out + all.str(p);
}

std::string budget(const line&, const json& a, const painter& p) {
  const auto& payer = a["feePayer"];
  const auto status = at(payer, "status");
  std::string out = "fee payer " + p.bold(at(payer, "address")) + " holds " + at(payer, "balance") + " lamports: "
                    + (status == "enough"    ? p.good(status)
                       : status == "stopped" ? p.bad(status)
                                             : p.warn(status))
                    + " (alarm below " + at(payer, "warningBalance") + ", stops below " + at(payer, "stopBalance")
                    + ")\nbudgets renew at " + at(a, "renewsAt") + "\n\n";
  table all{{"budget", "of", "limit", "reserved", "spent"}};
  for (const auto& b : a["items"])
    all.add({at(b, "scope"), at(b, "subject"), at(b, "limit"), at(b, "reserved"), at(b, "spent")});
  return out + all.str(p);
}

std::string trace(const line&, const json& a, const painter& p) {
  table all{{"at", "duration us", "message", "from"}};
  for (const auto& m : a["messages"])
    all.add({at(m, "at"), at(m, "tookUs"), at(m, "message"), at(m, "sender")});
  return "actor " + at(a, "actor") + " on " + at(a, "node") + "\n" + all.str(p);
}

std::string mailbox(const line&, const json& a, const painter&) {
  return at(a, "kind") + " " + at(a, "id") + " on " + at(a, "node") + ": " + at(a, "mailbox") + " waiting, "
         + at(a, "inFlight") + " in flight\n";
}

/// A list of flat objects.
std::string items(const json& a, const painter& p) {
  const auto& all = a["items"];
  if (all.empty())
    return p.dim("nothing") + "\n";
  std::vector<std::string> head;
  for (const auto& [name, value] : all.front().items())
    head.push_back(name);
  table out{head};
  for (const auto& x : all) {
    std::vector<std::string> row;
    row.reserve(head.size());
    for (const auto& name : head)
      row.push_back(at(x, name.c_str()));
    out.add(std::move(row));
  }
  return out.str(p);
}

} // namespace

std::string shown(const line& asked, const json& answer, bool colour) {
  static const std::map<std::string, std::string (*)(const line&, const json&, const painter&)> drawings{
    {"cluster", cluster},     {"tree", tree},     {"top", top},     {"journal", journal}, {"replay", replay},
    {"followers", followers}, {"budget", budget}, {"trace", trace}, {"mailbox", mailbox}};
  const painter p{colour};
  if (const auto own = drawings.find(asked.words[0]); own != drawings.end())
    return own->second(asked, answer, p);
  return answer.contains("items") ? items(answer, p) : answer.dump(2) + "\n";
}

std::string problem_text(const json& problem) {
  std::string out = at(problem, "title");
  if (const auto detail = at(problem, "detail"); !detail.empty())
    out += (out.empty() ? "" : ": ") + detail;
  return out.empty() ? "the node rejected the request without a reason" : out;
}

} // namespace ainft::console
