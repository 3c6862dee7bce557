#include "net/http/dispatch.hpp"
#include "tests/support/values.hpp"

namespace {

using namespace ainft;
using namespace ainft::http;
using ainft::runtime::errc;

/// A route table with one route for each kind of right, and a policy that the test sets.
struct guarded_routes {
  route_table routes;
  std::vector<std::string> held; ///< rights of each signed-in caller
  server_hooks hooks;
  std::vector<std::string> asked; ///< the policy was asked about

  guarded_routes() {
    const handler none = [](call&) -> asio::awaitable<runtime::result<reply>> { co_return reply{}; };
    routes.get("/open", "T", "", open_to_all, none);
    routes.get("/mine", "T", "", user_right("things.read"), none);
    routes.get("/all", "T", "", operator_right("things.read_all"), none);
    hooks.within_rate = [](const call&) { return true; };
    hooks.holds = [this](const runtime::principal&, const right& what) {
      asked.emplace_back(what.name);
      return std::find(held.begin(), held.end(), what.name) != held.end();
    };
  }

  errc admit(std::string_view path, bool is_signed_in, std::optional<console_operator> console = {}) {
    const dispatcher front{routes, hooks};
    call c;
    c.method = verb::get;
    c.console = std::move(console);
    if (is_signed_in)
      c.who.user = runtime::uuid::make();
    if (auto bad = front.find_route(c, path))
      return runtime::explain(bad).code;
    const auto bad = front.admit(c);
    return bad ? runtime::explain(bad).code : errc::none;
  }
};

} // namespace

TEST(dispatcher, asks_the_policy_about_the_right_that_a_route_names) {
  guarded_routes r;
  EXPECT_EQ(r.admit("/open", false), errc::none);
  EXPECT_EQ(r.admit("/mine", false), errc::unauthenticated);
  EXPECT_EQ(r.admit("/all", false), errc::unauthenticated);
  EXPECT_TRUE(r.asked.empty()) << "nobody is signed in";
  EXPECT_EQ(r.admit("/mine", true), errc::forbidden);
  EXPECT_EQ(r.admit("/all", true), errc::forbidden);
  EXPECT_EQ(r.asked, (std::vector<std::string>{"things.read", "things.read_all"}));
  r.held = {"things.read"};
  EXPECT_EQ(r.admit("/mine", true), errc::none);
  EXPECT_EQ(r.admit("/all", true), errc::forbidden);
  r.held = {"things.read_all"};
  EXPECT_EQ(r.admit("/mine", true), errc::forbidden);
  EXPECT_EQ(r.admit("/all", true), errc::none);
}

TEST(dispatcher, lets_the_operators_of_a_console_call_their_own_routes_alone) {
  guarded_routes r;
  const console_operator ada{"ada", false};
  EXPECT_EQ(r.admit("/open", false, ada), errc::none);
  EXPECT_EQ(r.admit("/mine", false, ada), errc::forbidden);
  EXPECT_EQ(r.admit("/all", false, ada), errc::none);
  EXPECT_TRUE(r.asked.empty());
}

TEST(dispatcher, refuses_unknown_query_parameters_where_the_query_selects_something) {
  guarded_routes r;
  const handler none = [](call&) -> asio::awaitable<runtime::result<reply>> { co_return reply{}; };
  r.routes.get("/list", "T", "", open_to_all, none).asks<std::string>("state", "Only these.");
  r.routes.get("/picture", "T", "", open_to_all, none).asks<std::string>("expires", "When.").answers_type("*/*");
  r.routes.post("/drain", "T", "", operator_right("nodes.drain"), none).asks<std::string>("node", "Which.");
  r.routes.post("/write", "T", "", user_right("things.write"), none).asks<std::string>("x", "What.");
  const dispatcher front{r.routes, r.hooks};
  const auto pointer = [&](verb method, std::string_view target) {
    call c;
    c.method = method;
    const auto bad = front.find_route(c, target);
    return bad ? runtime::explain(bad).fields.at(0).pointer : "";
  };
  EXPECT_EQ(pointer(verb::get, "/list?state=live"), "");
  EXPECT_EQ(pointer(verb::get, "/list?stat=live"), "/query/stat");
  EXPECT_EQ(pointer(verb::head, "/list?stat=live"), "/query/stat");
  EXPECT_EQ(pointer(verb::post, "/drain?nod=b"), "/query/nod") << "another node would drain";
  EXPECT_EQ(pointer(verb::get, "/picture?ext=png"), "") << "wallets append parameters to a picture's address";
  EXPECT_EQ(pointer(verb::get, "/open?anything=1"), "") << "nothing depends on the query";
  EXPECT_EQ(pointer(verb::post, "/write?y=1"), "") << "an Idempotency-Key belongs to any query";
}

TEST(dispatcher, names_each_unknown_repeated_or_invalid_query_parameter) {
  guarded_routes r;
  const handler none = [](call&) -> asio::awaitable<runtime::result<reply>> { co_return reply{}; };
  r.routes.get("/checked", "T", "", open_to_all, none).asks<std::string>("a", "What.").check_query = [](const call&) {
    return runtime::refuse_field("/query/a", "is wrong");
  };
  const dispatcher front{r.routes, r.hooks};
  const auto pointers = [&](std::string_view target) {
    call c;
    c.method = verb::get;
    std::string out;
    for (const auto& f : runtime::explain(front.find_route(c, target)).fields)
      out += f.pointer + " ";
    return out;
  };
  EXPECT_EQ(pointers("/checked?b=1&a=1&c=1"), "/query/b /query/c /query/a ");
  call c;
  c.method = verb::get;
  r.routes.get("/two", "T", "", open_to_all, none).asks<std::string>("a", "What.").asks<std::string>("b", "What.");
  EXPECT_EQ(runtime::explain(front.find_route(c, "/two?c=1")).detail,
            "the query parameter c is unknown; this route has a, b");
  EXPECT_EQ(pointers("/checked?a=1"), "") << "the route itself refuses";
  EXPECT_EQ(pointers("/checked?b=1&b=2&a=1&a=2&b=3"), "/query/a /query/b ");
}
