#include "net/ai/remote/data_set.hpp"

#include "net/base64.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <nlohmann/json.hpp>

namespace ainft::ai::remote {

using nlohmann::json;
using runtime::errc;
using runtime::refuse;

namespace {

struct free_archive {
  void operator()(archive* a) const { archive_write_free(a); }
};
struct free_entry {
  void operator()(archive_entry* e) const { archive_entry_free(e); }
};

bool add_file(archive* to, const std::string& name, const std::string& bytes) {
  const std::unique_ptr<archive_entry, free_entry> entry{archive_entry_new()};
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_size(entry.get(), static_cast<int64_t>(bytes.size()));
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0644);
  return archive_write_header(to, entry.get()) == ARCHIVE_OK
         && archive_write_data(to, bytes.data(), bytes.size()) == static_cast<la_ssize_t>(bytes.size());
}

/// Appends the archive's output to the string at `to`.
la_ssize_t append(archive*, void* to, const void* bytes, size_t size) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

std::string numbered(size_t n) {
  auto digits = std::to_string(n);
  return std::string(3 - std::min<size_t>(3, digits.size()), '0') + digits;
}

} // namespace

std::string json_lines_of(const training& t) {
  std::string out;
  const auto question =
    t.trigger_word.empty() ? std::string{"Describe this picture."} : "Describe this picture of " + t.trigger_word + ".";
  for (const auto& e : t.examples) {
    const auto url = "data:image/" + e.extension + ";base64," + net::base64_encode(e.file);
    const json line{
      {"messages",
       {{{"role", "user"},
         {"content", {{{"type", "text"}, {"text", question}}, {{"type", "image_url"}, {"image_url", {{"url", url}}}}}}},
        {{"role", "assistant"}, {"content", e.caption}}}}};
    out += line.dump() + "\n";
  }
  return out;
}

runtime::result<std::string> zip_of(const training& t) {
  std::string out;
  const std::unique_ptr<archive, free_archive> a{archive_write_new()};
  // Pictures are already compressed. The block setting prevents padding at the end (libarchive pads for tapes).
  bool good = archive_write_set_format_zip(a.get()) == ARCHIVE_OK
              && archive_write_zip_set_compression_store(a.get()) == ARCHIVE_OK
              && archive_write_set_bytes_in_last_block(a.get(), 1) == ARCHIVE_OK
              && archive_write_open(a.get(), &out, nullptr, &append, nullptr) == ARCHIVE_OK;
  for (size_t i = 0; good && i < t.examples.size(); ++i) {
    const auto& e = t.examples[i];
    const auto name = numbered(i + 1);
    good = add_file(a.get(), name + "." + e.extension, e.file)
           && (e.caption.empty() || add_file(a.get(), name + ".txt", e.caption));
  }
  if (!good || archive_write_close(a.get()) != ARCHIVE_OK)
    return refuse(errc::internal, "cannot pack the data set");
  return out;
}

} // namespace ainft::ai::remote
