// libFuzzer: the session takes any bytes from a server, and how they are cut never matters.
//     clang++ -std=c++20 -fsanitize=fuzzer,address,undefined -fno-sanitize=function -I. \
//         $(ls harness/net/tls13/*.cpp | grep -v _test) harness/net/openssl_pointers.cpp \
//         -lssl -lcrypto

#include "harness/net/tls13/session.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

void require(bool kept) {
    if (!kept) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    using namespace stormdrain;
    tls13::client_options options;
    options.server.proof = tls13::server_proof::none;
    // Without it both sessions had another random, and other keys.
    options.key_share = tls13::key_share_use::reused;
    tls13::client shared(options);
    const std::string_view text(reinterpret_cast<const char*>(bytes), count);
    tls13::session whole(shared);
    whole.feed(text);

    tls13::session cut(shared);
    for (const char& byte : text) {
        cut.feed({&byte, 1});
    }
    require(whole.state() != tls_codec_state::open && whole.plaintext().empty());
    require(cut.state() == whole.state() && cut.why() == whole.why());
    return 0;
}
