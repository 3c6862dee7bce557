#include "config/options.hpp"

#include "actors/capability.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace {

/// A section of a capability.
struct offer_settings {
  caf::timespan lifetime = std::chrono::hours{24};
  uint32_t most_open = 20;
  uint32_t warn_at = 10;
  std::string currency = "SOL";

  void check(const ainft::config::requirement& need) const {
    need(warn_at <= most_open, "warn-at", "must be at most offers.most-open");
  }
};
AINFT_SETTINGS(offer_settings) {
  using namespace ainft::config;
  f("lifetime", x.lifetime, "how long an offer stands", between(std::chrono::minutes{1}, std::chrono::hours{720}));
  f("most-open", x.most_open, "open offers of one user", at_least(1));
  f("warn-at", x.warn_at, "open offers of one user at which the platform warns");
  f("currency", x.currency, "currency of offers", one_of({"SOL", "USDC"}));
}

const auto offers = ainft::config::section_of<offer_settings>("offers", "offers for NFTs");

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
  EXPECT_EQ(said.find("a.conf:5: http.port must be a whole number from 0 to 65535"), 0u) << said;
  EXPECT_EQ(refusal("http {\n  port = 70000\n}\n").find("a.conf:2: http.port must be"), 0u);
  EXPECT_EQ(refusal("\nhttp.port = 80\n"), "a.conf:2: write this setting inside its section: http { ... }");
}

TEST(configuration, says_the_form_and_the_range_of_a_value_of_another_type) {
  EXPECT_EQ(refusal("http {\n  probe-interval = \"soon\"\n}\n"),
            "a.conf:2: http.probe-interval must be a duration such as 500ms, 30s or 15min, from 10ms to 1min");
  EXPECT_EQ(refusal("", {"AINFT_HTTP_IDLE_TIMEOUT=soon"}),
            "AINFT_HTTP_IDLE_TIMEOUT: http.idle-timeout must be a duration such as 500ms, 30s or 15min");
}

TEST(configuration, refuses_a_section_that_is_never_closed) {
  EXPECT_EQ(refusal("http {\n  port = 1\n}\ncluster {\n  name = \"}\" # }\n"),
            "a.conf:4: this '{' has no matching '}'");
  EXPECT_EQ(refusal("http {\n  port = 1\n  cors-origins = [\"a\", \"b]\"\n}\n"),
            "a.conf:3: this '[' has no matching ']'");
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
  EXPECT_EQ(refusal("", {"AINFT_HTTP_PROT=1"}),
            "AINFT_HTTP_PROT: no setting corresponds to this variable (did you mean AINFT_HTTP_PORT?)");
  EXPECT_EQ(refusal("", {"AINFT_POSTGRES_PASWORD=x"}),
            "AINFT_POSTGRES_PASWORD: no setting corresponds to this variable (did you mean AINFT_POSTGRES_PASSWORD?)");
  EXPECT_EQ(refusal("", {"AINFT_QUITE_ANOTHER_NAME=x"}),
            "AINFT_QUITE_ANOTHER_NAME: no setting corresponds to this variable");
  EXPECT_EQ(refusal("", {"AINFT_HTTP_PORT=x"}).find("AINFT_HTTP_PORT: http.port must be"), 0u);
}

TEST(configuration, ignores_the_variables_of_other_programs) {
  EXPECT_EQ(refusal("", {"AINFT_CONSOLE_CONNECT=127.0.0.1:1", "AINFT_CONSOLE_KEY=k", "AINFT_URL=http://a.test",
                         "AINFTD=build/ainftd", "AINFT_CONFIG_FILE=f", "AINFT_POSTGRES_PASSWORD=p"}),
            "");
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
  EXPECT_EQ(with("--postgres.url=host=x password=y").find("postgres.url: must not contain a password"), 0u);
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

TEST(configuration, takes_a_capability_s_section_from_the_file_the_environment_and_the_command_line) {
  configuration c{{&offers}};
  const auto& values = c.sections.of<offer_settings>();
  c.read_file("a.conf", "offers {\n  lifetime = 5min\n  most-open = 7\n}\n");
  EXPECT_EQ(values.lifetime, std::chrono::minutes{5});
  EXPECT_EQ(values.most_open, 7u);
  std::string variable = "AINFT_OFFERS_MOST_OPEN=8";
  char* environment[] = {variable.data(), nullptr};
  c.read_environment(environment);
  EXPECT_EQ(values.most_open, 8u);
  auto args = enough;
  args.insert(args.end(), {"--offers.currency=USDC", "--offers.warn-at=3"});
  EXPECT_EQ(load(args, c), "");
  EXPECT_EQ(values.currency, "USDC");
  EXPECT_EQ(c.effective().at("offers.most-open"), "8");
  EXPECT_EQ(c.effective().at("offers.lifetime"), "5min");
}

TEST(configuration, checks_a_capability_s_section) {
  const auto with = [](const std::string& more) {
    configuration c{{&offers}};
    auto args = enough;
    args.push_back(more);
    return load(args, c);
  };
  EXPECT_EQ(with("--offers.lifetime=1min"), "");
  EXPECT_EQ(with("--offers.lifetime=59s"), "offers.lifetime: must be from 1min to 720h");
  EXPECT_EQ(with("--offers.lifetime=721h"), "offers.lifetime: must be from 1min to 720h");
  EXPECT_EQ(with("--offers.most-open=0"), "offers.most-open: must be at least 1");
  EXPECT_EQ(with("--offers.warn-at=21"), "offers.warn-at: must be at most offers.most-open");
  EXPECT_EQ(with("--offers.currency=sol"), "offers.currency: must be SOL or USDC");
  EXPECT_NE(with("--offers.lifetme=1h").find("did you mean offers.lifetime?"), std::string::npos);
}

TEST(configuration, shows_a_capability_s_section_in_the_help) {
  const configuration c{{&offers}};
  std::ostringstream help;
  c.print_help(help);
  EXPECT_NE(help.str().find("\noffers: offers for NFTs\n"), std::string::npos);
  EXPECT_NE(
    help.str().find("\n  --offers.lifetime=…    AINFT_OFFERS_LIFETIME\n      how long an offer stands (from 1min "
                    "to 720h) [24h]\n"),
    std::string::npos)
    << help.str();
}

TEST(configuration, is_described_completely_in_the_documentation) {
  const configuration c{ainft::all_of(&ainft::capability::settings)};
  std::ostringstream now;
  c.print_reference(now);
  std::ifstream in{TESTS_FOLDER "/../docs/settings.md"};
  std::ostringstream written;
  written << in.rdbuf();
  EXPECT_EQ(written.str(), now.str()) << "write it anew: ainftd --help=markdown > docs/settings.md";
}

TEST(rules, write_durations_in_their_largest_unit) {
  using namespace std::chrono;
  using ainft::config::rules::text_of;
  EXPECT_EQ(text_of(seconds{0}), "0s");
  EXPECT_EQ(text_of(hours{24}), "24h");
  EXPECT_EQ(text_of(seconds{90}), "90s");
  EXPECT_EQ(text_of(milliseconds{1'500}), "1500ms");
  EXPECT_EQ(text_of(nanoseconds{7}), "7ns");
}
