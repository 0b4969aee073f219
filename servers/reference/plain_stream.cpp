#include "servers/reference/stream.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace reference {
namespace {

class plain_stream final : public stream {
public:
    explicit plain_stream(int descriptor) : descriptor_(descriptor) {}

    step handshake() override { return {}; }

    step read(std::span<char> space) override {
        const ssize_t count = ::recv(descriptor_, space.data(), space.size(), 0);
        // A read that does not fill the space has emptied the socket.
        may_have_input_ = count == static_cast<ssize_t>(space.size());
        if (count < 0) {
            return step_of_errno(errno, step_state::wants_input);
        }
        if (count == 0) {
            return {step_state::end_of_stream};
        }
        return {step_state::done, static_cast<std::size_t>(count)};
    }

    step write(std::string_view bytes) override {
        // SIGPIPE is ignored by the whole process, as OpenSSL's writes need it anyway.
        const ssize_t count = ::send(descriptor_, bytes.data(), bytes.size(), 0);
        if (count < 0) {
            return step_of_errno(errno, step_state::wants_output);
        }
        return {step_state::done, static_cast<std::size_t>(count)};
    }

    step end() override { return {}; }
    bool may_have_input() const override { return may_have_input_; }

private:
    int descriptor_;
    bool may_have_input_ = true;
};

}  // namespace

std::unique_ptr<stream> make_plain_stream(int descriptor) {
    return std::make_unique<plain_stream>(descriptor);
}

step step_of_errno(int error, step_state when_blocked) {
    if (error == EAGAIN || error == EINTR) {
        return {when_blocked};
    }
    return {step_state::reset};
}

}  // namespace reference
