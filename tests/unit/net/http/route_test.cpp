#include "net/http/route.hpp"
#include "tests/support/values.hpp"

namespace {

using namespace ainft::http;
using ainft::runtime::errc;
using ainft::testing_values::code_of;

struct some_routes : route_table {
  some_routes() {
    const handler none = [](call&) -> asio::awaitable<ainft::runtime::result<reply>> { co_return reply{}; };
    get("/v1/things", "T", "all", open_to_all, none);
    get("/v1/things/{id}", "T", "one", user_right("things.read"), none);
    post("/v1/things/{id}/parts", "T", "add", user_right("things.add"), none);
  }
};

} // namespace

TEST(route_table, finds_a_route_and_its_parameters) {
  const some_routes t;
  std::vector<std::string_view> parameters;
  const auto found = t.find(verb::get, "/v1/things/abc", parameters);
  ASSERT_TRUE(found);
  EXPECT_EQ((*found)->path, "/v1/things/{id}");
  EXPECT_EQ(parameters, std::vector<std::string_view>{"abc"});
}

TEST(route_table, tells_an_unknown_path_from_a_method_that_is_not_accepted) {
  const some_routes t;
  std::vector<std::string_view> parameters;
  EXPECT_EQ(code_of(t.find(verb::get, "/v1/other", parameters)), errc::not_found);
  EXPECT_EQ(code_of(t.find(verb::get, "/v1/things/", parameters)), errc::not_found);
  EXPECT_EQ(code_of(t.find(verb::delete_, "/v1/things/abc", parameters)), errc::method_not_allowed);
  EXPECT_EQ(t.methods_of("/v1/things/abc"), "GET, HEAD");
  EXPECT_EQ(t.methods_of("/v1/things/abc/parts"), "POST");
  EXPECT_EQ(t.methods_of("/v1/things/abc/others"), "");
  EXPECT_EQ(code_of(t.find(verb::get, std::string(4'000, '/'), parameters)), errc::not_found);
  EXPECT_TRUE(t.find(verb::head, "/v1/things", parameters));
}

TEST(route_table, takes_only_rights_with_a_name_and_one_kind_of_holder) {
  const handler none = [](call&) -> asio::awaitable<ainft::runtime::result<reply>> { co_return reply{}; };
  for (const char* name : {"", "things", ".read", "things.", "things.read.all", "Things.read"}) {
    some_routes t;
    EXPECT_THROW(t.get("/v1/others", "T", "", user_right(name), none), std::logic_error) << name;
    EXPECT_THROW(t.get("/v1/others", "T", "", operator_right(name), none), std::logic_error) << name;
  }
  some_routes t;
  EXPECT_THROW(t.get("/v1/others", "T", "", operator_right("things.read"), none), std::logic_error);
  EXPECT_THROW(t.get("/v1/others", "T", "", right{"things.read", holder::anyone}, none), std::logic_error);
  EXPECT_NO_THROW(t.get("/v1/others", "T", "", user_right("things.read"), none));
}
