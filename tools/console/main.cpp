// The operators' console: a prompt, or a single command.
#include "actors/platform/version.hpp"
#include "tools/console/commands.hpp"
#include "tools/console/node_link.hpp"
#include "tools/console/show.hpp"

#include <editline/readline.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <thread>

#include <poll.h>
#include <unistd.h>

namespace {

using namespace ainft::console;
using json = nlohmann::json;

constexpr const char* usage = R"(ainft-console [OPTION...] [COMMAND...]: inspects and controls AiNFT nodes.

  --connect HOST:PORT     console port of any node                        AINFT_CONSOLE_CONNECT
  --certificate FILE      certificate from the cluster's authority        AINFT_CONSOLE_CERTIFICATE
  --key FILE              private key of the certificate                  AINFT_CONSOLE_KEY
  --authority FILE        certificate of the cluster's authority          AINFT_CONSOLE_AUTHORITY
  --operator-key FILE     the operator's key, in the file's first line    AINFT_CONSOLE_OPERATOR_KEY
  --json                  prints responses as JSON
  --yes                   makes changes without asking
  --version               prints the version

Without a command, it shows a prompt with history and completion.
Exit codes: 0 success, 1 the command failed or a node rejected it, 2 usage error.

)";

std::string help_text() {
  std::string out;
  for (const auto& c : commands())
    out += "  " + c.name + (c.usage.empty() ? "" : " " + c.usage) + "\n      " + c.help + "\n";
  return out;
}

/// An option of the program, from the command line or else from the environment.
std::string setting(std::map<std::string, std::string>& options, const std::string& name, const char* variable) {
  if (auto it = options.extract(name))
    return it.mapped();
  const char* value = std::getenv(variable);
  return value ? value : "";
}

struct session {
  node_link& link;
  bool as_json;
  bool says_yes;
  bool terminal = isatty(STDOUT_FILENO) != 0;

  /// Asks before a change. Without a terminal on stdin, a change needs --yes.
  bool confirmed(const request& r) const {
    if (r.method == "GET" || says_yes)
      return true;
    if (!isatty(STDIN_FILENO)) {
      std::cerr << "this command changes something: confirm with --yes\n";
      return false;
    }
    std::cerr << r.method << " " << r.target << (r.body.empty() ? "" : " " + r.body) << "\nContinue? [y/N] "
              << std::flush;
    std::string said;
    return std::getline(std::cin, said) && (said == "y" || said == "Y" || said == "yes");
  }

  /// Waits up to `ms` milliseconds. Returns true if there is input on the terminal: the operator wants to end.
  static bool ended(int ms) {
    pollfd in{STDIN_FILENO, POLLIN, 0};
    return isatty(STDIN_FILENO) ? poll(&in, 1, ms) > 0
                                : (std::this_thread::sleep_for(std::chrono::milliseconds{ms}), false);
  }

  int once(const line& l, const request& r) const {
    const auto reply = link.call(r.method, r.target, r.body);
    const auto answer = reply.body.empty() ? json::object() : json::parse(reply.body, nullptr, false);
    if (reply.status >= 400) {
      std::cerr << (as_json ? reply.body : problem_text(answer)) << "\n";
      return 1;
    }
    if (as_json)
      std::cout << reply.body << "\n";
    else if (reply.body.empty())
      std::cout << "done\n";
    else
      std::cout << (r.repeats && terminal ? "\033[H\033[2J" : "") << shown(l, answer, terminal);
    std::cout << std::flush;
    return 0;
  }

  int run(line l) const {
    const auto r = request_for(l);
    if (!confirmed(r))
      return 2;
    int out = once(l, r);
    while (out == 0 && r.repeats && !ended(500))
      out = once(l, r);
    return out;
  }

  /// Runs one command and prints its errors. Returns the exit code.
  int attempt(const line& l) const {
    try {
      return run(l);
    } catch (const std::invalid_argument& e) {
      std::cerr << e.what() << "\n";
      return 2;
    } catch (const std::runtime_error& e) {
      std::cerr << e.what() << "\n";
      return 1;
    }
  }
};

