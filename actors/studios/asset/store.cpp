#include "actors/studios/asset/store.hpp"

#include "net/await.hpp"
#include "net/thread_pool.hpp"
#include "runtime/try.hpp"

#include <boost/asio/post.hpp>

#include <openssl/evp.h>

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <fstream>

namespace ainft::asset {

using runtime::errc;
using runtime::refuse;
using runtime::result;

namespace {

/// An upload that is not in the store yet. The destructor deletes its file, unless keep() has moved it.
class upload {
public:
  explicit upload(const std::filesystem::path& folder)
    : path_{folder / "incoming" / runtime::uuid::make().str()}, digest_{EVP_MD_CTX_new()} {
    std::filesystem::create_directories(path_.parent_path());
    fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    EVP_DigestInit_ex(digest_, EVP_sha256(), nullptr);
  }
  ~upload() {
    EVP_MD_CTX_free(digest_);
    if (fd_ >= 0)
      ::close(fd_);
    std::error_code ec;
    std::filesystem::remove(path_, ec);
  }
  upload(const upload&) = delete;
  upload& operator=(const upload&) = delete;

  bool write(std::string_view bytes) {
    EVP_DigestUpdate(digest_, bytes.data(), bytes.size());
    while (!bytes.empty()) {
      const auto n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0)
        return false;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  content_hash finish_hash() {
    unsigned char bytes[32];
    EVP_DigestFinal_ex(digest_, bytes, nullptr);
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    for (auto b : bytes) {
      text += hex[b >> 4];
      text += hex[b & 15];
    }
    return *content_hash::parse(text);
  }

  /// Blocking. Syncs the file, renames it, and syncs the folder, so that the file survives a crash.
  bool keep(const std::filesystem::path& as) {
    std::filesystem::create_directories(as.parent_path());
    if (::fsync(fd_) != 0)
      return false;
    std::error_code ec;
    std::filesystem::rename(path_, as, ec);
    const int folder = ::open(as.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool good = !ec && folder >= 0 && ::fsync(folder) == 0;
    if (folder >= 0)
      ::close(folder);
    return good;
  }

private:
  std::filesystem::path path_;
  EVP_MD_CTX* digest_;
  int fd_ = -1;
};

net::thread_pool& disk_threads() {
  static net::thread_pool pool{"disk", 2};
  return pool;
}

/// Decoding may take seconds of CPU time. It has its own threads, so that it does not block the network's.
net::thread_pool& decoder_threads(size_t count) {
  static net::thread_pool pool{"decoder", count};
  return pool;
}

/// The first `size` bytes of a file.
std::string read_file(const std::filesystem::path& path, uint64_t size) {
  std::string out(size, '\0');
  std::ifstream in{path, std::ios::binary};
  in.read(out.data(), static_cast<std::streamsize>(size));
  out.resize(static_cast<size_t>(in.gcount()));
  return out;
}

caf::error refuse_type() {
  return refuse(errc::unsupported_media_type, "the content " + runtime::enum_rule<media_type>());
}

result<media::facts> inspect_file(media_type type, std::string_view file, const media::limits& most) {
  switch (type) {
  case media_type::png: return media::inspect_png(file, most);
  case media_type::jpeg: return media::inspect_jpeg(file, most);
  case media_type::webp: return media::inspect_webp(file, most);
  case media_type::gif: return media::inspect_gif(file, most);
  case media_type::mp4: return media::inspect_mp4(file, most);
  }
  return refuse_type();
}

/// Blocking. Exceptions, also std::bad_alloc, become refusals.
result<media::facts> look_into(const std::filesystem::path& path, const stored_file& what, const media::limits& most) {
  try {
    auto found = inspect_file(what.type, read_file(path, what.size), most);
    if (!found && runtime::explain(found.error()).code == errc::validation_failed)
      return runtime::refuse_field("/file", runtime::explain(found.error()).detail);
    return found;
  } catch (const std::exception& e) {
    spdlog::error("cannot inspect a file of {} bytes: {}", what.size, e.what());
    return refuse(errc::unavailable, "the file could not be inspected; retry later");
  }
}

} // namespace

std::filesystem::path path_of(const std::filesystem::path& folder, const content_hash& sha256) {
  return folder / sha256.str().substr(0, 2) / sha256.str();
}

boost::asio::awaitable<result<stored_file>> store(const std::filesystem::path& folder, http::body_stream& body,
                                                  const media::upload_limits& limits) {
  upload file{folder};
  stored_file out;
  std::string first;
  std::vector<char> piece(64 * 1024);
  for (;;) {
    AINFT_CO_TRY(n, co_await body.read(piece.data(), piece.size()));
    if (n == 0)
      break;
    out.size += n;
    if (out.size > limits.most.bytes)
      co_return refuse(errc::payload_too_large,
                       "a file may have at most " + std::to_string(limits.most.bytes) + " bytes");
    if (first.size() < 16)
      first.append(piece.data(), std::min<size_t>(n, 16 - first.size()));
    if (first.size() >= 16 && !recognise(first))
      break; // unsupported type: the rest does not matter
    if (!file.write({piece.data(), n}))
      co_return refuse(errc::unavailable, "cannot write the file; the disk may be full");
  }
  if (out.size == 0)
    co_return refuse(errc::malformed_request, "the body is empty");
  const auto type = recognise(first);
  if (!type)
    co_return refuse_type();
  out.type = *type;
  out.sha256 = file.finish_hash();
  auto look = [path = file.path(), what = out, limits](std::function<void(result<media::facts>)> done) {
    boost::asio::post(decoder_threads(limits.at_once),
                      [=, done = std::move(done)] { done(look_into(path, what, limits.most)); });
  };
  AINFT_CO_TRY(found, co_await net::await_call<result<media::facts>>(std::move(look)));
  out.found = found;
  auto keep = [&file, as = path_of(folder, out.sha256)](std::function<void(bool)> done) {
    boost::asio::post(disk_threads(), [&file, as, done = std::move(done)] { done(file.keep(as)); });
  };
  if (!co_await net::await_call<bool>(std::move(keep)))
    co_return refuse(errc::unavailable, "cannot write the file; the disk may be full");
  co_return out;
}

} // namespace ainft::asset
