#include "harness/commands/running/cycle_files.hpp"

#include "harness/commands/version.hpp"
#include "harness/process/packets/packet_capture.hpp"
#include "harness/report/record_json.hpp"
#include "harness/report/trace_events.hpp"
#include "harness/report/write_file_by_rename.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <ostream>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

bool has_room(const cycle_files& wanted) {
    return wanted.packets_bytes == nullptr ||
           *wanted.packets_bytes < cycle_files::packets_bytes_max;
}

void count_bytes(const cycle_files& wanted, const std::string& path) {
    std::error_code absent;  // nothing was captured
    const std::uintmax_t size = std::filesystem::file_size(path, absent);
    if (!absent && wanted.packets_bytes != nullptr) {
        *wanted.packets_bytes += size;
    }
}

}  // namespace

cycle_files wanted_files(const program& self, const invocation& asked) {
    cycle_files wanted;
    wanted.trace = asked.trace;
    wanted.packets = asked.pcap;
    wanted.packets_bytes = std::make_shared<std::atomic<std::uint64_t>>(0);
    wanted.of_every_cycle = wanted.any() && (!asked.only_cycles.empty() || asked.replays_count > 1);
    if (!wanted.packets) {
        return wanted;
    }
    if (const std::string why = packet_capture::why_not(); !why.empty()) {
        wanted.packets = false;
        self.out << "--pcap: no packets are captured: mechanism packet_socket unavailable (" << why
                 << "); it takes root, or CAP_NET_RAW\n"
                 << std::flush;
    }
    return wanted;
}

asio::awaitable<void> write_cycle_files(const cycle_files& wanted, cycle_runner& runner,
                                        const cycle_record& record, std::string folder,
                                        std::string suffix) {
    if (!wanted.any()) {
        co_return;
    }
    std::filesystem::create_directories(folder);
    if (wanted.trace) {
        const nlohmann::json written = to_json_value(record);
        const std::string path = folder + "/trace" + suffix + ".json";
        write_file_by_rename(path,
                             [&written](std::ostream& out) { write_trace_events(out, written); });
    }
    if (wanted.packets && has_room(wanted)) {
        const cycle_identity& id = record.id;
        const std::string path = folder + "/traffic" + suffix + ".pcapng";
        std::string program = "stormdrain " + std::string(stormdrain_version);
        std::string comment = id.target + "/" + id.suite + "/" + id.scenario + ", cycle " +
                              std::to_string(id.index) + ", seed " + to_hex(id.cycle_seed) +
                              "; decrypted with the secrets that are in this file";
        co_await runner.keep_packets(path, std::move(program), std::move(comment));
        count_bytes(wanted, path);
    }
}

}  // namespace stormdrain
