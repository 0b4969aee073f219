#include "harness/load/engine/openssl_codec.hpp"

namespace stormdrain {

openssl_codec::openssl_codec(openssl_client& shared, const engine_plan& plan)
    : session_codec(plan), shared_(shared) {
    wish_.version = plan.tls_version_wanted;
    wish_.session = plan.handshakes == handshake_kind::resumed ? &kept_ : nullptr;
    wish_.protocol = offered_protocol(plan);
}

void openssl_codec::close() {
    if (session()) {
        session()->close();
    }
}

}  // namespace stormdrain
