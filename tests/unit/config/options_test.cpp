#include "config/options.hpp"

#include <gtest/gtest.h>

namespace {

using ainft::config::configuration;

const std::string needed =
  "solana {\n  fee-payer-key-file = \"k\"\n  reserve-address = \"r\"\n}\nauth {\n  token-key-file = \"t\"\n}\n";

/// The error of loading these; empty if there is none.
std::string refusal(const std::string& file, std::vector<std::string> variables = {}) {
  configuration c;
  std::vector<char*> environment;
  for (auto& v : variables)
    environment.push_back(v.data());
  environment.push_back(nullptr);
  try {
    c.read_file("a.conf", file);
    c.read_environment(environment.data());
    return "";
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
}

std::string load(std::vector<std::string> args, configuration& c) {
  std::vector<char*> argv{const_cast<char*>("ainftd")};
  for (auto& a : args)
    argv.push_back(a.data());
  try {
    c.load(static_cast<int>(argv.size()), argv.data(), nullptr);
    return "";
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
}

const std::vector<std::string> enough{"--solana.fee-payer-key-file=k", "--solana.reserve-address=r",
                                      "--auth.token-key-file=t"};

} // namespace

TEST(configuration, reads_a_file) {
  configuration c;
  c.read_file("a.conf",
              "http {\n  port = 9000\n  cors-origins = [\"https://a.test\"]\n  idle-timeout = 5s\n}\n" + needed);
  EXPECT_EQ(c.values.http.port, 9000);
  EXPECT_EQ(c.values.http.cors_origins, std::vector<std::string>{"https://a.test"});
  EXPECT_EQ(c.values.http.idle_timeout, std::chrono::seconds{5});
  EXPECT_EQ(c.values.solana.reserve_address, "r");
}

TEST(configuration, refuses_an_unknown_setting_with_its_line_and_a_near_name) {
  EXPECT_EQ(refusal("http {\n  port = 80\n  threds = 4\n}\n"),
            "a.conf:3: http.threds is not a setting (did you mean http.threads?)");
}

TEST(configuration, refuses_a_value_of_another_type_with_its_line) {
  const auto said = refusal("log {\n  level = \"info\"\n}\nhttp {\n  port = \"many\"\n}\n");
  EXPECT_EQ(said.find("a.conf:5: http.port must be of type"), 0u) << said;
  EXPECT_EQ(refusal("http {\n  port = 70000\n}\n").find("a.conf:2: http.port must be"), 0u);
  EXPECT_EQ(refusal("\nhttp.port = 80\n"), "a.conf:2: a setting stands in its section: http { ... }");
}

TEST(configuration, refuses_a_section_that_is_never_closed) {
  EXPECT_EQ(refusal("http {\n  port = 1\n}\ncluster {\n  name = \"}\" # }\n"),
            "a.conf:4: what is opened here is never closed with '}'");
  EXPECT_EQ(refusal("http {\n  port = 1\n  cors-origins = [\"a\", \"b]\"\n}\n"),
            "a.conf:3: what is opened here is never closed with ']'");
  EXPECT_EQ(refusal("# {\nhttp {\n  public-url = \"a\\\"{[\"\n}\n"), "");
}

TEST(configuration, names_the_line_of_a_syntax_error) {
  const auto said = refusal("http {\n  port = \n}\n");
  EXPECT_EQ(said.find("a.conf:"), 0u) << said;
  EXPECT_NE(said.find("syntax error"), std::string::npos) << said;
}

TEST(configuration, lets_the_environment_override_the_file) {
  configuration c;
  c.read_file("a.conf", "http {\n  port = 9000\n}\n");
  EXPECT_EQ(c.values.http.port, 9000);
  std::string port = "AINFT_HTTP_PORT=9100", other = "PATH=/bin";
  char* environment[] = {port.data(), other.data(), nullptr};
  c.read_environment(environment);
  EXPECT_EQ(c.values.http.port, 9100);
  EXPECT_EQ(refusal("", {"AINFT_HTTP_PROT=1"}), "AINFT_HTTP_PROT: no setting has this variable");
  EXPECT_EQ(refusal("", {"AINFT_HTTP_PORT=x"}).find("AINFT_HTTP_PORT: http.port must be"), 0u);
}

TEST(configuration, takes_the_command_line_last_and_says_what_is_missing) {
  configuration c;
  auto args = enough;
  args.insert(args.end(), {"--http.port=9200", "--log.requests=false"});
  EXPECT_EQ(load(args, c), "");
  EXPECT_EQ(c.values.http.port, 9200);
  EXPECT_FALSE(c.values.log.requests);
  configuration empty;
  EXPECT_EQ(load({}, empty), "solana.fee-payer-key-file: is required");
}

TEST(configuration, keeps_values_in_their_ranges_and_passwords_out) {
  const auto with = [](const std::string& more) {
    configuration c;
    auto args = enough;
    args.push_back(more);
    return load(args, c);
  };
  EXPECT_EQ(with("--http.threads=0"), "http.threads: must be from 1 to 256");
  EXPECT_EQ(with("--solana.fee-bps=5001"), "solana.fee-bps: must be from 0 to 5000");
  EXPECT_EQ(with("--log.level=loud"), "log.level: must be debug, info, warning or error");
  EXPECT_EQ(with("--postgres.url=host=x password=y").find("postgres.url: must not hold a password"), 0u);
  EXPECT_NE(with("--no-such").find("--no-such is not an option"), std::string::npos);
  EXPECT_NE(with("--http.prt=1").find("did you mean http.port?"), std::string::npos);
}

TEST(configuration, refuses_rates_that_nothing_could_pass) {
  for (const auto* of : {"read", "write", "bid", "sign-in", "upload", "handshake"}) {
    const auto said = [&](const std::string& setting) {
      configuration c;
      auto args = enough;
      args.push_back("--rates." + std::string{of} + setting);
      return load(args, c);
    };
    EXPECT_NE(said("-burst=0").find("must be at least 1"), std::string::npos) << of;
    EXPECT_NE(said("-per-second=-1").find("must be at least 0"), std::string::npos) << of;
    EXPECT_EQ(said("-per-second=0"), "") << of;
  }
}

TEST(configuration, names_variables_after_settings) {
  EXPECT_EQ(ainft::config::variable_name("http.header-limit"), "AINFT_HTTP_HEADER_LIMIT");
}

TEST(configuration, keeps_the_conformance_mode_out_of_production) {
  const auto with = [](std::vector<std::string> more) {
    configuration c;
    std::vector<std::string> args = enough;
    args.emplace_back("--conformance.echo=true");
    for (auto& m : more)
      args.push_back(std::move(m));
    return load(std::move(args), c);
  };
  EXPECT_EQ(with({}), "");
  EXPECT_NE(with({"--http.public-url=https://nft.example"}).find("conformance.echo"), std::string::npos);
  EXPECT_NE(with({"--auth.chain-id=mainnet"}).find("conformance.echo"), std::string::npos);
}

TEST(configuration, refuses_realtime_settings_that_nothing_could_work_with) {
  for (const std::string bad :
       {"ping-interval=0s", "ping-timeout=0s", "upgrade-timeout=0s", "connect-timeout=0s", "replay-window=1s",
        "max-payload=10", "send-queue=10", "recent-events=1", "replays-at-once=0", "connects-at-once=0"}) {
    configuration c;
    auto args = enough;
    args.emplace_back("--realtime." + bad);
    EXPECT_NE(load(args, c).find("realtime." + bad.substr(0, bad.find('='))), std::string::npos) << bad;
  }
}
