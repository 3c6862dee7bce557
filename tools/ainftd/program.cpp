#include "tools/ainftd/program.hpp"

#include "actors/capability.hpp"
#include "actors/platform/version.hpp"
#include "actors/realtime/catalog.hpp"
#include "config/logging.hpp"
#include "config/options.hpp"
#include "tools/ainftd/node.hpp"

#include <sodium.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <vector>

#include <linux/close_range.h>
#include <sys/resource.h>
#include <unistd.h>

namespace {

/// The process sends itself this signal to restart: the node was declared dead, or an essential part has failed.
constexpr int death_signal = SIGUSR1;

/// Blocks the stop signals in all threads, so that only sigwait() takes them.
sigset_t block_stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, death_signal);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return set;
}

/// Each connection needs a file descriptor. Raises the soft limit to the hard limit.
void allow_many_files() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0)
    return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

/// A restarted node waits for the database, because it may have restarted for lack of it.
std::string patience = "--postgres.patience=24h";

bool begins_anew(int argc, char** argv) { return std::find(argv, argv + argc, patience) != argv + argc; }

/// Restarts the process as a new node. This ends all connections and all threads, even those that wait for something.
[[noreturn]] void begin_anew(int argc, char** argv) {
  std::vector<char*> args{argv, argv + argc};
  if (!begins_anew(argc, argv))
    args.push_back(patience.data());
  args.push_back(nullptr);
  close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
  execv("/proc/self/exe", args.data());
  std::perror("ainftd: cannot restart");
  std::_Exit(1);
}

/// Prints what `argument` asks for, if it asks for the description of realtime.
bool print_catalog(std::string_view argument) {
  if (argument == "--realtime")
    std::cout << ainft::realtime::catalog(ainft::api_version, "").dump(2) << '\n';
  else if (argument == "--realtime=markdown")
    std::cout << ainft::realtime::catalog_page();
  else
    return false;
  return true;
}

int run(int argc, char** argv) {
  ainft::config::configuration config{ainft::all_of(&ainft::capability::settings)};
  config.program_name = argv[0];
  if (!config.load(argc, argv, environ))
    return 0;
  ainft::config::start_logging(config.values);
  allow_many_files();
  const auto stop_signals = block_stop_signals();
  ainft::node node{config, [](const std::string& why) {
                     spdlog::error("{}: this node restarts", why);
                     kill(getpid(), death_signal);
                   }};
  node.start();
  int which = 0;
  sigwait(&stop_signals, &which);
  if (which == death_signal)
    begin_anew(argc, argv);
  spdlog::info("stopping");
  node.stop();
  spdlog::info("stopped");
  return 0;
}

} // namespace

int ainft::run_program(int argc, char** argv) {
  if (sodium_init() < 0) {
    std::cerr << "ainftd: cannot initialize libsodium\n";
    return 1;
  }
  if (begins_anew(argc, argv)) // closes connections that came in during the restart; nobody would answer them
    close_range(3, ~0u, 0);
  if (argc == 2 && std::string_view{argv[1]} == "--version") {
    std::cout << "ainftd " << ainft::api_version << '\n';
    return 0;
  }
  ainft::register_types();
  if (argc == 2 && print_catalog(argv[1]))
    return 0;
  try {
    return run(argc, argv);
  } catch (const std::exception& e) {
    std::cerr << "ainftd: " << e.what() << '\n';
    return 1;
  }
}
