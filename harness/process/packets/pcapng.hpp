#pragma once
// A capture as a pcapng file (draft-ietf-opsawg-pcapng), which Wireshark and tshark open as it
// stands: the secrets that decrypt its TLS connections are in it.

#include "harness/process/packets/packet_store.hpp"

#include <ostream>
#include <string>
#include <string_view>

namespace stormdrain {

struct pcapng_words {
    std::string program;           // that wrote it
    std::string comment;           // what it shows
    std::string secrets;           // lines of a key_log; empty: there are none
    std::uint64_t lost_count = 0;  // packets that the kernel had no room for
};

// Of Ethernet frames, as the loopback interface shows them.
void write_pcapng(std::ostream& out, const packet_store& packets, const pcapng_words& words);

}  // namespace stormdrain
