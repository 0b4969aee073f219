#pragma once
// Links by name: those of a command line, a file, or the HTTP API. Each draws from a seed of its
// own, so that one more link changes nothing for the others.

#include "faults/link/fault_link.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/system/error_code.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stormdrain {

// A link as a user asks for it.
struct link_spec {
    std::string name;
    place listen = {"127.0.0.1", 0};
    place upstream = {};
    enum class state { enabled, disabled } starts = state::enabled;
    duration dial_limit = dial_limit_preset;
    std::vector<toxic_spec> toxics = {};
};

class link_set {
public:
    using links = std::map<std::string, std::unique_ptr<fault_link>, std::less<>>;

    link_set(boost::asio::any_io_executor executor, seed randomness)
        : executor_(std::move(executor)), randomness_(randomness) {}

    // Null when there is none.
    fault_link* find(std::string_view name);
    // The name is new. A link that cannot listen is not there afterwards.
    boost::system::error_code add(const link_spec& spec);
    // False: there was none.
    bool remove(std::string_view name);
    const links& all() const { return links_; }

private:
    boost::asio::any_io_executor executor_;
    seed randomness_;
    links links_;
};

}  // namespace stormdrain
