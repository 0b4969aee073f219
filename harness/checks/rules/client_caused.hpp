#pragma once
// R8: what a client brought upon itself is no error of the server.

#include "faults/injection.hpp"

namespace stormdrain::rules {

// The harness did to this connection what no client is entitled to (reset, stalled, garbled it), so
// that its end says nothing: it only counts for what the server then holds, and how busy it is. Not
// so where the client was left idle behind a whole answer, or insisted on what HTTP/1.1 promises.
bool is_client_caused(const injection& happened);

}  // namespace stormdrain::rules
