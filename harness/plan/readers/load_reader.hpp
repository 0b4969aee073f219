#pragma once
// Reads the loads and faults of a suite, named or written out in a scenario.

#include "harness/config/object_reader.hpp"
#include "harness/load/load_profile.hpp"
#include "harness/plan/suite.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace stormdrain {

// The words used in suite and target files.
std::span<const std::pair<std::string_view, tls_version>> tls_version_words();
std::span<const std::pair<std::string_view, after_stop>> after_stop_words();
std::span<const std::pair<std::string_view, load_protocol>> load_protocol_words();

load_profile read_load(object_reader& keys);

// Without a name the object may have one, or is called by its kind. The port stays empty when the
// object names none: it is then the load's.
fault_use read_fault(object_reader& keys, const std::string& name);

}  // namespace stormdrain
