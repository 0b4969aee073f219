#pragma once
// An origin's book-keeping: connections by the proxy's port, requests, and which of them went
// astray. Pure: it is told what happens and when.

#include "harness/origin/origin_record.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace stormdrain {

// Whether a request for `host` (a Host field's value) may come on a connection whose client hello
// named `sni`: ports and case do not matter.
bool covers(std::string_view sni, std::string_view host);

class origin_tally {
public:
    origin_tally(std::string name, origin_protocol speaks, std::vector<std::string> hosts);

    // All instants are given as time points and written down from the start of this cycle on.
    void begin(const cycle_clock& cycle);

    // The number of the new connection.
    std::uint32_t opened(const endpoint& proxy, time_point at);
    void named(std::uint32_t connection, std::string sni);
    void turned_away() { ++record_.turned_away_count; }
    void requested(std::uint32_t connection, const std::string& host, const std::string& path,
                   time_point at);
    void half_closed(std::uint32_t connection, time_point at);
    void ended(std::uint32_t connection, origin_end how, time_point at);
    // Remembers it with both times equal; the result finds it again when it goes on for longer.
    std::size_t struck(std::uint32_t connection, origin_strike strike, time_point at);
    void strike_ended(std::size_t strike, time_point at);

    origin_record record(const endpoint& where) const;
    // The origin's end of the connection from that port of the proxy, when it is over or the origin
    // has sent its FIN; the youngest, for ports are used again.
    std::optional<origin_connection_row> ended_from(std::uint16_t proxy_port) const;

private:
    // In the clock of this cycle only when asked for: connections outlive cycles.
    struct kept_connection {
        origin_connection_row row;
        time_point opened;
        std::optional<time_point> half_closed;
        std::optional<time_point> ended;
        bool is_shown = false;  // one of the first since begin()
    };
    kept_connection* find(std::uint32_t number);
    origin_connection_row row_of(const kept_connection& kept) const;

    cycle_clock clock_;
    origin_record record_;
    std::uint32_t last_number_ = 0;
    std::uint32_t shown_count_ = 0;
    // Open ones and those that ended last: bounded by the number of ports there are.
    std::unordered_map<std::uint16_t, kept_connection> by_port_;
    std::unordered_map<std::uint32_t, std::uint16_t> port_of_;
    std::vector<kept_connection> shown_before_;  // shown, and their port was used again
};

}  // namespace stormdrain
