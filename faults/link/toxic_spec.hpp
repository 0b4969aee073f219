#pragma once
// One toxic as a user asks for it: in the HTTP API, in a file, or on the command line.

#include "faults/link/source_filter.hpp"
#include "faults/link/toxic.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stormdrain {

class object_reader;

enum class stream_direction {
    upstream,    // from the client to the upstream
    downstream,  // from the upstream to the client
};
std::string_view to_text(stream_direction direction);
std::optional<stream_direction> read_direction(std::string_view text);

struct toxic_spec {
    std::string name;  // unique on its link
    const toxic_kind* kind = nullptr;
    stream_direction stream = stream_direction::downstream;
    double toxicity = 1;  // the share of connections it strikes
    attribute_values values;
    std::optional<source_filter> source;  // empty: every client
};

// "latency_downstream", as Toxiproxy names those that have no name.
std::string preset_name(const toxic_kind& kind, stream_direction stream);
attribute_values preset_values(const toxic_kind& kind);

// As JSON of a file, or without its quotes of a command line: "50ms", "16KiB/s", 3.
std::string spell_attribute(const attribute& one, std::int64_t value);

// Plain numbers, as Toxiproxy's API has them. What is not given keeps its value; unknown names are
// problems of the reader.
attribute_values read_api_attributes(object_reader& keys, const toxic_kind& kind,
                                     attribute_values values);
// A whole toxic of a file, quantities with units. Problems go to the reader.
toxic_spec read_toxic(object_reader& keys);
// "latency:latency=50ms,jitter=5ms,stream=upstream,toxicity=0.5,source=127.0.0.2,name=slow".
// Throws usage_error.
toxic_spec read_toxic(std::string_view text);

// {"type":"latency",...,"attributes":{"latency":"50ms"}}: as a file has it, every key said.
std::string to_file_json(const toxic_spec& spec);
// {"attributes":{"latency":50,"jitter":5},"name":...}: as Toxiproxy's API shows it.
std::string to_api_json(const toxic_spec& spec);

}  // namespace stormdrain
