// resolve-load SOCKET PATH BODIES CALLS CONNECTIONS OUTSTANDING: calls a unary gRPC method over a
// Unix socket, with each message of BODIES in turn; fails where a call fails.
//
// As h2load, which sends one body only. BODIES holds gRPC messages with their prefixes, one behind
// the other. One thread; nothing is counted here: the server's CPU time is what is measured.

#include <nghttp2/nghttp2.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

[[noreturn]] void Fail(const std::string& words) {
  std::fprintf(stderr, "%s\n", words.c_str());
  std::exit(1);
}

struct Work {
  std::string path;
  std::vector<std::string_view> bodies;
  long calls = 0;
  long begun = 0;
  long succeeded = 0;
  long ended = 0;
};

class Connection {
 public:
  Connection(Work* work, const char* socket_path, int outstanding) : work_(work) {
    fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, socket_path, sizeof address.sun_path - 1);
    if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      Fail(std::string("cannot connect: ") + std::strerror(errno));
    }
    nghttp2_session_callbacks* callbacks;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, OnHeader);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, OnClose);
    nghttp2_session_client_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1 << 20}};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, 1);
    nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, 1 << 24);
    for (int i = 0; i < outstanding; ++i) Begin();
  }

  ~Connection() {
    nghttp2_session_del(session_);
    close(fd_);
  }

  int fd() const { return fd_; }

  // Sends all that there is to send; the socket blocks, and the server reads.
  void Send() {
    const uint8_t* bytes;
    std::string out;
    for (ssize_t count; (count = nghttp2_session_mem_send(session_, &bytes)) > 0;) {
      out.append(reinterpret_cast<const char*>(bytes), count);
    }
    for (size_t sent = 0; sent < out.size();) {
      const ssize_t count = write(fd_, out.data() + sent, out.size() - sent);
      if (count <= 0) Fail("the server closed a connection");
      sent += count;
    }
  }

  void Receive() {
    static uint8_t room[256 * 1024];
    const ssize_t count = read(fd_, room, sizeof room);
    if (count <= 0) Fail("the server closed a connection");
    if (nghttp2_session_mem_recv(session_, room, count) < 0) Fail("an answer is no HTTP/2");
  }

 private:
  struct Call {
    std::string_view body;
    bool succeeded = false;
  };

  void Begin() {
    if (work_->begun == work_->calls) return;
    auto* call = new Call{work_->bodies[work_->begun % work_->bodies.size()]};
    ++work_->begun;
    const auto field = [](const char* name, const std::string& value) {
      return nghttp2_nv{reinterpret_cast<uint8_t*>(const_cast<char*>(name)),
                        reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())),
                        std::strlen(name), value.size(), NGHTTP2_NV_FLAG_NONE};
    };
    static const std::string post = "POST", http = "http", host = "localhost",
                             type = "application/grpc", trailers = "trailers";
    const nghttp2_nv head[] = {field(":method", post),      field(":scheme", http),
                               field(":path", work_->path), field(":authority", host),
                               field("content-type", type), field("te", trailers)};
    nghttp2_data_provider body{};
    body.source.ptr = call;
    body.read_callback = [](nghttp2_session*, int32_t, uint8_t* room, size_t limit,
                            uint32_t* flags, nghttp2_data_source* source, void*) -> ssize_t {
      const std::string_view body = static_cast<Call*>(source->ptr)->body;
      if (body.size() > limit) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
      std::memcpy(room, body.data(), body.size());
      *flags |= NGHTTP2_DATA_FLAG_EOF;
      return body.size();
    };
    if (nghttp2_submit_request(session_, nullptr, head, 6, &body, call) < 0) Fail("no stream");
  }

  static int OnHeader(nghttp2_session* session, const nghttp2_frame* frame, const uint8_t* name,
                      size_t name_size, const uint8_t* value, size_t value_size, uint8_t, void*) {
    auto* call =
        static_cast<Call*>(nghttp2_session_get_stream_user_data(session, frame->hd.stream_id));
    const std::string_view field(reinterpret_cast<const char*>(name), name_size);
    if (call && field == "grpc-status") call->succeeded = value_size == 1 && value[0] == '0';
    return 0;
  }

  static int OnClose(nghttp2_session* session, int32_t stream, uint32_t, void* self) {
    auto* connection = static_cast<Connection*>(self);
    std::unique_ptr<Call> call(
        static_cast<Call*>(nghttp2_session_get_stream_user_data(session, stream)));
    ++connection->work_->ended;
    if (call && call->succeeded) ++connection->work_->succeeded;
    connection->Begin();
    return 0;
  }

  Work* const work_;
  nghttp2_session* session_ = nullptr;
  int fd_ = -1;
};

std::vector<std::string_view> Split(const std::string& bytes) {
  std::vector<std::string_view> bodies;
  for (size_t at = 0; at < bytes.size();) {
    if (bytes.size() - at < 5) Fail("BODIES ends within a prefix");
    size_t count = 0;
    for (int i = 1; i < 5; ++i) count = count << 8 | static_cast<uint8_t>(bytes[at + i]);
    if (bytes.size() - at - 5 < count) Fail("BODIES ends within a message");
    bodies.push_back(std::string_view(bytes).substr(at, 5 + count));
    at += 5 + count;
  }
  if (bodies.empty()) Fail("BODIES is empty");
  return bodies;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) Fail("usage: resolve-load SOCKET PATH BODIES CALLS CONNECTIONS OUTSTANDING");
  std::ifstream file(argv[3], std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  Work work;
  work.path = argv[2];
  work.bodies = Split(bytes);
  work.calls = std::atol(argv[4]);

  const int poll = epoll_create1(EPOLL_CLOEXEC);
  std::vector<std::unique_ptr<Connection>> connections;
  for (int i = 0; i < std::atoi(argv[5]); ++i) {
    connections.push_back(std::make_unique<Connection>(&work, argv[1], std::atoi(argv[6])));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = connections.back().get();
    epoll_ctl(poll, EPOLL_CTL_ADD, connections.back()->fd(), &event);
  }
  for (const auto& connection : connections) connection->Send();
  epoll_event ready[64];
  while (work.ended < work.calls) {
    const int count = epoll_wait(poll, ready, 64, 10'000);
    if (count == 0) Fail("no answer for ten seconds");
    for (int i = 0; i < count; ++i) {
      auto* connection = static_cast<Connection*>(ready[i].data.ptr);
      connection->Receive();
      connection->Send();
    }
  }
  std::printf("%ld of %ld calls succeeded\n", work.succeeded, work.calls);
  return work.succeeded == work.calls ? 0 : 1;
}
