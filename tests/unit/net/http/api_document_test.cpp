#include "net/http/api_document.hpp"

#include "tests/support/values.hpp"

#include <gmock/gmock.h>

namespace ainft::api_test {

using thing_id = runtime::typed_id<"thg">;

AINFT_ENUM(kind, round, square)

struct new_thing {
  api_test::kind kind = kind::round;
  std::optional<uint32_t> radius;
  std::optional<uint32_t> width;
  std::optional<std::string> note;
};
AINFT_DESCRIBE(new_thing, (kind, about("Its form.")), (radius, needed_for("kind", "round"), between(1, 9)),
               (width, needed_for("kind", "square")), (note, only_for("kind", "square")))
AINFT_ABOUT(new_thing, "A thing to make.")

struct thing_view {
  thing_id id;
};
AINFT_DESCRIBE(thing_view, id)

struct filter {
  std::optional<api_test::kind> kind;
};
AINFT_DESCRIBE(filter, (kind, about("Only of this kind.")))

} // namespace ainft::api_test

namespace ainft::other_test {

struct thing {
  int x = 0;
};
AINFT_DESCRIBE(thing, x)

} // namespace ainft::other_test

namespace {

using namespace ainft;
using namespace ainft::http;
using namespace ainft::api_test;
using namespace ainft::testing_values;
using runtime::errc;

using answer = asio::awaitable<runtime::result<reply>>;
const handler none = [](call&) -> answer { co_return reply{}; };

struct things : route_table {
  things() {
    describe_tag("Things", "What is made.");
    json<new_thing>(verb::post, "/v1/things", "Things", "Make a thing", user_right("things.make"),
                    [](call&, new_thing) -> answer { co_return reply{}; })
      .named("makeThing")
      .sample(R"({"kind": "round", "radius": 2})")
      .refuses({errc::quota_exceeded})
      .versioned()
      .answers<thing_view>(201);
    get("/v1/things/{id}", "Things", "Get a thing", open_to_all, none)
      .named("getThing")
      .takes<thing_id>("The thing.")
      .versioned()
      .answers<thing_view>();
    json<thing_view>(verb::patch, "/v1/things/{id}", "Things", "Change a thing", user_right("things.change"),
                     [](call&, thing_view) -> answer { co_return reply{}; })
      .named("changeThing")
      .takes<thing_id>("The thing.")
      .versioned()
      .answers<thing_view>();
    get("/v1/things", "Things", "List things", open_to_all, none)
      .named("listThings")
      .filters<filter>()
      .answers_pages<thing_view>();
    get("/v1/probe", "Things", "Probe", open_to_all, none).named("probe").rate = rate_class::none;
  }
};

nlohmann::json document() { return api_document(things{}, {"Test", "1", "About.", "http://localhost"}); }

/// A table with one more route, which `complete` finishes. Returns the error of its document.
template <class F>
std::string error_of(F complete) {
  things t;
  complete(t);
  try {
    (void)api_document(t, {});
  } catch (const std::logic_error& e) {
    return e.what();
  }
  return "";
}

std::vector<std::string> fields_at_fault(std::string_view text) {
  const auto json = runtime::parse_json(text);
  const auto got = runtime::from_json<new_thing>(*json);
  std::vector<std::string> out;
  if (!got)
    for (const auto& f : runtime::explain(got.error()).fields)
      out.push_back(f.pointer + " " + f.rule);
  return out;
}

} // namespace

