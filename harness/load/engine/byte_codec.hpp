#pragma once
// What stands between a client's bytes and the wire's. A codec does no I/O: it is told what came
// and says what is to be sent, so that the engine's one write and one read are all there are.

#include <boost/system/error_code.hpp>

#include <concepts>
#include <string_view>

namespace stormdrain {

// What came of bytes from the wire. The text is good until the codec's next call.
struct opened_bytes {
    std::string_view text;
    boost::system::error_code error;  // behind the text: no more can follow
};

template <class Codec>
concept byte_codec = requires(Codec codec, std::string_view bytes) {
    // A new connection begins.
    { codec.restart() } -> std::same_as<void>;
    // What is to be sent for these bytes; good until the next call.
    { codec.seal(bytes) } -> std::same_as<std::string_view>;
    { codec.open(bytes) } -> std::same_as<opened_bytes>;
};

class plain_codec {
public:
    void restart() {}
    std::string_view seal(std::string_view text) { return text; }
    opened_bytes open(std::string_view bytes) { return {bytes, {}}; }
};

static_assert(byte_codec<plain_codec>);

}  // namespace stormdrain
