#pragma once
// R5: a server that closes with input unread makes its kernel send RST. Behind a whole answer that
// harms nobody.

#include "harness/load/ledger.hpp"

namespace stormdrain::rules {

// The connection ended behind the last byte that the answer had announced.
bool is_reset_after_answer(const request_row& row);

}  // namespace stormdrain::rules