char* next_completion(const char* text, int state) {
  static std::vector<std::string> found;
  static size_t at;
  if (state == 0) {
    const std::string line{rl_line_buffer, static_cast<size_t>(rl_point)};
    found = completions(line);
    at = 0;
  }
  (void)text;
  return at < found.size() ? strdup(found[at++].c_str()) : nullptr;
}

char** complete(const char* text, int, int) {
  rl_attempted_completion_over = 1;
  return rl_completion_matches(text, next_completion);
}

int prompt(const session& s) {
  const char* home = std::getenv("HOME");
  const auto history = std::string{home ? home : "."} + "/.ainft_console_history";
  rl_initialize();
  rl_attempted_completion_function = complete;
  static char breaks[] = " ";
  rl_completer_word_break_characters = breaks;
  using_history();
  read_history(history.c_str());
  stifle_history(1000);
  std::cout << "help lists the commands, quit ends.\n";
  while (char* read = readline("ainft> ")) {
    const std::string text{read};
    std::free(read);
    std::vector<std::string> words;
    try {
      words = split(text);
    } catch (const std::invalid_argument& e) {
      std::cerr << e.what() << "\n";
      continue;
    }
    if (words.empty())
      continue;
    add_history(text.c_str());
    write_history(history.c_str());
    if (words[0] == "quit" || words[0] == "exit")
      break;
    if (words[0] == "help") {
      std::cout << help_text();
      continue;
    }
    try {
      (void)s.attempt(parse(words));
    } catch (const std::invalid_argument& e) {
      std::cerr << e.what() << "\n";
    }
  }
  return 0;
}

std::string first_line(const std::string& file) {
  std::ifstream in{file};
  std::string out;
  if (!std::getline(in, out))
    throw std::invalid_argument{"--operator-key: " + file + " cannot be read"};
  return out;
}

link_settings link_of(line& all) {
  link_settings out;
  auto connect = setting(all.options, "connect", "AINFT_CONSOLE_CONNECT");
  const auto colon = connect.rfind(':');
  if (colon == connect.npos)
    throw std::invalid_argument{"--connect HOST:PORT is required; see --help"};
  out.host = connect.substr(0, colon);
  const auto port = std::strtoul(connect.c_str() + colon + 1, nullptr, 10);
  if (port == 0 || port > 65535)
    throw std::invalid_argument{"--connect: the port must be from 1 to 65535"};
  out.port = static_cast<uint16_t>(port);
  out.certificate_file = setting(all.options, "certificate", "AINFT_CONSOLE_CERTIFICATE");
  out.key_file = setting(all.options, "key", "AINFT_CONSOLE_KEY");
  out.authority_file = setting(all.options, "authority", "AINFT_CONSOLE_AUTHORITY");
  for (const auto& [file, name] :
       {std::pair{&out.certificate_file, "certificate"}, {&out.key_file, "key"}, {&out.authority_file, "authority"}})
    if (file->empty() || !std::ifstream{*file})
      throw std::invalid_argument{std::string{"--"} + name + " must name a readable file; see --help"};
  out.operator_key = first_line(setting(all.options, "operator-key", "AINFT_CONSOLE_OPERATOR_KEY"));
  return out;
}

} // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  const std::vector<std::string> args{argv + 1, argv + argc};
  if (std::find(args.begin(), args.end(), "--help") != args.end()
      || std::find(args.begin(), args.end(), "-h") != args.end()) {
    std::cout << usage << help_text();
    return 0;
  }
  if (args == std::vector<std::string>{"--version"}) {
    std::cout << "ainft-console " << ainft::api_version << '\n';
    return 0;
  }
  try {
    auto all = parse(args);
    if (all.words == std::vector<std::string>{"help"}) {
      std::cout << usage << help_text();
      return 0;
    }
    check_environment(environ);
    const bool as_json = all.options.erase("json") > 0, says_yes = all.options.erase("yes") > 0;
    node_link link{link_of(all)};
    const session s{link, as_json, says_yes};
    return all.words.empty() ? prompt(s) : s.attempt(all);
  } catch (const std::exception& e) {
    std::cerr << "ainft-console: " << e.what() << "\n";
    return 2;
  }
}