TEST(api_document, describes_operations_with_their_parameters_and_responses) {
  const auto doc = document();
  EXPECT_EQ(doc["openapi"], "3.1.0");
  EXPECT_EQ(doc["info"]["description"], "About.");
  EXPECT_EQ(doc["servers"][0]["url"], "http://localhost");
  EXPECT_EQ(doc["tags"][0]["name"], "Things");
  const auto& one = doc["paths"]["/v1/things/{id}"]["get"];
  EXPECT_EQ(one["operationId"], "getThing");
  EXPECT_EQ(one["parameters"][0]["in"], "path");
  EXPECT_EQ(one["parameters"][0]["schema"]["pattern"], "^thg_[0-7][0-9a-hjkmnp-tv-z]{25}$");
  EXPECT_EQ(one["parameters"][1]["name"], "If-None-Match");
  EXPECT_TRUE(one["responses"].contains("304"));
  EXPECT_TRUE(one["responses"]["200"]["headers"].contains("ETag"));
  EXPECT_FALSE(one.contains("security"));
  const auto& make = doc["paths"]["/v1/things"]["post"];
  EXPECT_TRUE(make.contains("security"));
  EXPECT_EQ(make["requestBody"]["required"], true);
  EXPECT_EQ(make["requestBody"]["content"]["application/json"]["example"]["radius"], 2);
  EXPECT_EQ(make["responses"]["201"]["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/Thing");
  const auto& too_many = make["responses"]["429"]["content"]["application/problem+json"]["schema"]["allOf"][1];
  EXPECT_EQ(too_many["properties"]["code"]["enum"], nlohmann::json::parse(R"(["rate_limited","quota_exceeded"])"));
  EXPECT_FALSE(make["responses"].contains("412")) << "there is no version before";
  for (const auto* status : {"201", "429"})
    for (const std::string name : {"RateLimit", "RateLimit-Policy"})
      EXPECT_EQ(make["responses"][status]["headers"][name]["$ref"], "#/components/headers/" + name);
  EXPECT_TRUE(doc["components"]["headers"]["RateLimit-Policy"].contains("description"));
  const auto& probe = doc["paths"]["/v1/probe"]["get"]["responses"]["200"];
  EXPECT_FALSE(probe["headers"].contains("RateLimit")) << "it has no rate class";
  const auto& change = doc["paths"]["/v1/things/{id}"]["patch"];
  EXPECT_TRUE(change["responses"].contains("412"));
  EXPECT_EQ(change["parameters"][1]["name"], "If-Match");
  const auto& list = doc["paths"]["/v1/things"]["get"];
  EXPECT_EQ(list["parameters"][0]["name"], "kind");
  EXPECT_EQ(list["parameters"][0]["schema"]["enum"], nlohmann::json::parse(R"(["round","square"])"));
  EXPECT_EQ(list["parameters"][1]["schema"]["maximum"], largest_page);
  EXPECT_EQ(list["responses"]["200"]["content"]["application/json"]["schema"]["$ref"],
            "#/components/schemas/ThingPage");
}

TEST(api_document, has_the_types_of_a_streamed_body) {
  things t;
  route upload;
  upload.method = verb::post;
  upload.path = "/v1/files";
  upload.tag = "Things";
  upload.body = body_kind::stream;
  upload.input_types = {"image/png", "video/mp4"};
  upload.function = none;
  t.add(std::move(upload)).named("upload");
  const auto doc = api_document(t, {});
  const auto& content = doc["paths"]["/v1/files"]["post"]["requestBody"]["content"];
  EXPECT_EQ(content.size(), 3u);
  for (const auto* type : {"image/png", "video/mp4"})
    EXPECT_EQ(content[type]["schema"]["format"], "binary") << type;
  EXPECT_EQ(content["multipart/form-data"]["encoding"]["file"]["contentType"], "image/png, video/mp4");
}

TEST(api_document, has_one_schema_for_each_kind) {
  const auto doc = document();
  const auto& all = doc["components"]["schemas"];
  EXPECT_EQ(all["NewThing"]["discriminator"]["mapping"]["square"], "#/components/schemas/NewThingSquare");
  EXPECT_EQ(all["NewThing"]["description"], "A thing to make.");
  EXPECT_EQ(all["NewThingRound"]["required"], nlohmann::json::parse(R"(["kind","radius"])"));
  EXPECT_EQ(all["NewThingRound"]["properties"]["radius"]["maximum"], 9);
  EXPECT_EQ(all["NewThingRound"]["properties"].size(), 2u);
  EXPECT_EQ(all["NewThingSquare"]["required"], nlohmann::json::parse(R"(["kind","width"])"));
  EXPECT_TRUE(all["NewThingSquare"]["properties"].contains("note"));
  EXPECT_EQ(doc.dump().find("api_test"), std::string::npos) << "a C++ type";
  EXPECT_EQ(doc.dump().find("x-"), std::string::npos);
}

TEST(api_document, has_the_rules_by_which_requests_are_refused) {
  using testing::ElementsAre;
  EXPECT_THAT(fields_at_fault(R"({"kind":"round"})"), ElementsAre("/radius is required if kind is round"));
  EXPECT_THAT(fields_at_fault(R"({"kind":"round","radius":10,"note":"x"})"),
              ElementsAre("/radius must be from 1 to 9", "/note must be absent if kind is round"));
  EXPECT_THAT(fields_at_fault(R"({"kind":"square","width":1,"note":"x"})"), ElementsAre());
  EXPECT_THAT(fields_at_fault(R"({"kind":"oval","radius":1})"), ElementsAre("/kind must be one of round, square"));
}

TEST(api_document, needs_complete_rows) {
  const auto one = [](route_table& t) -> route& {
    t.describe_tag("Things", "About.");
    return t.get("/v1/more/{id}", "Things", "Get more", open_to_all, none);
  };
  EXPECT_THAT(error_of([&](route_table& t) { one(t).takes<thing_id>("It."); }), testing::HasSubstr("have a name"));
  EXPECT_THAT(error_of([&](route_table& t) { one(t).named("x"); }), testing::HasSubstr("each parameter of its path"));
  EXPECT_THAT(error_of([&](route_table& t) { one(t).named("x").takes<thing_id>("It.").tag = "Others"; }),
              testing::HasSubstr("a tag that is not described: Others"));
  EXPECT_THAT(error_of([&](route_table& t) {
                for (const auto* path : {"/v1/a", "/v1/b"})
                  t.get(path, "Things", "", open_to_all, none).named("x");
                t.describe_tag("Things", "About.");
              }),
              testing::HasSubstr("the name of another route: x"));
  EXPECT_THAT(error_of([&](route_table& t) {
                t.describe_tag("Things", "About.");
                t.json<new_thing>(verb::post, "/v1/a", "Things", "", open_to_all,
                                  [](call&, new_thing) -> answer { co_return reply{}; })
                  .named("x")
                  .sample(R"({"kind": "round"})");
              }),
              testing::HasSubstr("a sample that its own check refuses"));
  EXPECT_EQ(error_of([&](route_table& t) { one(t).named("x").takes<thing_id>("It."); }), "");
}

TEST(api_document, has_no_two_types_with_one_name) {
  nlohmann::json components = nlohmann::json::object();
  runtime::json_schema schema{components};
  schema.of<thing_view>();
  EXPECT_NO_THROW(schema.of<thing_view>());
  EXPECT_THROW(schema.of<other_test::thing>(), std::logic_error);
}

TEST(api_name, comes_from_the_type) {
  EXPECT_EQ(runtime::api_name_of("ainft::ai_job::job_order"), "JobOrder");
  EXPECT_EQ(runtime::api_name_of("ainft::listing::view"), "Listing");
  EXPECT_EQ(runtime::api_name_of("ainft::listing::summary"), "ListingSummary");
  EXPECT_EQ(runtime::api_name_of("ainft::listing::bid_view"), "Bid");
  EXPECT_EQ(runtime::api_name_of("view"), "");
}
