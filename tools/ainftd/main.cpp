#include "actors/kinds.hpp"
#include "config/logging.hpp"
#include "config/options.hpp"
#include "tools/ainftd/node.hpp"

#include <sodium.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <iostream>

#include <sys/resource.h>

extern char** environ;

namespace {

/// Blocks the signals that stop the program, so that no thread but the one that waits for them gets one.
sigset_t block_stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return set;
}

/// A connection is a file: as many as the system allows, whatever a shell's default is.
void allow_many_files() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0)
    return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

int run(int argc, char** argv) {
  ainft::config::configuration config;
  config.program_name = argv[0];
  if (!config.load(argc, argv, environ))
    return 0;
  ainft::config::start_logging(config.values);
  allow_many_files();
  const auto stop_signals = block_stop_signals();
  ainft::node node{config};
  node.start();
  int which = 0;
  sigwait(&stop_signals, &which);
  spdlog::info("stopping");
  node.stop();
  spdlog::info("stopped");
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  if (sodium_init() < 0) {
    std::cerr << "ainftd: libsodium does not start\n";
    return 1;
  }
  ainft::register_types();
  try {
    return run(argc, argv);
  } catch (const std::exception& e) {
    std::cerr << "ainftd: " << e.what() << '\n';
    return 1;
  }
}
