#include "harness/net/openssl_pointers.hpp"

#include "harness/base/environment_error.hpp"

#include <string>

namespace stormdrain {

void require_openssl(bool done, const char* what) {
    if (!done) {
        throw environment_error(std::string("OpenSSL cannot ") + what);
    }
}

}  // namespace stormdrain
