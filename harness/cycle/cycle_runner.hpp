#pragma once
// Carries one cycle out: start, load and faults, stop, examination. Everything that the server
// does ends up in the record; what the harness itself cannot do is its `health.failure`.

#include "harness/cycle/canary.hpp"
#include "harness/cycle/cycle_capture.hpp"
#include "harness/cycle/cycle_course.hpp"
#include "harness/cycle/cycle_record.hpp"
#include "harness/cycle/run_environment.hpp"
#include "harness/cycle/server_session.hpp"
#include "harness/cycle/traffic.hpp"
#include "harness/plan/plan.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

namespace stormdrain {

class cycle;

struct cycle_request {
    const planned_scenario& scenario;
    std::uint32_t index = 0;
    seed cycle_seed = 0;
    std::uint32_t attempt = 0;
    std::string folder;  // for the log and files of this cycle
    // in_process: this is the last cycle, so the process itself is ended as well.
    bool last = true;
};

class cycle_runner {
public:
    // `slips` must be running on the same executor.
    cycle_runner(const boost::asio::any_io_executor& executor, run_environment& run, canary& slips);
    ~cycle_runner();

    // In an in_process scenario the server of the previous cycle is used again while it lives.
    boost::asio::awaitable<cycle_record> run(const cycle_request& request);
    // The packets of the last cycle as a pcapng file, until the next one is run: nothing where none
    // were captured. Throws environment_error.
    boost::asio::awaitable<void> keep_packets(std::string path, std::string program,
                                              std::string comment);
    // Ends a server that an in_process scenario left running (fail-fast, budget).
    boost::asio::awaitable<void> abandon();

private:
    boost::asio::awaitable<void> run_phases(const cycle_request& request, cycle_record& record);
    boost::asio::awaitable<void> blame_the_filter(cycle_record& record);
    boost::asio::awaitable<void> forget_packets();
    static boost::asio::awaitable<phase_result> carry_out(cycle_phase phase, cycle& current);

    boost::asio::any_io_executor executor_;
    run_environment& run_;
    canary& slips_;
    std::unique_ptr<cycle_capture> packets_;  // null: nobody wants them; TLS clients note there
    std::unique_ptr<tls_client> tls_;
    std::string tls_target_;
    std::unique_ptr<server_session> session_;  // kept between in_process cycles
    std::uint32_t process_number_ = 0;
    std::size_t alarms_seen_ = 0;  // of the session
};

}  // namespace stormdrain
