#pragma once
// What stands between a client's bytes and the wire's. A codec does no I/O: it is told what came
// and says what is to be sent, so that the engine's one write and one read are all there are.

#include <boost/system/error_code.hpp>

#include <concepts>
#include <cstddef>
#include <string_view>

namespace stormdrain {

// What came of bytes from the wire. The text is good until a codec of the same thread opens more.
struct opened_bytes {
    std::string_view text;
    boost::system::error_code error;  // behind the text: no more can follow
};

template <class Codec>
concept byte_codec = requires(Codec codec, std::string_view bytes, std::size_t count) {
    // A new connection begins; what the codec says by itself is in its output.
    { codec.restart() } -> std::same_as<void>;
    // Whether text can be sealed: it may take a handshake first.
    { codec.is_open() } -> std::same_as<bool>;
    // Of an open one: the handshake was a short one.
    { codec.is_resumed() } -> std::same_as<bool>;
    // Whether it says goodbye, and may have been told something that nobody asked for.
    { Codec::says_goodbye } -> std::convertible_to<bool>;
    // Puts text into the output, in which there is no text yet; it stays until all of it is sent.
    { codec.seal(bytes) } -> std::same_as<void>;
    // May leave something in the output, too: handshakes and alerts are answered.
    { codec.open(bytes) } -> std::same_as<opened_bytes>;
    // Says goodbye in the output, where that is the custom.
    { codec.close() } -> std::same_as<void>;

    // What is to be sent; good until any other member is called.
    { codec.output() } -> std::same_as<std::string_view>;
    { codec.sent(count) } -> std::same_as<void>;
};

class plain_codec {
public:
    static constexpr bool says_goodbye = false;

    void restart() { output_ = {}; }
    bool is_open() const { return true; }
    bool is_resumed() const { return false; }
    void seal(std::string_view text) { output_ = text; }
    opened_bytes open(std::string_view bytes) { return {bytes, {}}; }
    void close() { output_ = {}; }
    std::string_view output() const { return output_; }
    void sent(std::size_t bytes) { output_.remove_prefix(bytes); }

private:
    std::string_view output_;
};

static_assert(byte_codec<plain_codec>);

}  // namespace stormdrain
